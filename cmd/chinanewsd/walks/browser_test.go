package walks

import (
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	browserlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a step in the browser may take before its test fails.
const patience = 20 * time.Second

// shared is the one browser of all tests. Its context's owner is TestMain.
var shared struct {
	once sync.Once
	ctx  context.Context
	stop context.CancelFunc
	err  error
}

// browser starts the browser when the first test wants it. It finds no host but
// 127.0.0.1.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		lacking(t, "chromium")
	}
	shared.once.Do(func() {
		options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.UserDataDir(filepath.Join(scratch, "profile")), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
		allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, _ := chromedp.NewContext(allocator)
		shared.ctx, shared.stop = ctx, end
		shared.err = chromedp.Do(ctx)
	})
	if shared.err != nil {
		t.Fatal("starting chromium: ", shared.err)
	}
	return shared.ctx
}

func stopBrowser() {
	if shared.stop != nil {
		shared.stop()
	}
}

// look is how somebody looks at pages; the zero value is a light screen of a
// desk, in English, with scripts and policies.
type look struct {
	phone     bool
	dark      bool
	print     bool
	still     bool   // motion is reduced
	languages string // as in Accept-Language
	noScript  bool
	noPolicy  bool // the browser minds no Content-Security-Policy
}

func (l look) String() string {
	words := []string{"desktop", "light", "en"}
	if l.phone {
		words[0] = "phone"
	}
	if l.dark {
		words[1] = "dark"
	}
	if strings.HasPrefix(l.languages, "zh") {
		words[2] = "zh"
	}
	return strings.Join(words, "-")
}

// window opens a tab with a jar of cookies of its own. What it asks of another
// host than 127.0.0.1, and what goes wrong in a page, fails the test.
func window(t *testing.T, l look) *tab {
	t.Helper()
	return opened(t, l, browser(t), chromedp.WithNewBrowserContext())
}

// beside opens another tab of the same person.
func (b *tab) beside(l look) *tab {
	b.t.Helper()
	return opened(b.t, l, b.ctx)
}

func opened(t *testing.T, l look, parent context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{t: t}
	ctx, done := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.heard))...)
	b.ctx = ctx
	t.Cleanup(func() {
		done()
		b.judged(t)
	})
	b.emulate(l)
	return b
}

// emulate changes how the tab is looked at, from the next page on.
func (b *tab) emulate(l look) {
	b.t.Helper()
	if l.languages == "" {
		l.languages = "en-US"
	}
	size := emulation.SetDeviceMetricsOverrideParams{Width: 1280, Height: 900, DeviceScaleFactor: 1}
	if l.phone {
		size = emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true}
	}
	agent := run(b, chromedp.Evaluate[string]("navigator.userAgent"))
	b.do(
		sends(emulation.SetDeviceMetricsOverride, size), sends(emulation.SetEmulatedMedia, l.media()),
		sends(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: l.languages}),
		sends(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScript}),
		sends(page.SetBypassCSP, page.SetBypassCSPParams{Enabled: l.noPolicy}),
	)
}

// media is what style sheets ask a look.
func (l look) media() (m emulation.SetEmulatedMediaParams) {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	m.Features = []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if l.still {
		m.Features = append(m.Features, &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
	}
	if l.print {
		m.Media = "print"
	}
	return m
}

// heard keeps what the browser tells of a tab: each request, and all that went
// wrong in a page. Dialogs are shut by runs of their own, or the page would wait.
func (b *tab) heard(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *network.EventWebSocketCreated:
		b.requests = append(b.requests, e.URL)
	case *runtime.EventExceptionThrown:
		b.wrongs = append(b.wrongs, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL+" "+described(e.ExceptionDetails.Exception))
	case *browserlog.EventEntryAdded:
		if e.Entry.Level == browserlog.EntryLevelError && e.Entry.Source != browserlog.EntrySourceNetwork {
			b.wrongs = append(b.wrongs, string(e.Entry.Source)+": "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		b.wrongs = append(b.wrongs, "a dialog opened: "+e.Message)
		go chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) // ends with the tab
	}
}

func described(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

// foreign are the requests for something that is not on this machine.
func foreign(requests []string) []string {
	return slices.DeleteFunc(slices.Clone(requests), func(r string) bool {
		u, err := url.Parse(r)
		return err == nil && (u.Hostname() == "127.0.0.1" || slices.Contains([]string{"data", "blob", "about"}, u.Scheme))
	})
}

// judged fails the test for what the tab should not have done.
func (b *tab) judged(t *testing.T) {
	if abroad := foreign(b.asked()); len(abroad) > 0 {
		t.Errorf("the browser asked other hosts: %q", abroad)
	}
	if wrongs := b.wrong(); len(wrongs) > 0 {
		t.Errorf("in the browser: %q", wrongs)
	}
}
