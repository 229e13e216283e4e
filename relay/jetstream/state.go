package jetstream

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"chinanews/news"

	"github.com/nats-io/nats.go"
)

// GoneFor is how long it is told that a cell is gone. A node that was away for
// longer needs a snapshot of another's state.
const GoneFor = 24 * time.Hour

// shareAtOnce is how many cells wait for their acknowledgement at once.
const shareAtOnce = 256

// Share gives cells to all nodes and returns when most replicas have each on
// their disks. Of a key that comes twice the last counts. It tries for 15 s, then
// gives ErrUnavailable: some of the cells may be shared then.
func (r *Relay) Share(ctx context.Context, cells []news.Cell) error {
	if len(cells) == 0 {
		return nil
	}
	ctx, cancel := r.patient(ctx)
	defer cancel()
	c, err := r.charter(ctx)
	if err != nil {
		return err
	}
	messages := r.messages(c, cells)
	return each(len(messages), shareAtOnce, func(i int) error { return r.share(ctx, c, messages[i]) })
}

// messages of cells, the last of each key.
func (r *Relay) messages(c Charter, cells []news.Cell) (all []*nats.Msg) {
	seen := make(map[string]bool, len(cells))
	for _, cell := range slices.Backward(cells) {
		subject := c.cell(cellName(cell))
		if seen[subject] {
			continue
		}
		seen[subject] = true
		m := &nats.Msg{Subject: subject, Data: encodeCell(cell)}
		if cell.Value == nil {
			m.Header = nats.Header{headerTTL: {ttl(min(GoneFor, r.options.Retention))}}
		}
		all = append(all, m)
	}
	slices.Reverse(all)
	return all
}

func (r *Relay) share(ctx context.Context, c Charter, m *nats.Msg) error {
	for {
		_, err := r.publish(ctx, m)
		if err == nil || errors.Is(err, ErrTooLarge) {
			return err
		}
		if errors.Is(err, nats.ErrNoResponders) {
			if _, _, err := r.head(ctx, c, c.stateStream()); errors.Is(err, ErrRewound) {
				return err
			}
		}
		if !wait(ctx, pause) {
			return unavailable("sharing state", err)
		}
	}
}

// FollowState hands over the cells that were shared after the sequence from, each
// with its last value, in the order in which they were shared, and the sequence
// up to which they are all. Else it is as Follow.
func (r *Relay) FollowState(ctx context.Context, from uint64, do func(cells []news.Cell, upto uint64) error) error {
	c, err := r.charter(ctx)
	if err != nil {
		return err
	}
	t := &trail{r: r, charter: c, stream: c.stateStream(), news: c.stateNews()}
	return t.walk(ctx, from, func(all []pulled) error {
		cells := make([]news.Cell, 0, len(all))
		for _, p := range all {
			cell, err := decodeCell(p.data)
			if err != nil {
				return fmt.Errorf("message %d of %s: %w", p.seq, c.stateStream(), err)
			}
			cells = append(cells, cell)
		}
		return do(cells, all[len(all)-1].seq)
	})
}

// StateHead returns the last sequence of what is shared.
func (r *Relay) StateHead(ctx context.Context) (uint64, error) {
	c, err := r.charter(ctx)
	if err != nil {
		return 0, err
	}
	_, last, err := r.head(ctx, c, c.stateStream())
	return last, err
}

// cellName stands for a cell's key in a subject, which takes few characters.
func cellName(c news.Cell) string {
	sum := sha256.Sum256(append(append([]byte(c.Bucket), 0), c.Key...))
	return hex.EncodeToString(sum[:16])
}

// A cell's message: bucket and key, each with its length before it, and then a 1
// and the value, or a 0 when it is gone.
func encodeCell(c news.Cell) []byte {
	b := make([]byte, 0, len(c.Bucket)+len(c.Key)+len(c.Value)+2*binary.MaxVarintLen64+1)
	b = append(binary.AppendUvarint(b, uint64(len(c.Bucket))), c.Bucket...)
	b = append(binary.AppendUvarint(b, uint64(len(c.Key))), c.Key...)
	if c.Value == nil {
		return append(b, 0)
	}
	return append(append(b, 1), c.Value...)
}

var errCell = errors.New("it is no cell: is a newer program writing? Update this node")

func decodeCell(b []byte) (c news.Cell, err error) {
	bucket, b, ok := field(b)
	key, b, ok2 := field(b)
	if !ok || !ok2 || len(b) == 0 || b[0] > 1 || b[0] == 0 && len(b) > 1 {
		return c, errCell
	}
	c = news.Cell{Bucket: string(bucket), Key: bytes.Clone(key)}
	if b[0] == 1 {
		c.Value = append([]byte{}, b[1:]...)
	}
	return c, nil
}

func field(b []byte) (value, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}
