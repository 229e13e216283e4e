package outbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/news"
)

// first answers a first try otherwise than those after it.
func first(do func(*http.Request) (*http.Response, error)) func(*http.Request, int) (*http.Response, error) {
	return func(r *http.Request, try int) (*http.Response, error) {
		if try == 1 {
			return do(r)
		}
		return answered(202), nil
	}
}

func with(status int, header, value string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		res := answered(status)
		res.Header.Set(header, value)
		return res, nil
	}
}

func TestFailuresAreRepeated(t *testing.T) {
	for _, c := range []struct {
		name        string
		answer      func(*http.Request) (*http.Response, error)
		least, most time.Duration // of the second try
		says        string
	}{
		{"500", with(500, "X", ""), 11 * time.Second, 16 * time.Second, "it answered 500"},
		{"404", with(404, "X", ""), 11 * time.Second, 16 * time.Second, "it answered 404"},
		{"410", with(410, "X", ""), 11 * time.Second, 16 * time.Second, "it answered 410"},
		{"redirect", with(307, "Location", "http://elsewhere.example/"), 11 * time.Second, 16 * time.Second, "redirects are not followed"},
		{"hangs", hang, 21 * time.Second, 26 * time.Second, "it did not answer in time"},
		{"busy", with(503, "Retry-After", "120"), 2 * time.Minute, 2*time.Minute + time.Second, "it answered 503"},
		{"busy for a moment", with(429, "Retry-After", "1"), 11 * time.Second, 16 * time.Second, "it answered 429"},
		{"busy for ever", with(503, "Retry-After", "999999999"), 6 * time.Hour, 6*time.Hour + time.Second, "it answered 503"},
		{"busy since long", with(503, "Retry-After", "Mon, 23 Nov 1998 00:00:00 GMT"), 11 * time.Second, 16 * time.Second, "it answered 503"},
		{"nonsense", with(503, "Retry-After", "-5"), 11 * time.Second, 16 * time.Second, "it answered 503"},
		{"refused", func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: "https://h/secret-token", Err: errors.New("connection refused" + strings.Repeat("报", 100))}
		}, 11 * time.Second, 16 * time.Second, "connection refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.answer = first(c.answer)
				b, stop := w.run(Options{})
				r := readers(1, nil)[0]
				tell(b, r.moved(7))
				time.Sleep(7 * time.Hour)
				stop()
				if at := w.at[r.to]; len(at) != 2 || at[1] < c.least || at[1] > c.most {
					t.Errorf("tries at %v", at)
				}
				failed := r.heard[0]
				if !strings.Contains(failed.Error, c.says) || strings.Contains(failed.Error, "secret") || len(failed.Error) > maxTrouble {
					t.Errorf("it says %q", failed.Error)
				}
				if failed.Tries != 1 || failed.Sent != 0 || failed.Since.IsZero() || !failed.Next.After(failed.Since) {
					t.Errorf("after the first try it stands %+v", failed)
				}
				if d := w.saved[r.to]; d != (news.Delivery{To: r.to, Sent: 7}) {
					t.Errorf("at last it stands %+v", d)
				}
			})
		})
	}
}

// Pauses double up to an hour, and who fails is tried for ever: to give up is
// for the recipient to say.
func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(*http.Request, int) (*http.Response, error) { return answered(500), nil }
		b, stop := w.run(Options{})
		list := readers(40, func(_ int, r *reader) { r.host = r.to })
		tell(b, owed(list, 1)...)
		time.Sleep(100 * time.Hour)
		stop()
		spread := make(map[time.Duration]bool)
		for _, r := range list {
			at := w.at[r.to]
			for n := 1; n < len(at); n++ {
				pause, most := at[n]-at[n-1], min(15*time.Second<<min(n-1, 20), time.Hour)
				if pause < most*3/4-time.Millisecond || pause > most+time.Second {
					t.Fatalf("pause %d is %s, want at most %s", n, pause, most)
				}
			}
			if len(at) < 100 {
				t.Errorf("%d tries in 100 hours", len(at))
			}
			spread[at[3]] = true
		}
		if len(spread) < 20 {
			t.Errorf("40 recipients are tried at %d moments", len(spread))
		}
	})
}

// A recipient that says so is told no more; its mark is not kept.
func TestARecipientEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(*http.Request, int) (*http.Response, error) { return answered(410), nil }
		b, stop := w.run(Options{})
		list := readers(20, func(n int, r *reader) { r.mortal = n%2 == 0 })
		tell(b, owed(list, 1)...)
		time.Sleep(time.Hour)
		stop()
		for n, r := range list {
			_, kept := w.saved[r.to]
			if ended := n%2 == 0; (w.tries[r.to] == 1) != ended || kept == ended {
				t.Errorf("%s: %d tries, kept %v", r.to, w.tries[r.to], kept)
			}
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.queue.jobs) != 10 {
			t.Errorf("%d are to be told", len(b.queue.jobs))
		}
	})
}

// Those that hang hold nobody up, wherever they are.
func TestHangingHoldsNobody(t *testing.T) {
	for name, hangs := range map[string]func(int) bool{
		"one in a hundred": func(n int) bool { return n%100 == 3 },
		"spread":           func(n int) bool { return n%10 == 3 },
		"first":            func(n int) bool { return n < 300 },
		"none":             func(int) bool { return false },
		"of every host":    func(n int) bool { return n%10 < 3 },
		"a host at once":   func(n int) bool { return n/10%10 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				list := readers(3000, nil)
				hanging := make(map[string]bool)
				hung := 0
				for n, r := range list {
					if hanging["/"+r.to] = hangs(n); hangs(n) {
						hung++
					}
				}
				last := time.Duration(0)
				w.answer = func(r *http.Request, _ int) (*http.Response, error) {
					if hanging[r.URL.Path] {
						return hang(r)
					}
					time.Sleep(5 * time.Millisecond)
					w.mu.Lock()
					last = time.Since(w.began)
					w.mu.Unlock()
					return answered(200), nil
				}
				b, stop := w.run(Options{})
				tell(b, owed(list, 1)...)
				time.Sleep(11 * time.Second)
				stop()
				others := 235 * time.Millisecond // 3000 posts of 5 ms by 64 workers
				held := time.Duration(hung) * 50 * time.Millisecond / 64
				if most := others*12/10 + held; last > most {
					t.Errorf("the last of the others was told after %s, want %s", last, most)
				}
				if name == "one in a hundred" && last > others*12/10 {
					t.Errorf("the last of the others was told after %s, want %s", last, others*12/10)
				}
				for n, r := range list {
					if !hangs(n) && len(w.got[r.to]) != 1 {
						t.Fatalf("%s was told %d times", r.to, len(w.got[r.to]))
					}
				}
			})
		})
	}
}

// When more are slow than may be, the others wait, and nobody is lost.
func TestTooManyAreSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(r *http.Request, _ int) (*http.Response, error) {
			time.Sleep(3 * time.Second)
			return answered(200), nil
		}
		b, stop := w.run(Options{Workers: 4, Slow: 8, PerHost: 100})
		list := readers(100, func(_ int, r *reader) { r.host = "h" })
		tell(b, owed(list, 1)...)
		time.Sleep(time.Minute)
		stop()
		if n := w.most["h"]; n != 12 {
			t.Errorf("%d posts at once", n)
		}
		if len(w.got) != 100 {
			t.Errorf("%d of 100 were told", len(w.got))
		}
	})
}

// independent is an HMAC-SHA256 as RFC 2104 has it.
func independent(key, text []byte) string {
	if len(key) > 64 {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	block := func(pad byte) []byte {
		out := make([]byte, 64)
		copy(out, key)
		for n := range out {
			out[n] ^= pad
		}
		return out
	}
	inner := sha256.Sum256(append(block(0x36), text...))
	outer := sha256.Sum256(append(block(0x5c), inner[:]...))
	return hex.EncodeToString(outer[:])
}

func TestSignatures(t *testing.T) {
	// RFC 4231, test case 2.
	if got := Sign("Jefe", []byte("what do ya want for nothing?")); got != "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Error(got)
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer = func(r *http.Request, _ int) (*http.Response, error) {
			body, _ := r.GetBody()
			text := make([]byte, r.ContentLength)
			body.Read(text)
			secret := r.Header.Get("X-Secret")
			want := []string{"sha256=" + independent([]byte(secret), text)}
			if secret == "" {
				want = nil
			}
			if got := r.Header["X-Hub-Signature"]; !slices.Equal(got, want) {
				t.Errorf("%s is signed %q, want %q", text, got, want)
			}
			return answered(200), nil
		}
		b, stop := w.run(Options{})
		for n, secret := range []string{"", "s", "秘密", strings.Repeat("long", 50)} {
			r := &reader{to: fmt.Sprint("r", n), host: "h", secret: secret, newest: 1}
			tell(b, Owed{Recipient: &telling{r}, Upto: 1})
		}
		time.Sleep(time.Minute)
		stop()
		if len(w.got) != 4 {
			t.Errorf("told %v", w.got)
		}
	})
}

// telling has the test's answers know the secret.
type telling struct{ *reader }

func (r *telling) Post(after uint64) (Post, error) {
	p, err := r.reader.Post(after)
	p.Header.Set("X-Secret", r.secret)
	return p, err
}
