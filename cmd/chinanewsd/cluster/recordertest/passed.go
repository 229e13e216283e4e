package recordertest

import (
	"testing"

	"chinanews/news"
	"chinanews/storage"
)

// passedOver: an answer of which entries were passed over is remembered by every
// node without what would make the next one say nothing new, whether anything of
// it is recorded or not.
func passedOver(t *testing.T, seats []Seat) {
	for n := range 2 {
		b := Listing("harbours", n, 1)
		b.State.LastModified, b.State.Capture, b.State.Items = "yesterday", "sum", n+1
		rc, err := other(seats, n).Accept(t.Context(), b, passing(Judge(t).Batch))
		if err != nil || (rc.Pos > 0) != (n == 0) {
			t.Fatalf("answer %d has the receipt %+v, %v", n, rc, err)
		}
		agree(t, seats)
		for _, s := range seats {
			if p := known(t, s, b); p.ETag != "" || p.LastModified != "" || p.Capture != "" {
				t.Errorf("answer %d is remembered with %s, %q and %q", n, p.ETag, p.LastModified, p.Capture)
			}
		}
	}
}

// passing is a rule that passes entries over.
func passing(rule func(*storage.Ledger, news.Batch) news.Decision) func(*storage.Ledger, news.Batch) news.Decision {
	return func(l *storage.Ledger, b news.Batch) news.Decision {
		d := rule(l, b)
		d.Whole = true
		return d
	}
}
