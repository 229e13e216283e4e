package main

import (
	"crypto/rand"
	"errors"
	"fmt"

	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// unsayable reports whether an answer could not be recorded because it is larger
// than what nodes can tell one another. One node alone has no such bound.
func unsayable(err error) bool {
	return errors.Is(err, jetstream.ErrTooLarge) || errors.Is(err, storage.ErrLarge)
}

// unsaid is what is recorded in the place of such an answer: that it is so. What
// was remembered of the one before stays, and with it the validators: with those
// of an answer that was not kept the site would say for ever that nothing is new.
func unsaid(b news.Batch, err error) news.Batch {
	p := &news.Problem{Class: news.ClassTooLarge, Condition: news.Broken,
		Words: news.Line(fmt.Sprintf("the answer is larger than what nodes can tell one another (%v); %s", err, smaller(err)))}
	rand.Read(b.ID[6:]) // it is another record; ids begin with the time
	b.Problem, b.Condition, b.Entries, b.Whole, b.Warnings = p, p.Condition, nil, nil, nil
	b.Captures, b.Capture, b.Pages, b.Seen = nil, "", nil, nil
	if b.Saw != "" {
		b.Saw = news.SawOutage
	}
	s := b.Asked.State
	s.Source, s.URL, s.LastTry, s.Certificate = b.Source, b.URL, b.Fetched, b.State.Certificate
	s.Condition, s.Class, s.Words, s.Status = p.Condition, p.Class, p.Words, b.Status
	s.Failures++
	b.State = s.Turned(b.Fetched)
	return b
}

// smaller says what to do about such an answer.
func smaller(err error) string {
	const items = "lower fetch.max_items"
	if errors.Is(err, jetstream.ErrTooLarge) {
		return items + ", or where cluster.urls names servers raise their max_payload"
	}
	return items
}
