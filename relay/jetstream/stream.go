package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// makeStreams makes all that a charter needs, where it is not there yet.
func (r *Relay) makeStreams(ctx context.Context, c Charter) error {
	for _, name := range []string{streamOwn, streamSess} {
		if err := r.makeBucket(ctx, name); err != nil {
			return err
		}
	}
	for _, s := range []jetstream.StreamConfig{r.logConfig(c), r.stateConfig(c)} {
		if err := r.makeStream(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// The engine compresses nothing: messages of the log are compressed as they come,
// and a block that was cut off by a crash while it was compressed could not be
// read again, so that what had been confirmed was lost (nats-server 2.15.2, three
// nodes killed at once: "s2: corrupt input").
func (r *Relay) logConfig(c Charter) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:               c.logStream(),
		Description:        "what the record of chinanewsd is made of",
		Subjects:           []string{c.line("log.*"), c.line("edit.*")},
		MaxAge:             r.options.Retention,
		DenyDelete:         true,
		Replicas:           r.options.Replicas,
		AllowDirect:        true,
		AllowAtomicPublish: true,
		RePublish:          &jetstream.RePublish{Source: ">", Destination: c.logNews() + ".>", HeadersOnly: true},
	}
}

func (r *Relay) stateConfig(c Charter) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              c.stateStream(),
		Description:       "what nodes of chinanewsd share: the last value of each key",
		Subjects:          []string{c.cell("*")},
		MaxMsgsPerSubject: 1,
		AllowMsgTTL:       true,
		Replicas:          r.options.Replicas,
		AllowDirect:       true,
		RePublish:         &jetstream.RePublish{Source: ">", Destination: c.stateNews() + ".>", HeadersOnly: true},
	}
}

// makeBucket makes a stream that the nats command shows as a bucket of keys.
// Sessions are on disks too, though they mean nothing after a restart of all: in
// memory, two of three replicas that were lost at once did not find a leader again
// when one of them was back.
func (r *Relay) makeBucket(ctx context.Context, name string) error {
	s := jetstream.StreamConfig{
		Name:              name,
		Subjects:          []string{"$KV." + name[len("KV_"):] + ".>"},
		MaxMsgsPerSubject: 1,
		Discard:           jetstream.DiscardNew,
		AllowRollup:       true,
		DenyDelete:        true,
		Replicas:          r.options.Replicas,
		AllowDirect:       true,
	}
	if name == streamSess {
		s.AllowMsgTTL = true
	}
	return r.makeStream(ctx, s)
}

// makeStream makes a stream, or finds it made. Right after the start the engine
// may not know enough of its nodes yet, so it is asked for a while.
func (r *Relay) makeStream(ctx context.Context, s jetstream.StreamConfig) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	for within := try / 4; ; within = min(2*within, 2*try) {
		asked, done := context.WithTimeout(ctx, within)
		_, err := r.js.CreateStream(asked, s)
		done()
		if err == nil {
			return nil
		}
		if isAPI(err, codeNameInUse) {
			return r.fits(ctx, s)
		}
		if !wait(ctx, 5*pause) {
			return unavailable(fmt.Sprintf("making the stream %s with %d replicas", s.Name, s.Replicas), err)
		}
	}
}

// fits refuses a stream that is there and was made for something else. What an
// operator or another version may have chosen for it is no matter.
func (r *Relay) fits(ctx context.Context, want jetstream.StreamConfig) error {
	info, err := r.info(ctx, want.Name)
	if err != nil {
		return unavailable("looking at the stream "+want.Name, err)
	}
	have := info.Config
	if slices.Equal(have.Subjects, want.Subjects) && have.MaxMsgsPerSubject == want.MaxMsgsPerSubject && have.Storage == want.Storage && have.AllowDirect &&
		(have.AllowMsgTTL || !want.AllowMsgTTL) && (have.MaxAge == 0 || want.MaxAge != 0) {
		return nil
	}
	return fmt.Errorf("the stream %s is there, and is not as chinanewsd makes it: have an account for this site alone in the servers of cluster.urls, or delete it with the nats command if nobody needs it", want.Name)
}

func isAPI(err error, code jetstream.ErrorCode) bool {
	var e *jetstream.APIError
	return errors.As(err, &e) && e.ErrorCode == code
}

// ttl is a time to live as the engine reads it: whole seconds, at least one, and
// no less than was asked for. A session that ended before the node's own leases
// would let two nodes hold one partition.
func ttl(d time.Duration) string {
	return max(time.Second, (d + time.Second - 1).Truncate(time.Second)).String()
}
