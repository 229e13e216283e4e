package walks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// harbours are releases of an office that no row is written for yet.
func harbours() []release {
	now := time.Now()
	var all []release
	for n, title := range []string{"Pilots Begin Night Service on the Lower Sael", "Harbour Dues Stay as They Are Until the End of June", "Dredging of the Orun Basin Completed a Week Early",
		"Call for Tenders: Repair of the Eastern Mole", "Harbour Masters Agree on a Common Signal for Fog", "Storm Damage at Halverd Quay: What Has Been Repaired"} {
		all = append(all, release{"news", fmt.Sprintf("h%02d.html", n+1), title, fmt.Sprintf(`<p>The harbour office of Halverd informs masters and crews in its notice number %d of this autumn.</p>
<p>%s. Questions are answered at the office on the quay on working days, and at the lock by night.</p>`, n+40, title), now.Add(-time.Duration(n+1) * 3 * time.Hour)})
	}
	return all
}

// scoutWalk adds a source that nobody has written a row for, by what the desk
// says, and approves one of its releases into a feed.
func scoutWalk(t *testing.T, d *daemon) {
	office := newMinistry(t, harbours()...)
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/")
	b.follow(`nav.tabs a[href="/desk/add"]`)
	b.write("#address", office.server.URL+"/news/")
	b.follow(`form.ask button`)
	b.says("#look", "Pilots Begin Night Service")
	b.says("#look", "The harbour office of Halverd informs")
	b.copies(`[data-copy=row]`, "row")
	row, steps := b.value("#row"), b.texts(".steps li")
	if len(steps) < 3 || !strings.Contains(row, office.server.URL) {
		t.Fatalf("the row is\n%s\nand to add it is said %q", row, steps)
	}
	d.insert(t, row, steps[0])
	d.command(t, "check")
	d.restart(t)
	until(t, "its releases wait", func() bool { return strings.Contains(d.command(t, "queue"), "Pilots Begin Night Service") })
	b.visit(d.base + "/desk/")
	b.click(b.line("Pilots Begin Night Service") + " button[value=approve]")
	b.says("#status", "approved it")
	until(t, "it is in the feed", func() bool { return inFeed(t, d, "selection", "Pilots Begin Night Service") })
	b.follow(`nav.tabs a[href="/desk/sources/"]`)
	b.says("main", "rivers-roads")
}

// insert puts a row into the configuration as a step of the desk says.
func (d *daemon) insert(t *testing.T, row, step string) {
	t.Helper()
	behind := regexp.MustCompile(`after line (\d+)`).FindStringSubmatch(step)
	if behind == nil || !strings.Contains(step, d.config) {
		t.Fatalf("the step says %q", step)
	}
	text, err := os.ReadFile(d.config)
	if err != nil {
		t.Fatal(err)
	}
	line, _ := strconv.Atoi(behind[1])
	d.write(t, "config.yaml", strings.Join(slices.Insert(strings.SplitAfter(string(text), "\n"), line, strings.TrimRight(row, "\n")+"\n"), ""))
}

// scoutTroubles looks at what has no row: a page without a list, an address that
// answers nothing, and a row with a mistake.
func scoutTroubles(t *testing.T, d *daemon) {
	office := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second) // so that the page is first shown while the look goes on
		http.NotFound(w, r)
	}))
	defer office.Close()
	b := editor(t, d, "bo", look{noScript: true})
	b.visit(d.base + "/desk/add")
	b.write("#address", office.URL+"/nothing/here")
	b.follow(`form.ask button`)
	b.waits("the end of the look", func() bool { return b.has("#look:not([data-running])") })
	if said := b.text("#look"); !strings.Contains(said, "404") {
		t.Errorf("of a page that is not there is said %q", said)
	}
	b.visit(d.base + "/desk/add")
	b.write("#address", "http://10.1.2.3/news/")
	b.follow(`form.ask button`)
	b.waits("the end of the look", func() bool { return b.has("#look:not([data-running])") })
	if said := b.text("#look"); !strings.Contains(said, "allow") {
		t.Errorf("of a private address is said %q", said)
	}
}

// benchWalk writes a rule, sees what it takes, mistypes it, rehearses it, and
// copies the row.
func benchWalk(t *testing.T, d *daemon) {
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/rules?feed=river-news")
	b.ready()
	b.write("#where", `has(title, "ferry")`)
	b.says("#slot-counts", "1 of")
	b.says("#matches", "Rail Ferry Between Orun")
	b.write("#where", `has(titel, "ferry")`)
	b.says("#slot-wrong", "olumn 5")
	if invalid := b.attribute("#where", "aria-invalid"); invalid != "true" {
		t.Errorf("a rule with a mistake is aria-invalid=%q", invalid)
	}
	b.write("#where", `any_of(text, "harbour", "轮渡")`)
	b.says("#matches", "奥伦至哈尔维德火车轮渡")
	if wrong := b.text("#slot-wrong"); wrong != "" {
		t.Errorf("of a good rule is said %q", wrong)
	}
	b.click("#rehearse")
	b.says("#rehearsal", "leave")
	b.says("#rehearsal", "Rail Ferry Between Orun")
	if row := b.text("#row"); !strings.Contains(row, "id: river-news") || !strings.Contains(row, "轮渡") {
		t.Errorf("the row is %q", row)
	}
	b.copies(`#rehearsal [data-copy]`, "row")
	if !inFeed(t, d, "river-news", "Rail Ferry Between Orun") {
		t.Error("a rehearsal has changed the feed")
	}
	plain := editor(t, d, "bo", look{noScript: true})
	plain.visit(d.base + "/desk/rules?feed=river-news")
	plain.write("#where", `has(title, "ferry")`)
	plain.follow("#bench button")
	plain.says("#matches", "Rail Ferry Between Orun")
}

// copies clicks a button that copies an element, and looks at the clipboard.
func (b *tab) copies(button, id string) {
	b.t.Helper()
	want := query[string](b, `(e => e.value ?? e.textContent)(document.getElementById(%s))`, id)
	b.script(`navigator.clipboard.writeText = async words => { window.copied = words }`)
	b.click(button)
	b.waits("the copy", func() bool { return query[string](b, `window.copied ?? ""`) != "" })
	if got := query[string](b, `window.copied`); strings.TrimSpace(got) != strings.TrimSpace(want) || want == "" {
		b.t.Errorf("%s copies %q, want %q", button, got, want)
	}
}
