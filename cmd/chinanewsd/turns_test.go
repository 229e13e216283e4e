package main

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// Whatever happens to hosts and tasks, what is handed out is that of a host whose
// turn it is and that waited longest, and nobody sleeps past the next turn.
func TestTurnsAreThoseOfAllHosts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tt := newTimetable(polite)
		tt.most = 2
		ours := map[uint16]bool{}
		if rapid.Bool().Draw(rt, "several nodes") {
			tt.mine = func(part uint16) bool { return ours[part] }
		}
		now := noon
		var out []*handed
		host := func() string { return fmt.Sprint("h", rapid.IntRange(0, 7).Draw(rt, "host")) }
		task := func() news.Task {
			kind := rapid.SampledFrom([]news.TaskKind{news.TaskListing, news.TaskArticle, news.TaskLook}).Draw(rt, "kind")
			return ask(kind, host(), rapid.IntRange(0, 2).Draw(rt, "n"), now.Add(time.Duration(rapid.IntRange(-3, 9).Draw(rt, "due"))*time.Second))
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put":  func(*rapid.T) { tt.put(task()) },
			"drop": func(*rapid.T) { tt.drop(task()) },
			"hold": func(*rapid.T) { tt.hold(host(), now.Add(5*time.Second)) },
			"wait": func(*rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 4000).Draw(rt, "ms")) * time.Millisecond)
			},
			"lease": func(*rapid.T) {
				part := news.Part(host())
				if ours[part] = !ours[part]; ours[part] && tt.mine != nil {
					tt.take([]uint16{part}, now)
				}
			},
			"done": func(*rapid.T) {
				if len(out) > 0 {
					n := rapid.IntRange(0, len(out)-1).Draw(rt, "which")
					tt.done(out[n], now, time.Duration(rapid.IntRange(0, 8).Draw(rt, "took"))*time.Second)
					out = append(out[:n], out[n+1:]...)
				}
			},
			"next": func(*rapid.T) {
				turn, soonest := turnsOf(tt, now)
				h, ok, wait := tt.next(now)
				switch {
				case ok && turn[h.queue.host] == nil:
					rt.Fatalf("handed out %s, whose turn it is not", h.URL)
				case ok:
					for _, q := range turn {
						if q.host != h.queue.host && q.handed < turn[h.queue.host].handed {
							rt.Fatalf("handed out %s, though %s has waited longer", h.URL, q.host)
						}
					}
					out = append(out, h)
				case len(turn) > 0:
					rt.Fatalf("nothing is handed out, of %d", len(turn))
				case !soonest.IsZero() && (wait.IsZero() || wait.After(soonest)):
					rt.Fatalf("sleeps until %v, and the next turn is at %v", wait, soonest)
				}
			},
		})
	})
}

// turnsOf looks at all hosts for those whose turn it is, as they are before one
// of them is asked, and for when that of the others comes.
func turnsOf(tt *timetable, now time.Time) (turn map[string]*queue, soonest time.Time) {
	turn = make(map[string]*queue)
	for name, q := range tt.hosts {
		at, ok := q.turn(tt.rule(name))
		switch {
		case !ok || tt.mine != nil && !tt.mine(q.part):
		case at.After(now):
			if soonest.IsZero() || at.Before(soonest) {
				soonest = at
			}
		case !q.slow || tt.slow < tt.most:
			was := *q
			turn[name] = &was
		}
	}
	return turn, soonest
}

// BenchmarkTurn hands out a task of one of so many hosts, each of which has one
// that is due later.
func BenchmarkTurn(b *testing.B) {
	for _, hosts := range []int{10, 100, 1000, 10_000} {
		b.Run(fmt.Sprint("hosts=", hosts), func(b *testing.B) {
			tt, now := newTimetable(polite), noon
			for n := range hosts {
				tt.put(ask(news.TaskListing, fmt.Sprint("h", n), 1, now))
			}
			for b.Loop() {
				h, ok, wait := tt.next(now)
				if !ok {
					now = wait
					continue
				}
				tt.done(h, now, 0)
				task := h.Task
				task.Due = now.Add(time.Hour)
				tt.put(task)
			}
		})
	}
}
