package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// The export has each version with its looks, classes and digests, and for each
// capture that it names there is one.
func TestExportHasVersions(t *testing.T) {
	s := newTold(t, "government")
	var out strings.Builder
	if err := export(t.Context(), s.h.store, s.changed.FirstSeen.Add(-1), &out); err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(out.String()))
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, s.changed.ID.String()) })
	if len(lines) != 2 || i < 0 {
		t.Fatalf("%d lines", len(lines))
	}
	var e exported
	if err := json.Unmarshal([]byte(lines[i]), &e); err != nil || len(e.Revisions) != 2 {
		t.Fatalf("%v, %d versions: %s", err, len(e.Revisions), lines[i])
	}
	first, second := e.Revisions[0], e.Revisions[1]
	if first.Last != nil || second.Last == nil || second.Last.After(second.At) || second.Class != news.Edit || second.Rev != 2 || second.Reader == "" {
		t.Errorf("versions %+v and %+v", first, second)
	}
	if first.SHA256 == second.SHA256 || len(second.SHA256) != 64 || !strings.Contains(second.Text, "Another text") || second.URL != e.URL {
		t.Errorf("texts of %+v and %+v", first, second)
	}
	for _, r := range e.Revisions {
		c, err := s.h.store.Capture(r.Capture)
		if err != nil || !strings.Contains(string(c.Body), "release 1") {
			t.Errorf("version %d names the capture %s: %.80q, %v", r.Rev, r.Capture, c.Body, err)
		}
	}
	if e.Presence != news.Present || e.Looks == nil || len(e.Looks) != 0 {
		t.Errorf("presence %q, looks %v", e.Presence, e.Looks)
	}
}

// Of an item that looks miss, the export has each look as evidence.
func TestExportHasEvidence(t *testing.T) {
	s := newTold(t, "government")
	id := s.same.ID
	b := news.Batch{ID: news.BatchID{9}, Source: "a", Kind: news.TaskLook, Item: id, URL: s.same.Shown.URL, Status: 404, Capture: strings.Repeat("ab", 32), Condition: news.Unreachable, Saw: news.SawNothing}
	_, err := s.h.store.Accept(t.Context(), b, func(*storage.Ledger, news.Batch) news.Decision {
		return news.Decision{Ruling: news.Ruling{Removal: []news.Removal{{Item: id, State: news.Missing, Saw: news.SawNothing, Looks: 1}}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := export(t.Context(), s.h.store, s.same.FirstSeen.Add(-1), &out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		var e exported
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.ID == id && (e.Presence != news.Missing || e.Missed == nil || len(e.Looks) != 1 || e.Looks[0].Saw != news.SawNothing || e.Looks[0].Capture != b.Capture || e.Looks[0].Record == 0) {
			t.Errorf("evidence %s", line)
		}
	}
}
