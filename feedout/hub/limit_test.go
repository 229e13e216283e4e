package hub

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// refused checks an answer that says what to do.
func (w *world) refused(form map[string][]string, status int, says string) {
	w.Helper()
	rec := w.post(form)
	if rec.Code != status || !strings.Contains(rec.Body.String(), says) {
		w.Errorf("status %d: %q, want %d and %q", rec.Code, rec.Body, status, says)
	}
	if later := rec.Header().Get("Retry-After"); (later != "") != (status == http.StatusServiceUnavailable) {
		w.Errorf("status %d with Retry-After %q", status, later)
	}
}

// rested lets what holds places at a callback's host pass.
func rested() { time.Sleep(mostAtDoor * (restUnmeant + answerWithin)); synctest.Wait() }

func TestMostAtAHost(t *testing.T) {
	inBubble(t, func(w *world) {
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
		}
		rested()
		if len(w.kept()) != MostAtHost {
			w.Fatalf("%d are kept, want %d", len(w.kept()), MostAtHost)
		}
		over := typical("hub.callback", "https://READER.example:8443/one-more")
		w.refused(over, http.StatusForbidden, "10 callbacks at reader.example")
		w.accepted(typical("hub.callback", at(0), "hub.secret", "renewed"))
		w.accepted(typical("hub.callback", at(0), "hub.topic", site+"/feeds/other.atom"))
		w.accepted(typical("hub.callback", "https://another.example/"))
		w.accepted(typical("hub.callback", at(1), "hub.mode", "unsubscribe"))
		rested()
		w.accepted(over)
	})
}

// Those that are not confirmed yet count too, and no longer when they were not.
func TestMostAtAHostAtOnce(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(hangs)
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
		}
		w.refused(typical("hub.callback", at(11)), http.StatusForbidden, "10 callbacks at")
		w.accepted(typical("hub.callback", at(3)))
		rested()
		if len(w.kept()) > 0 {
			w.Fatalf("kept %v", w.kept())
		}
		w.answers(confirms)
		w.accepted(typical("hub.callback", at(11)))
	})
}

// One that is kept this moment counts once.
func TestNoneIsCountedTwice(t *testing.T) {
	inBubble(t, func(w *world) {
		w.book.lag = time.Second
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
			synctest.Wait()
		}
		w.refused(typical("hub.callback", at(11)), http.StatusForbidden, "10 callbacks at")
	})
}

// One whose lease is over, and that is not taken away yet, comes again in its own
// place.
func TestEndedComesAgain(t *testing.T) {
	inBubble(t, func(w *world) {
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
		}
		rested()
		w.book.others = Most - MostAtHost
		w.book.lapse(at(0))
		w.accepted(typical("hub.callback", at(0)))
		w.refused(typical("hub.callback", at(11)), http.StatusForbidden, "10 callbacks at")
	})
}

// An end and a beginning of each that wait together make no room for more.
func TestNoRoomBetweenEndAndBeginning(t *testing.T) {
	inBubble(t, func(w *world) {
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
		}
		rested()
		for n := range MostAtHost {
			for _, mode := range []string{"unsubscribe", "subscribe"} {
				if rec := w.send(typical("hub.callback", at(n), "hub.mode", mode)); n == 0 && rec.Code != http.StatusAccepted {
					w.Errorf("%s: %s", mode, rec.Body)
				}
			}
		}
		for range 40 {
			time.Sleep(time.Second / 2)
			for n := range 2 * MostAtHost {
				w.send(typical("hub.callback", at(100+n)))
			}
			if len(w.kept()) > MostAtHost {
				w.Fatalf("%d are kept", len(w.kept()))
			}
		}
	})
}

func TestMostInAll(t *testing.T) {
	inBubble(t, func(w *world) {
		w.book.others = Most - 1
		w.answers(hangs)
		w.accepted(typical("hub.callback", "https://slow.example/"))
		w.refused(typical(), http.StatusServiceUnavailable, "10000 subscriptions")
		rested()
		w.answers(confirms)
		w.accepted(typical())
		w.refused(typical("hub.callback", "https://another.example/"), http.StatusServiceUnavailable, "10000 subscriptions")
		w.accepted(typical("hub.secret", "renewed"))
		w.accepted(typical("hub.mode", "unsubscribe"))
		rested()
		w.accepted(typical("hub.callback", "https://another.example/"))
	})
}

func TestMostThatWaitAtAHost(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(hangs)
		for range mostAtDoor {
			w.accepted(typical())
		}
		w.refused(typical(), http.StatusServiceUnavailable, "at reader.example wait")
		w.accepted(typical("hub.callback", "https://another.example/"))
		if w.busiest() > mostAskedAtHost+1 {
			w.Errorf("%d were asked at once", w.busiest())
		}
		rested()
		w.accepted(typical())
	})
}

func TestCallbacksOfOneHostAtOnce(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(hangs)
		for n := range MostAtHost {
			w.accepted(typical("hub.callback", at(n)))
		}
		if w.busiest() != mostAskedAtHost {
			w.Errorf("%d were asked at once, want %d", w.busiest(), mostAskedAtHost)
		}
	})
}

// Nobody can have a stranger asked often: the places of callbacks that do not
// confirm stay taken for a while.
func TestAStrangerIsAskedSeldom(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(http.NotFound)
		for n := range 10 * 60 {
			w.send(typical("hub.callback", at(n)))
			time.Sleep(time.Second / 10)
		}
		if v := w.visits(); v < 6*mostAskedAtHost || v > 7*mostAskedAtHost {
			w.Errorf("asked %d times in a minute, want %d in %s", v, mostAskedAtHost, restUnmeant)
		}
	})
}

func TestMostThatWait(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(hangs)
		host := func(n int) string { return fmt.Sprintf("https://r%d.example/", n) }
		for n := range mostWaiting {
			if rec := w.send(typical("hub.callback", host(n))); rec.Code != http.StatusAccepted {
				w.Fatalf("number %d: %s", n, rec.Body)
			}
		}
		w.refused(typical("hub.callback", host(mostWaiting)), http.StatusServiceUnavailable, "Too many callbacks wait")
		if w.busiest() != mostAsked {
			w.Errorf("%d were asked at once, want %d", w.busiest(), mostAsked)
		}
		time.Sleep(mostWaiting/mostAsked*answerWithin + time.Minute)
		w.answers(confirms)
		w.accepted(typical())
		if _, ok := w.subscribed(callback); !ok {
			w.Error("it does not go on")
		}
	})
}

// The end of the daemon waits for no callback, and nothing is kept after it.
func TestEnd(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(hangs)
		for n := range 8 {
			w.accepted(typical("hub.callback", at(n)))
		}
		w.hub.desk.close()
		w.refused(typical(), http.StatusServiceUnavailable, "being stopped")
		begin := time.Now()
		w.hub.stop()
		w.hub.desk.visits.Wait()
		if took := time.Since(begin); took > 0 || len(w.kept()) > 0 {
			w.Errorf("it took %s, and kept %v", took, w.kept())
		}
	})
}

// A sweep that fails is not the end of sweeping.
func TestSweepThatFails(t *testing.T) {
	inBubble(t, func(w *world) {
		w.accepted(typical("hub.lease_seconds", "86400"))
		w.breaks(errDisk)
		time.Sleep(Shortest)
		w.breaks(nil)
		time.Sleep(sweepEvery + time.Second)
		if len(w.kept()) > 0 {
			w.Errorf("kept %v", w.kept())
		}
	})
}
