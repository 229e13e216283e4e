package jetstream

import (
	"context"
	"time"

	"chinanews/news"

	"github.com/nats-io/nats.go"
)

// Conn is the connection, to play the engine with.
func (r *Relay) Conn() *nats.Conn { return r.conn }

// Publish publishes to a subject after a sequence.
func (r *Relay) Publish(ctx context.Context, subject string, after uint64) (uint64, error) {
	return r.publish(ctx, message(subject, []byte("x"), after))
}

// WrongLast reports whether the engine refused because of another sequence.
func WrongLast(err error) bool { return refused(err, codeWrongLast) }

// MakeStreams does what a founding does before it writes the charter.
func (r *Relay) MakeStreams(ctx context.Context, c Charter) error { return r.makeStreams(ctx, c) }

// WriteCharter does what a founding does before it removes what was.
func (r *Relay) WriteCharter(ctx context.Context, c Charter) error {
	_, seq, err := r.readCharter(ctx)
	if err != nil {
		return err
	}
	return r.writeCharter(ctx, c, seq)
}

// TTL is a time to live as the engine is told of it.
func TTL(d time.Duration) string { return ttl(d) }

// LeaseAt is Lease at another time.
func (r *Relay) LeaseAt(part uint16, now time.Time) bool {
	_, _, ok := r.tenure.leaseOf(part, now)
	return ok
}

// Wanted is which node is to have a partition.
func Wanted(nodes []string, part uint16) string { return wanted(nodes, part) }

// EncodeCell and DecodeCell are a cell's message.
func EncodeCell(c news.Cell) []byte          { return encodeCell(c) }
func DecodeCell(b []byte) (news.Cell, error) { return decodeCell(b) }
