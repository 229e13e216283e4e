package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"chinanews/storage"
)

// The cookie is the site's own, seen by no script, sent by no other site, and
// over https alone where the site is there.
func TestSignInCookie(t *testing.T) {
	for base, want := range map[string]struct {
		name, path string
		secure     bool
	}{
		"http://news.example": {"desk", "/desk/", false}, "https://news.example": {"__Secure-desk", "/desk/", true},
		"http://news.example/a/b": {"desk", "/a/b/desk/", false}, "https://news.example/x": {"__Secure-desk", "/x/desk/", true},
	} {
		s := newDeskSite(t, base)
		resp := s.signIn("Li Wei", teaPassword)
		if len(resp.Cookies()) != 1 {
			t.Fatalf("%s: %s, cookies %v", base, resp.Status, resp.Cookies())
		}
		c := resp.Cookies()[0]
		if c.Name != want.name || c.Path != want.path || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Domain != "" || c.MaxAge != 7*24*3600 {
			t.Errorf("%s: the cookie is %s", base, resp.Header.Get("Set-Cookie"))
		}
		if to := resp.Header.Get("Location"); !strings.HasPrefix(to, strings.TrimSuffix(want.path, "/")+"/sign-in?in=1&next=") {
			t.Errorf("%s: sent to %s", base, to)
		}
		if !s.isIn(c.Name+"="+c.Value) || s.isIn("") || s.isIn(c.Name+"="+c.Value[1:]) || s.isIn("other="+c.Value) {
			t.Errorf("%s: the cookie does not open what it should, or something else does", base)
		}
		if tossed := c.Name + "=tossed; " + c.Name + "=; " + c.Name + "=" + c.Value; !s.isIn(tossed) {
			t.Errorf("%s: another host of the domain keeps users out with its cookies", base)
		}
		out := s.ask("POST", "/desk/sign-out", c.Name+"="+c.Value, "")
		if gone := out.Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 || gone[0].Path != want.path || gone[0].Name != want.name || gone[0].Secure != want.secure || s.isIn(c.Name+"="+c.Value) {
			t.Errorf("%s: after signing out %v", base, out.Header)
		}
	}
}

// After signing in one goes where one wanted to, within the desk and nowhere
// else.
func TestSignInGoesOn(t *testing.T) {
	s := newDeskSite(t, "https://news.example/x")
	asked := s.ask("GET", "/desk/stories/?q=trade&page=2", "", "")
	if asked.StatusCode != http.StatusSeeOther || asked.Header.Get("Location") != "/x/desk/sign-in?next=%2Fdesk%2Fstories%2F%3Fq%3Dtrade%26page%3D2" {
		t.Errorf("a stranger is sent to %s %q", asked.Status, asked.Header.Get("Location"))
	}
	cookie := s.in("Li Wei", teaPassword)
	for next, want := range map[string]string{
		"/desk/stories/?q=trade&page=2": "/x/desk/stories/?q=trade&page=2", "/desk/": "/x/desk/", "": "/x/desk/", "/desk/sign-in": "/x/desk/", "/desk/sign-in?next=%2Fdesk%2Fsign-in": "/x/desk/",
		"https://evil.example/desk/": "/x/desk/", "//evil.example/desk/": "/x/desk/", `/\evil.example/desk/`: "/x/desk/", "/desk/../../evil": "/x/desk/", "/desk/%2e%2e/%2e%2e/": "/x/desk/",
		"/desk//evil.example": "/x/desk/", "/feeds/all/": "/x/desk/", "javascript:alert(1)": "/x/desk/", "/desk": "/x/desk/", "/desk/\r\nSet-Cookie: a=b": "/x/desk/", "/desk/a\tb": "/x/desk/",
		"/desk/%0d%0aSet-Cookie:a=b": "/x/desk/%0d%0aSet-Cookie:a=b", "https:/desk/": "/x/desk/", "/desk/ä?ü": "/x/desk/%C3%A4?%c3%bc",
	} {
		resp := s.ask("GET", "/desk/sign-in?in=1&next="+url.QueryEscape(next), cookie, "")
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != want || resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("next %q: %s to %q, want %q", next, resp.Status, got, want)
		}
	}
	lost, _ := io.ReadAll(s.ask("GET", "/desk/sign-in?in=1&next=%2Fdesk%2F", "", "").Body)
	if !strings.Contains(string(lost), "did not send back the cookie") || !strings.Contains(string(lost), "https://news.example/x/desk/") {
		t.Errorf("a browser without cookies is told %s", lost)
	}
}

// Folders lead to where they are, below the path of the site's address too.
func TestDeskFolders(t *testing.T) {
	for _, path := range []string{"", "/x"} {
		s := newDeskSite(t, "https://news.example"+path)
		for _, folder := range []string{"/desk", "/desk/stories", "/desk/sources"} {
			if resp := s.ask("GET", folder, "", ""); resp.Header.Get("Location") != path+folder+"/" || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s%s leads to %s %q", path, folder, resp.Status, resp.Header)
			}
		}
	}
}

// Whoever fails on purpose keeps a user out of no browser that has a cookie of
// theirs, though the session is over.
func TestCookieOfBefore(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	cookie := s.in("Li Wei", teaPassword)
	for n := range 5 {
		s.signIn("Li Wei", "wrong", "X-Forwarded-For", strconv.Itoa(n))
	}
	form := url.Values{"name": {"Li Wei"}, "password": {teaPassword}}.Encode()
	if resp := s.ask("POST", "/desk/sign-in", "", form); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a stranger: %s", resp.Status)
	}
	if resp := s.ask("POST", "/desk/sign-in", cookie, form); resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 1 {
		t.Errorf("the user's browser: %s", resp.Status)
	}
	long := url.Values{"name": {strings.Repeat("x", 20<<10)}, "password": {teaPassword}}.Encode()
	if page, _ := io.ReadAll(s.ask("POST", "/desk/sign-in", "", long, "X-Forwarded-For", "x").Body); len(page) > 10<<10 {
		t.Errorf("a page of %d bytes for a long name", len(page))
	}
}

// A session is new with each sign-in, and the browser's old one ends: nobody can
// plant one that they know.
func TestSessionIsFresh(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	planted := "desk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	form := url.Values{"name": {"Li Wei"}, "password": {teaPassword}}.Encode()
	resp := s.ask("POST", "/desk/sign-in", planted, form)
	first := "desk=" + resp.Cookies()[0].Value
	if first == planted || s.isIn(planted) || !s.isIn(first) {
		t.Error("a session that was planted is used")
	}
	second := "desk=" + s.ask("POST", "/desk/sign-in", first, form).Cookies()[0].Value
	if second == first || s.isIn(first) || !s.isIn(second) {
		t.Error("the browser's old session lives on beside the new one")
	}
}

func TestSignOutEverywhere(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	a, b, c, ann := s.in("Li Wei", teaPassword), s.in("Li Wei", teaPassword), s.in("Li Wei", teaPassword), s.in("Ann Bell", bikes)
	s.ask("POST", "/desk/sign-out", a, "")
	if s.isIn(a) || !s.isIn(b) || !s.isIn(c) || !s.isIn(ann) {
		t.Error("signing out ends something else")
	}
	s.ask("POST", "/desk/sign-out", "", "everywhere=1")
	s.ask("GET", "/desk/sign-out?everywhere=1", b, "")
	if !s.isIn(b) {
		t.Error("a link signs out, or a stranger does")
	}
	s.ask("POST", "/desk/sign-out", b, "everywhere=1")
	if s.isIn(b) || s.isIn(c) || !s.isIn(ann) {
		t.Error("signing out everywhere does not end all of a user's sessions and no other")
	}
}

// A restart keeps who is in; a user who was taken out, or whose password is
// another now, is out.
func TestSessionsAfterRestart(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	li, ann := s.in("Li Wei", teaPassword), s.in("Ann Bell", bikes)
	if s.open(); !s.isIn(li) || !s.isIn(ann) {
		t.Error("a restart signs users out")
	}
	s.users("Li Wei", newHash, "Ann Bell", bikesHash)
	if s.open(); s.isIn(li) || !s.isIn(ann) {
		t.Error("another password leaves its user in, or signs another out")
	}
	if s.signIn("Li Wei", teaPassword).StatusCode != http.StatusForbidden || s.signIn("Li Wei", newPassword).StatusCode != http.StatusSeeOther {
		t.Error("the old password opens the desk, or the new one does not")
	}
	s.users("Li Wei", newHash)
	if s.open(); s.isIn(ann) || s.signIn("Ann Bell", bikes).StatusCode != http.StatusForbidden {
		t.Error("who was taken out is in")
	}
	s.users("Li Wei", teaHash) // the first password again does not bring the first session back to life
	if s.open(); s.isIn(ann) {
		t.Error("who was taken out is in again")
	}
}

// What another site has a browser send does nothing, whatever cookie comes with
// it; what the desk's own pages send is done.
func TestCrossSite(t *testing.T) {
	s := newDeskSite(t, "https://news.example")
	cookie := s.in("Li Wei", teaPassword)
	for _, from := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
		{"Origin", "https://news.example.evil.example"}, {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
	} {
		for _, path := range []string{"/desk/sign-out", "/desk/sign-in", "/desk/language", "/desk/queue-address", "/desk/no-such-page"} {
			resp := s.ask("POST", path, cookie, url.Values{"name": {"Ann Bell"}, "password": {bikes}, "lang": {"zh"}, "do": {"new"}}.Encode(), from...)
			if resp.StatusCode != http.StatusForbidden || len(resp.Cookies()) > 0 || !s.isIn(cookie) {
				t.Errorf("%v sends to %s: %s, cookies %v", from, path, resp.Status, resp.Cookies())
			}
		}
	}
	for _, from := range [][]string{{"Sec-Fetch-Site", "same-origin", "Origin", "https://news.example"}, {"Origin", "https://news.example"}, {}} {
		if resp := s.ask("POST", "/desk/language", cookie, "lang=zh&back=/desk/you", from...); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/desk/you" {
			t.Errorf("%v: %s", from, resp.Status)
		}
	}
	page, _ := io.ReadAll(s.ask("GET", "/desk/you", cookie, "").Body)
	if !strings.Contains(string(page), `<html lang="zh-CN">`) {
		t.Error("the desk does not speak the language that was chosen")
	}
	// behind a web server that asks by another name
	r := s.ask("POST", "/desk/language", cookie, "lang=en", "Origin", "https://news.example", "X-Forwarded-Host", "news.example")
	if r.StatusCode != http.StatusSeeOther {
		t.Errorf("the site's own address is another site: %s", r.Status)
	}
}

// A link from a mail comes without the cookie; the page then asks again by
// itself, once.
func TestLinksFromElsewhere(t *testing.T) {
	s := newDeskSite(t, "https://news.example/x")
	cookie := s.in("Li Wei", teaPassword)
	resp := s.ask("GET", "/desk/you", "", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(page), `<meta http-equiv="refresh" content="0">`) || strings.Contains(string(page), "Li Wei") || !strings.Contains(string(page), `href="/x/desk/you"`) {
		t.Errorf("a link from elsewhere: %s\n%s", resp.Status, page)
	}
	if again := s.ask("GET", "/desk/you", cookie, "", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "document"); again.StatusCode != http.StatusOK {
		t.Errorf("asked again: %s", again.Status)
	}
	if again := s.ask("GET", "/desk/you", "", "", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "document"); again.StatusCode != http.StatusSeeOther {
		t.Errorf("a stranger asked again: %s", again.Status)
	}
	for _, tt := range [][]string{{"POST", "/desk/language"}, {"GET", "/desk/you"}} { // by script, or after the session ended
		resp := s.ask(tt[0], tt[1], "", "lang=zh", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", map[string]string{"GET": "empty", "POST": "document"}[tt[0]])
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s without a session: %s", tt[0], resp.Status)
		}
	}
}

// Failures are answered alike whether there is such a user, waits are said, and
// nothing secret stands in the log or the page.
func TestSignInFailures(t *testing.T) {
	s := newDeskSite(t, "http://news.example")
	said := func(resp *http.Response) string { b, _ := io.ReadAll(resp.Body); return string(b) }
	known, unknown := s.signIn("Li Wei", "hunter2hunter2"), s.signIn("Wei Li", "hunter2hunter2")
	a, b := said(known), strings.ReplaceAll(said(unknown), "Wei Li", "Li Wei")
	if known.StatusCode != http.StatusForbidden || unknown.StatusCode != http.StatusForbidden || a != b || strings.Contains(a, "hunter2") {
		t.Errorf("answers differ, or say too much: %s, %s\n%s\n%s", known.Status, unknown.Status, a, b)
	}
	for range 3 {
		s.signIn("Li Wei", "hunter2hunter2")
	}
	resp := s.signIn("Li Wei", teaPassword, "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8")
	page := said(resp)
	if after, err := strconv.Atoi(resp.Header.Get("Retry-After")); resp.StatusCode != http.StatusTooManyRequests || err != nil || after < 1 || after > 31 || !strings.Contains(page, "失败次数过多") || len(resp.Cookies()) > 0 {
		t.Errorf("after five failures: %s, %v\n%s", resp.Status, resp.Header, page)
	}
	name := `"><script>alert(1)</script>`
	if page := said(s.signIn(name, "x", "X-Forwarded-For", "198.51.100.9")); strings.Contains(page, "<script>alert") {
		t.Error("a name is written into the page as it is")
	}
	for _, secret := range []string{"hunter2", teaPassword, "203.0.113.7", "argon2id", name} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	err := s.h.store.View(t.Context(), func(l *storage.Ledger) error {
		in := l.SignIns()
		if len(in) != 2 || in[0].Failed+in[1].Failed != 5 {
			t.Errorf("noted: %+v", in)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.h.store.Close(); err != nil { // a record that cannot be written lets nobody in
		t.Fatal(err)
	}
	resp = s.ask("POST", "/desk/sign-in", "", url.Values{"name": {"Ann Bell"}, "password": {bikes}}.Encode(), "X-Forwarded-For", "x")
	if resp.StatusCode == http.StatusSeeOther || len(resp.Cookies()) > 0 {
		t.Errorf("without a record: %s", resp.Status)
	}
}

// The language's button leads back to what was looked at, with all that was
// chosen there, from an answer to a form to where the form was.
func TestLanguageComesBack(t *testing.T) {
	s := newDeskSite(t, "https://news.example/x")
	cookie := s.in("Li Wei", teaPassword)
	for _, tt := range []struct{ method, path, form, from, want string }{
		{"GET", "/desk/log?kind=acts&who=li+%26", "", "", "/x/desk/log?kind=acts&who=li+%26"},
		{"GET", "/desk/stories/?q=trade&page=2", "", "https://news.example/x/desk/", "/x/desk/stories/?q=trade&page=2"},
		{"GET", "/desk/?from=%22%3E", "", "", "/x/desk/?from=%22%3E"},
		{"POST", "/desk/queue-address", "do=new", "https://news.example/x/desk/you", "/x/desk/you"},
		{"POST", "/desk/queue-address", "do=new", "", "/x/desk/"},
		{"POST", "/desk/queue-address", "do=new", "%zz", "/x/desk/"},
		{"POST", "/desk/queue-address", "do=new", "https://news.example/x/desk/sign-in?next=%2Fdesk%2Fyou", "/x/desk/"},
	} {
		page, _ := io.ReadAll(s.ask(tt.method, tt.path, cookie, tt.form, "Referer", tt.from).Body)
		_, after, _ := strings.Cut(string(page), `name="back" value="`)
		back, _, found := strings.Cut(after, `"`)
		form := url.Values{"lang": {"en"}, "back": {html.UnescapeString(back)}}.Encode()
		if to := s.ask("POST", "/desk/language", cookie, form).Header.Get("Location"); !found || to != tt.want {
			t.Errorf("%s %s from %q comes back to %q, want %q", tt.method, tt.path, tt.from, to, tt.want)
		}
	}
	again, _ := io.ReadAll(s.ask("GET", "/desk/log?kind=acts", "", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document").Body)
	if !strings.Contains(string(again), `href="/x/desk/log?kind=acts"`) {
		t.Errorf("who comes from another site is led on by %s", again)
	}
}
