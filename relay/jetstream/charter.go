package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Charter is what a cluster was founded on.
type Charter struct {
	Incarnation string    `json:"incarnation"` // of the log: [A-Za-z0-9_-]{1,64}, new with each founding
	Site        string    `json:"site"`
	Base        uint64    `json:"base"` // records before the log's first
	Link        string    `json:"link"` // of the last of them
	Parts       int       `json:"parts"`
	Schema      int       `json:"schema"`
	Replicas    int       `json:"replicas"`
	At          time.Time `json:"at"`
}

const (
	streamMeta = "KV_CN_META"
	streamOwn  = "KV_CN_OWN"
	streamSess = "KV_CN_SESS"
	keyCharter = "$KV.CN_META.charter"
	keyOwn     = "$KV.CN_OWN."  // + partition
	keySess    = "$KV.CN_SESS." // + node
)

// Names hold the incarnation, so that what one incarnation does cannot reach
// another.
func (c Charter) logStream() string   { return "CN_LOG_" + c.Incarnation }
func (c Charter) stateStream() string { return "CN_STATE_" + c.Incarnation }
func (c Charter) line(l Line) string  { return "cn." + c.Incarnation + "." + string(l) }
func (c Charter) cell(name string) string {
	return "cn." + c.Incarnation + ".state." + name
}

// What is stored is told of, without its data, on subjects that begin so.
func (c Charter) logNews() string   { return "cn-log." + c.Incarnation }
func (c Charter) stateNews() string { return "cn-state." + c.Incarnation }

var incarnationName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (c Charter) check() error {
	if !incarnationName.MatchString(c.Incarnation) {
		return fmt.Errorf("the incarnation %q: it takes 1 to 64 of A-Z, a-z, 0-9, _ and -", c.Incarnation)
	}
	if c.Parts != Parts {
		return fmt.Errorf("the cluster has %d partitions, and this program %d: run the program that the other nodes run", c.Parts, Parts)
	}
	return nil
}

// Charter asks what the cluster was founded on: ErrNoCharter when it was not,
// ErrUnavailable when that cannot be known now.
func (r *Relay) Charter(ctx context.Context) (Charter, error) {
	c, _, err := r.readCharter(ctx)
	return c, err
}

// readCharter is Charter, and the sequence of its message.
func (r *Relay) readCharter(ctx context.Context) (c Charter, seq uint64, err error) {
	if err := r.cutOff(); err != nil {
		return c, 0, err
	}
	if err := r.checkServer(); err != nil {
		return c, 0, err
	}
	m, err := r.last(ctx, streamMeta, keyCharter)
	if r.engine == nil && errors.Is(err, nats.ErrNoResponders) {
		err = fmt.Errorf("%w: is JetStream on in the servers of cluster.urls, and most of them there?", err)
	}
	switch {
	case err == nil && m.Seq == 0 || refused(err, codeNoStream) && r.missing(ctx, streamMeta):
		return c, 0, ErrNoCharter
	case err != nil:
		return c, 0, unavailable("reading the cluster's charter", err)
	}
	if err := json.Unmarshal(m.Data, &c); err != nil {
		return c, 0, fmt.Errorf("reading the cluster's charter: %w", err)
	}
	if err := c.check(); err != nil {
		return c, 0, err
	}
	r.known.Store(&c)
	return c, m.Seq, nil
}

// charter is the one last read, or is read now.
func (r *Relay) charter(ctx context.Context) (Charter, error) {
	if c := r.known.Load(); c != nil {
		return *c, nil
	}
	return r.Charter(ctx)
}

// replaced says that the streams of c are gone, when it is so: err is what the
// engine answered. A leader that just began may not know of them yet.
func (r *Relay) replaced(ctx context.Context, c Charter, err error) error {
	if !refused(err, codeNoStream) {
		return err
	}
	now, cerr := r.Charter(ctx)
	switch {
	case errors.Is(cerr, ErrUnavailable):
		return cerr
	case cerr != nil:
		return fmt.Errorf("%w: %s is gone, and %v", ErrRewound, c.logStream(), cerr)
	case now.Incarnation != c.Incarnation:
		return fmt.Errorf("%w: incarnation %s was replaced by %s", ErrRewound, c.Incarnation, now.Incarnation)
	}
	if r.missing(ctx, c.logStream()) || r.missing(ctx, c.stateStream()) {
		return fmt.Errorf("%w: the streams of incarnation %s, which the charter names, are gone", ErrRewound, c.Incarnation)
	}
	return unavailable("looking for the streams of incarnation "+c.Incarnation, err)
}

// missing reports whether the engine says, and keeps saying, that there is no such
// stream.
func (r *Relay) missing(ctx context.Context, stream string) bool {
	for gone := (doubt{}); !gone.lasts(); {
		if _, err := r.extent(ctx, stream); !refused(err, codeNoStream) || !wait(ctx, 5*pause) {
			return false
		}
	}
	return true
}

// Found makes the streams of a new incarnation and then writes the charter, in
// place of that of the incarnation instead ("" for none), whose streams are
// deleted after that. Of two that found at once one succeeds. Found again with
// the same charter it completes what a crash left; with instead its own
// incarnation it changes the charter only.
func (r *Relay) Found(ctx context.Context, c Charter, instead string) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := r.makeBucket(ctx, streamMeta); err != nil {
		return err
	}
	was, seq, err := r.readCharter(ctx)
	switch {
	case errors.Is(err, ErrNoCharter):
		seq = 0
	case err != nil:
		return err
	}
	if was.Incarnation == c.Incarnation && instead != c.Incarnation {
		r.remove(ctx, instead) // a crash came between the charter and this
		return nil
	}
	if was.Incarnation != instead && was.Incarnation != "" {
		return fmt.Errorf("the cluster has incarnation %s, not %q: look at `chinanewsd cluster status`", was.Incarnation, instead)
	}
	if err := r.makeStreams(ctx, c); err != nil {
		return err
	}
	if err := r.writeCharter(ctx, c, seq); err != nil {
		return r.overtaken(ctx, c, err)
	}
	if instead != c.Incarnation {
		r.remove(ctx, instead)
	}
	return nil
}

// overtaken says that another node wrote the charter first, when it is so. The
// streams that were made for c, which nobody knows of, go then; never those that
// the charter names.
func (r *Relay) overtaken(ctx context.Context, c Charter, err error) error {
	if !refused(err, codeWrongLast) {
		return err
	}
	now, cerr := r.Charter(ctx)
	if cerr != nil {
		return cerr
	}
	if now.Incarnation != c.Incarnation {
		r.remove(ctx, c.Incarnation)
	}
	return fmt.Errorf("another node wrote the charter, of incarnation %s, at the same time: look at `chinanewsd cluster status`", now.Incarnation)
}

// writeCharter puts c in place of the message seq. Without an answer it looks
// what came of it.
func (r *Relay) writeCharter(ctx context.Context, c Charter, seq uint64) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = r.publish(ctx, message(keyCharter, data, seq))
	if err != nil {
		m, lerr := r.last(ctx, streamMeta, keyCharter)
		if lerr == nil && m.Seq > seq && string(m.Data) == string(data) {
			err = nil
		}
	}
	var no *refusal
	if err != nil && !errors.As(err, &no) {
		return unavailable("writing the cluster's charter", err)
	}
	if err == nil {
		r.known.Store(&c)
	}
	return err
}

// remove deletes the streams of an incarnation that was replaced by a person's
// command, the only thing that ever is deleted. What fails is left.
func (r *Relay) remove(ctx context.Context, incarnation string) {
	if incarnation == "" {
		return
	}
	c := Charter{Incarnation: incarnation}
	for _, name := range []string{c.logStream(), c.stateStream()} {
		if err := r.js.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			r.log.Warn("a replaced stream is left; delete it with the nats command", "stream", name, "err", err)
		}
	}
}
