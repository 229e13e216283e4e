package walks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is a page that somebody looks at. Its steps end the test when they cannot
// be taken, with what the page shows.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string
	wrongs   []string
}

// asked are the addresses that were asked for so far.
func (b *tab) asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// wrong is what went wrong in pages so far.
func (b *tab) wrong() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.wrongs)
}

// run takes a step that has a result.
func run[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	v, err := attempt(b, action)
	if err != nil {
		b.stuck(err)
	}
	return v
}

// attempt takes a step that may fail. The first one of a tab opens it, so it must
// have no deadline: the tab would end with it.
func attempt[T any](b *tab, action chromedp.Action[T]) (T, error) {
	ctx := b.ctx
	if chromedp.FromContext(ctx).Target != nil {
		limited, done := context.WithTimeout(ctx, patience)
		defer done()
		ctx = limited
	}
	return chromedp.Run(ctx, action)
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	run(b, chromedp.Steps(steps...))
}

// stuck ends the test with what the page shows.
func (b *tab) stuck(err error) {
	b.t.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	b.t.Fatalf("%v\nthe page shows %.3000s\nwrong: %q", err, text, b.wrong())
}

// sends is a step that only gives the browser a command.
func sends[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// visit goes to an address and returns the status of the answer.
func (b *tab) visit(address string) int {
	b.t.Helper()
	return int(run(b, chromedp.NavigateResponse(address)).Status)
}

// follow clicks something that leads to another page, and returns the status of
// the answer.
func (b *tab) follow(css string) int {
	b.t.Helper()
	b.shown(css)
	return b.led(chromedp.Click(chromedp.CSS(css)))
}

// led takes a step after which another page loads, and returns its status.
func (b *tab) led(step chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	ctx, done := context.WithTimeout(b.ctx, patience)
	defer done()
	r, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		b.stuck(err)
	}
	return int(r.Status)
}

func (b *tab) click(css string) {
	b.t.Helper()
	b.shown(css)
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// write puts text into a field in place of what was there, by its keys.
func (b *tab) write(css, text string) {
	b.t.Helper()
	b.shown(css)
	b.script(`document.querySelector(%s).select?.()`, css)
	b.do(chromedp.Focus(chromedp.CSS(css)), strokes(text))
}

// choose takes one of the options of a list.
func (b *tab) choose(css, value string) {
	b.t.Helper()
	b.shown(css)
	b.script(`{ const s = document.querySelector(%s); s.value = %s; s.dispatchEvent(new Event("input", {bubbles: true})); s.dispatchEvent(new Event("change", {bubbles: true})) }`, css, value)
}

// press gives keys to whatever has the focus, as a keyboard does: what a page
// does with a key when it goes down may keep it from writing.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(strokes(keys))
}

func strokes(keys string) chromedp.Action[chromedp.Void] {
	var steps []chromedp.Action[chromedp.Void]
	for _, r := range keys {
		events := kb.Encode(r)
		if len(events) == 3 {
			events[0].Text, events[0].UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			events = slices.Delete(events, 1, 2)
		}
		for _, e := range events {
			steps = append(steps, sends(input.DispatchKeyEvent, *e))
		}
	}
	return chromedp.Steps(steps...)
}

// ready waits until the scripts of a page have begun.
func (b *tab) ready() {
	b.t.Helper()
	b.waits("the page's scripts", func() bool { return query[bool](b, `document.readyState == "complete"`) })
}

// text is what an element shows, the empty string when there is none.
func (b *tab) text(css string) string {
	b.t.Helper()
	return query[string](b, `document.querySelector(%s)?.innerText ?? ""`, css)
}

// value is what stands in a field.
func (b *tab) value(css string) string {
	b.t.Helper()
	return query[string](b, `document.querySelector(%s)?.value ?? ""`, css)
}

// texts are what all elements show.
func (b *tab) texts(css string) []string {
	b.t.Helper()
	return query[[]string](b, `[...document.querySelectorAll(%s)].map(e => e.innerText)`, css)
}

// attribute is an attribute of the first such element, empty when there is none.
func (b *tab) attribute(css, name string) string {
	b.t.Helper()
	return query[string](b, `document.querySelector(%s)?.getAttribute(%s) ?? ""`, css, name)
}

func (b *tab) has(css string) bool {
	b.t.Helper()
	return query[bool](b, `document.querySelector(%s) != null`, css)
}

// shown waits for an element.
func (b *tab) shown(css string) {
	b.t.Helper()
	b.waits(css, func() bool { return b.has(css) })
}

// says waits for words in an element.
func (b *tab) says(css, words string) {
	b.t.Helper()
	b.waits(fmt.Sprintf("%q in %s", words, css), func() bool { return strings.Contains(strings.Join(b.texts(css), "\n"), words) })
}

// waits waits for something in the page, whatever pages come.
func (b *tab) waits(what string, done func() bool) {
	b.t.Helper()
	for begun := time.Now(); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > patience {
			b.stuck(fmt.Errorf("waited for %s", what))
		}
	}
}

// focused is the id of what has the focus, or else its name in the markup.
func (b *tab) focused() string {
	b.t.Helper()
	return query[string](b, `document.activeElement?.id || document.activeElement?.localName || ""`)
}

// place is the path of the page, with its query.
func (b *tab) place() string {
	b.t.Helper()
	return query[string](b, `location.pathname + location.search`)
}

// script runs a program in the page. Its arguments stand as %s.
func (b *tab) script(program string, args ...any) {
	b.t.Helper()
	query[any](b, "(() => {"+program+"; return null })()", args...)
}

// query asks the page; arguments stand as %s. A page that is just being replaced
// is asked again.
func query[T any](b *tab, expression string, args ...any) T {
	b.t.Helper()
	for n, a := range args {
		quoted, err := json.Marshal(a)
		if err != nil {
			b.t.Fatal(err)
		}
		args[n] = string(quoted)
	}
	asked := fmt.Sprintf(expression, args...)
	for range 20 {
		v, err := attempt(b, chromedp.Evaluate[T](asked, chromedp.EvalAwaitPromise))
		if err == nil {
			return v
		}
		if said := err.Error(); !strings.Contains(said, "context") && !strings.Contains(said, "navigated") || b.ctx.Err() != nil {
			b.stuck(fmt.Errorf("%s: %w", asked, err))
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.stuck(fmt.Errorf("%s cannot be asked", asked))
	panic("unreachable")
}
