package signin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

func TestSignIn(t *testing.T) {
	h := newHall(t)
	for _, tt := range []struct{ name, password string }{
		{"Li Wei", "wrong"}, {"Li Wei", ""}, {"", ""}, {"li wei", "the tea is getting cold"}, {"Li Wei", "four red bicycles here"}, {"Li Wei", "the tea is getting cold "},
		{"nobody", "the tea is getting cold"}, {"Li Wei\x00", "the tea is getting cold"}, {"Li Wei", strings.Repeat("x", 1<<20)}, {"nobody", ""},
	} {
		h := newHall(t)
		if secret, err := h.try(tt.name, tt.password, "c"); secret != "" || !errors.Is(err, ErrWrong) {
			t.Errorf("%q, %.20q: %q, %v", tt.name, tt.password, secret, err)
		}
	}
	a, b := h.in("Li Wei", "the tea is getting cold"), h.in("Ann Bell", "four red bicycles here")
	if !h.opens(a, "Li Wei") || !h.opens(b, "Ann Bell") || a == b || len(a) != 43 {
		t.Errorf("the secrets %q and %q do not open what they should", a, b)
	}
	for _, no := range []string{"", a + "x", a[1:], Digest(a), strings.ToUpper(a), "Li Wei"} {
		if _, _, ok := h.Session(t.Context(), no); ok {
			t.Errorf("%q opens a session", no)
		}
	}
	for key := range h.book.sessions {
		if key == a || key == b {
			t.Error("a secret is kept as it is")
		}
	}
}

// An unknown name takes the way of a known one, at the same cost, and is not
// noted: it may be a password.
func TestUnknownNames(t *testing.T) {
	h := newHall(t)
	if h.nobody.cost != h.users["Li Wei"].cost || len(h.nobody.digest) == 0 {
		t.Errorf("nobody costs %+v", h.nobody.cost)
	}
	h.try("the tea is getting cold", "Li Wei", "c")
	h.try("Li Wei", "wrong", "c")
	want := []news.SignIn{{At: h.now, Agent: "Firefox on Linux", Failed: 1}, {User: "Li Wei", At: h.now, Agent: "Firefox on Linux", Failed: 1}}
	if len(h.book.signIns) != 2 || h.book.signIns[0] != want[0] || h.book.signIns[1] != want[1] {
		t.Errorf("noted: %+v", h.book.signIns)
	}
	for range 10 {
		h.try("somebody", "wrong", "")
	}
	if _, err := h.try("somebody", "wrong", ""); wait(err) == 0 {
		t.Errorf("an unknown name does not wait as a known one would: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	day := 24 * time.Hour
	for _, tt := range []struct {
		name string
		do   func(h *hall, secret string)
		want bool
	}{
		{"nothing", func(*hall, string) {}, true},
		{"a restart", func(h *hall, _ string) { h.open(member("Li Wei", "the tea is getting cold")) }, true},
		{"half a day less a second", func(h *hall, _ string) { h.now = h.now.Add(12*time.Hour - time.Second) }, true},
		{"half a day", func(h *hall, _ string) { h.now = h.now.Add(12 * time.Hour) }, false},
		{"six days of use", func(h *hall, s string) { h.use(s, 6*day) }, true},
		{"a week of use", func(h *hall, s string) { h.use(s, 7*day) }, false},
		{"signing out", func(h *hall, s string) { h.out(s, false) }, false},
		{"signing out elsewhere", func(h *hall, _ string) { h.out(h.in("Li Wei", "the tea is getting cold"), false) }, true},
		{"signing out everywhere", func(h *hall, _ string) { h.out(h.in("Li Wei", "the tea is getting cold"), true) }, false},
		{"another signing out everywhere", func(h *hall, _ string) { h.out(h.in("Ann Bell", "four red bicycles here"), true) }, true},
		{"the user taken out", func(h *hall, _ string) { h.open(member("Ann Bell", "four red bicycles here")) }, false},
		{"another password", func(h *hall, _ string) { h.open(member("Li Wei", "a new password for all")) }, false},
		{"no users", func(h *hall, _ string) { h.open() }, false},
		{"a use that comes late", func(h *hall, s string) {
			session, _, _ := h.Session(h.Context(), s)
			h.out(s, false)
			h.now = h.now.Add(2 * time.Hour)
			h.Used(h.Context(), session)
		}, false},
		{"a disk that fails", func(h *hall, _ string) { h.book.broken = errors.New("the disk is gone") }, false},
		{"another user's sign-in", func(h *hall, _ string) { h.in("Ann Bell", "four red bicycles here") }, true},
		{"twenty more sign-ins", func(h *hall, _ string) {
			for range 20 {
				h.now = h.now.Add(time.Second)
				h.in("Li Wei", "the tea is getting cold")
			}
		}, false},
		{"nineteen more sign-ins", func(h *hall, _ string) {
			for range 19 {
				h.now = h.now.Add(time.Second)
				h.in("Li Wei", "the tea is getting cold")
			}
		}, true},
	} {
		h := newHall(t)
		secret := h.in("Li Wei", "the tea is getting cold")
		if tt.do(h, secret); h.opens(secret, "Li Wei") != tt.want {
			t.Errorf("%s: holds is %v", tt.name, !tt.want)
		}
	}
}

// use asks for a page every hour for so long.
func (h *hall) use(secret string, how time.Duration) {
	for range int(how / time.Hour) {
		h.now = h.now.Add(time.Hour)
		if s, _, ok := h.Session(h.Context(), secret); ok {
			h.Used(h.Context(), s)
		}
	}
}

func (h *hall) out(secret string, everywhere bool) {
	h.Helper()
	s, _, ok := h.Session(h.Context(), secret)
	if !ok {
		h.Fatal("there is no session to end")
	}
	if err := h.SignOut(h.Context(), s, everywhere); err != nil {
		h.Fatal(err)
	}
}

// Use is noted once an hour.
func TestUsed(t *testing.T) {
	h := newHall(t)
	secret := h.in("Li Wei", "the tea is getting cold")
	begun := h.now
	for range 3 {
		h.now = h.now.Add(25 * time.Minute)
		s, _, _ := h.Session(t.Context(), secret)
		h.Used(t.Context(), s)
	}
	if s, _, _ := h.Session(t.Context(), secret); !s.Seen.Equal(begun.Add(75*time.Minute)) || !s.Since.Equal(begun) {
		t.Errorf("seen %s, since %s", s.Seen, s.Since)
	}
	if list, err := h.Sessions(t.Context(), "Li Wei"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestQueueTokens(t *testing.T) {
	h := newHall(t)
	read := func(token string) string { who, _ := h.Reader(t.Context(), token); return who.Name }
	make := func(name string) string {
		token, err := h.NewQueueToken(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	if read("") != "" || read(Digest("")) != "" {
		t.Error("without tokens something opens the queue")
	}
	li, ann := make("Li Wei"), make("Ann Bell")
	if read(li) != "Li Wei" || read(ann) != "Ann Bell" || read("") != "" || read(Digest(li)) != "" || read(li[1:]) != "" {
		t.Errorf("tokens open for %q and %q", read(li), read(ann))
	}
	next := make("Li Wei")
	if read(li) != "" || read(next) != "Li Wei" || read(ann) != "Ann Bell" {
		t.Error("a new token does not take the old one's place")
	}
	if err := h.DropQueueToken(t.Context(), "Li Wei"); err != nil || read(next) != "" || read("") != "" {
		t.Errorf("a token that was taken back opens for %q, %v", read(next), err)
	}
	if err := h.Speak(t.Context(), "Ann Bell", "zh"); err != nil || read(ann) != "Ann Bell" || h.book.people["Ann Bell"].Lang != "zh" {
		t.Errorf("a language costs the token, or is forgotten: %v, %v", h.book.people, err)
	}
	if h.open(member("Li Wei", "the tea is getting cold")); read(ann) != "" {
		t.Error("the token of one who is no user any more opens the queue")
	}
}

// What ends sessions for all browsers ends the token, too, and nothing else does;
// who had one then sees that they have none, and can make another.
func TestQueueTokenEnds(t *testing.T) {
	const old, other = "the tea is getting cold", "a new password for all"
	for _, tt := range []struct {
		name, password string // password is the one in the end
		do             func(h *hall)
		want           bool
	}{
		{"nothing", old, func(*hall) {}, true},
		{"a restart", old, func(h *hall) { h.open(member("Li Wei", old)) }, true},
		{"signing out", old, func(h *hall) { h.out(h.in("Li Wei", old), false) }, true},
		{"signing out everywhere", old, func(h *hall) { h.out(h.in("Li Wei", old), true) }, false},
		{"another signing out everywhere", old, func(h *hall) { h.out(h.in("Ann Bell", "four red bicycles here"), true) }, true},
		{"another password", other, func(h *hall) { h.open(member("Li Wei", other)) }, false},
		{"one of before it was kept with which password", old, func(h *hall) {
			who := h.book.people["Li Wei"]
			who.Under = ""
			h.book.people["Li Wei"] = who
		}, false},
	} {
		h := newHall(t)
		token, err := h.NewQueueToken(t.Context(), "Li Wei")
		if err != nil || h.Speak(t.Context(), "Li Wei", "zh") != nil {
			t.Fatal(err)
		}
		tt.do(h)
		_, reads := h.Reader(t.Context(), token)
		_, who, _ := h.Session(t.Context(), h.in("Li Wei", tt.password))
		if reads != tt.want || who.Made.IsZero() == tt.want || who.Lang != "zh" {
			t.Errorf("%s: the token opens the queue is %v; its user is shown %+v", tt.name, reads, who)
		}
		again, err := h.NewQueueToken(t.Context(), "Li Wei")
		if _, reads := h.Reader(t.Context(), again); err != nil || !reads {
			t.Errorf("%s: another token does not open the queue: %v", tt.name, err)
		}
	}
}

// Few wait for their turn, and who gives up takes no place.
func TestBusy(t *testing.T) {
	h := newHall(t)
	h.work <- struct{}{} // somebody's password is being worked out
	ctx, giveUp := context.WithCancel(t.Context())
	done := make(chan error, mostWaiting)
	for n := range mostWaiting {
		go func() {
			_, err := h.SignIn(ctx, Attempt{Name: string(rune('a' + n)), Password: "x"})
			done <- err
		}()
	}
	for len(h.queue) < mostWaiting {
		time.Sleep(time.Millisecond)
	}
	if _, err := h.try("Ann Bell", "four red bicycles here", "z"); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
	giveUp()
	for range mostWaiting {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up: %v", err)
		}
	}
	<-h.work
	h.in("Ann Bell", "four red bicycles here")
}

func TestBrowser(t *testing.T) {
	for agent, want := range map[string]string{
		"": "unknown", "Mozilla/5.0": "unknown", "\x00<script>": "unknown",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                         "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                                "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0":                  "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":        "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36":                          "Chrome on Android",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50": "WeChat on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                             "Safari on macOS", "curl/8.9.1": "curl",
	} {
		if got := Browser(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
