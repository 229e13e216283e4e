package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster"
	"chinanews/news"
	"chinanews/storage"
)

// A node that rules goes on with it as soon as a configuration is recorded, and
// takes the next, however long the feeds of the first take to be rendered; and
// whenever it hears of its own word.
func TestRulingDoesNotWaitForRendering(t *testing.T) {
	s := newSeats(t, 1)[0]
	s.until("rules", func() bool { return s.h.member.node.Rules() })
	now, before := s.now(), s.h.flow.by()
	now.press.turn.Lock()
	render := sync.OnceFunc(now.press.turn.Unlock)
	t.Cleanup(render)
	s.set("title: All", "title: Everything")
	first := make(chan reload, 1)
	go func() {
		done, _ := s.h.reloads.ask(t.Context())
		first <- done
	}()
	s.until("has it recorded", func() bool { return s.h.flow.by() != before })
	s.h.member.heard(s.h.flow, cluster.Heard{Config: true})
	if now.abreast() || !s.h.flow.abreast() {
		t.Errorf("the house is abreast: %v, its flow: %v", now.abreast(), s.h.flow.abreast())
	}
	moment := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // more than anything takes that comes at all
		defer cancel()
		if _, err := s.h.flow.record.Rule(ctx, func(*storage.Ledger) news.Decision { return news.Decision{} }); err != nil {
			t.Fatalf("a moment gave %v", err)
		}
	}
	moment()
	render()
	if done := <-first; !done.OK {
		t.Fatalf("%+v", done)
	}
	s.h.member.heard(s.h.flow, cluster.Heard{Config: true})
	s.set("title: Everything", "title: The lot")
	s.reload(true)
	moment()
	if body, _ := s.document("/feeds/all.rss"); !strings.Contains(body, "The lot") {
		t.Errorf("it serves %s", body)
	}
}
