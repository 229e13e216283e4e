package walks

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// axeSource is axe-core's program, as npm installed it.
var axeSource = sync.OnceValues(func() (string, error) {
	program, err := os.ReadFile(filepath.Join(os.Getenv("CHINANEWS_NPM"), "node_modules", "axe-core", "axe.min.js"))
	return string(program), err
})

// axeRun judges by all of axe-core's rules that are on by default, and the
// target size of WCAG 2.2.
const axeRun = `axe.run(document, {preload: false, resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}).then(found =>
	found.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + v.help + "\n\t" + n.html.slice(0, 200) + "\n\t" + n.failureSummary.replaceAll("\n", " "))))`

// accessible has axe-core judge the page as it is shown, and returns what is
// wrong with it.
func (b *tab) accessible() []string {
	b.t.Helper()
	program, err := axeSource()
	if err != nil {
		lacking(b.t, "axe-core in $CHINANEWS_NPM")
	}
	run(b, chromedp.Evaluate[any](program+"; null"))
	return query[[]string](b, axeRun)
}

// narrow reports how far the page is wider than its window; 0 is good.
func (b *tab) narrow() int {
	b.t.Helper()
	return query[int](b, `Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)`)
}

// judge looks at a page in one way: it must be accessible, and no wider than its
// window. A picture of it is left where one was asked for.
func (b *tab) judge(name string, l look) {
	b.t.Helper()
	for _, wrong := range b.accessible() {
		b.t.Errorf("%s, %s, %s: %s", name, l, b.place(), wrong)
	}
	if over := b.narrow(); over > 0 {
		b.t.Errorf("%s, %s: %s runs %d pixels over the edge", name, l, b.place(), over)
	}
	b.picture(fmt.Sprintf("%s-%s", name, l))
}

// picture leaves a picture of the whole page in $CHINANEWS_SHOTS.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("CHINANEWS_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	shot := run(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "_")+".png"), shot, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// looks are the ways that every kind of page is judged in: light and dark, phone
// and desktop, in English and Chinese. The short run takes four of the eight,
// so that each of the three is seen in both its ways with both of the others.
func looks() []look {
	var all []look
	for n := range 8 {
		l := look{phone: n&1 != 0, dark: n&2 != 0}
		if n&4 != 0 {
			l.languages = "zh-CN,zh"
		}
		if long() || (n&1+n>>1&1+n>>2&1)%2 == 0 {
			all = append(all, l)
		}
	}
	return all
}
