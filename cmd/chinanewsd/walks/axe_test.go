package walks

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axeSource is axe-core's program, as npm installed it.
var axeSource = sync.OnceValues(func() (string, error) {
	program, err := os.ReadFile(filepath.Join(os.Getenv("CHINANEWS_NPM"), "node_modules", "axe-core", "axe.min.js"))
	return string(program), err
})

// axeRun judges by all of axe-core's rules that are on by default, and the
// target size of WCAG 2.2; or by a set of rules alone.
const axeRun = `axe.run(document, Object.assign({preload: false, resultTypes: ["violations"]}, %v ? {runOnly: ["color-contrast"]} : {rules: {"target-size": {enabled: true}}})).then(found =>
	found.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + v.help + "\n\t" + n.html.slice(0, 200) + "\n\t" + n.failureSummary.replaceAll("\n", " "))))`

// accessible has axe-core judge the page as it is shown, or its colours only,
// and returns what is wrong with it.
func (b *tab) accessible(coloursOnly bool) []string {
	b.t.Helper()
	program, err := axeSource()
	if err != nil {
		lacking(b.t, "axe-core in $CHINANEWS_NPM")
	}
	if !query[bool](b, `"axe" in window`) {
		run(b, chromedp.Evaluate[any](program+"; null"))
	}
	return query[[]string](b, axeRun, coloursOnly)
}

// narrow reports how far the page is wider than its window; 0 is good.
func (b *tab) narrow() int {
	b.t.Helper()
	return query[int](b, `Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)`)
}

// judge looks at the page in one way: it must be accessible, and no wider than
// its window. In the dark only colours differ. A picture of it is left where one
// was asked for.
func (b *tab) judge(name string, l look) {
	b.t.Helper()
	for _, wrong := range b.accessible(l.dark) {
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

// looks are the screens that every kind of page is judged on, in light and dark:
// a desk's and a phone's, in English and Chinese. The short run takes one
// language on each.
func looks() []look {
	const chinese = "zh-CN,zh"
	if long() || os.Getenv("CHINANEWS_SHOTS") != "" {
		return []look{{}, {phone: true}, {languages: chinese}, {phone: true, languages: chinese}}
	}
	return []look{{}, {phone: true, languages: chinese}}
}

// way is how to come to a page.
type way func(*tab)

// ways are the ways to pages by their paths.
func (d *daemon) ways(paths map[string]string) map[string]way {
	all := map[string]way{}
	for name, path := range paths {
		all[name] = func(b *tab) { b.visit(d.base + path) }
	}
	return all
}

// judgePages judges pages on all screens, in a tab for each, in light and dark.
func judgePages(t *testing.T, part string, pages func(look) map[string]way, open func(*testing.T, look) *tab) {
	for _, l := range looks() {
		t.Run(part+" "+l.String(), func(t *testing.T) {
			b, all := open(t, l), pages(l)
			for _, name := range slices.Sorted(maps.Keys(all)) {
				all[name](b)
				for _, l.dark = range []bool{false, true} {
					b.do(sends(emulation.SetEmulatedMedia, l.media()))
					b.judge(part+"-"+name, l)
				}
			}
		})
	}
}
