package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// rendered measures what one more release costs in all, until three formats of
// fifty entries are rendered, compressed and served: from one poll to the next,
// less that without a change. So it has the poll, the record, the index of words
// and the garbage in it.
func (b *bench) rendered(ctx context.Context) error {
	s := b.usual(3 * restTime)
	s.limit = 50
	if b.left("render", 0) > 0 {
		err := b.in("render", func(dir string) error {
			return b.settledOn(ctx, dir, s, small, func(d *daemon) error { return b.changes(ctx, d) })
		})
		if err != nil {
			return err
		}
	}
	return b.encoded(ctx)
}

func (b *bench) changes(ctx context.Context, d *daemon) error {
	tags := make(map[string]string)
	if _, err := d.zipped(tags); err != nil {
		return err
	}
	from, err := d.next(ctx)
	for left := b.left("render", 0); left > 0 && err == nil; left-- {
		from, err = b.change(ctx, d, from, tags)
	}
	return err
}

// change measures a poll after which nothing has changed, and one that finds a new
// release. It takes and returns the CPU time at which the poll that it begins and
// the one that it ends with began.
func (b *bench) change(ctx context.Context, d *daemon, from time.Duration, tags map[string]string) (time.Duration, error) {
	if err := d.allAsked(ctx); err != nil { // from now on a change is for the next poll
		return 0, err
	}
	if err := pause(ctx, lead); err != nil {
		return 0, err
	}
	d.web.Publish(0, 1)
	before, err := d.next(ctx)
	if err != nil {
		return 0, err
	}
	if err := pause(ctx, restTime); err != nil {
		return 0, err
	}
	zipped, err := d.zipped(tags)
	if err != nil {
		return 0, err
	}
	after, err := d.next(ctx)
	if err != nil {
		return 0, err
	}
	still, moved := before-from, after-before
	b.say("a change: %s, of which asked for %s; none: %s", moved, zipped, still)
	return after, b.add(sample{Key: "render", Ours: (moved - still).Seconds() * 1000, Note: "with its poll, record and search index"})
}

// next waits for the next poll, and returns the CPU time when it began.
func (d *daemon) next(ctx context.Context) (began time.Duration, err error) {
	d.arm()
	err = until(ctx, "the feed is asked for", d.patience, func() (bool, error) {
		select {
		case began = <-d.first:
			return true, nil
		default:
			return false, d.alive()
		}
	})
	return began, err
}

// zipped is what it costs to be asked for three formats in two codings for the
// first time, which is when they are compressed. tags are those of last time, none
// of which may come again.
func (d *daemon) zipped(tags map[string]string) (time.Duration, error) {
	before, err := d.cpu()
	if err != nil {
		return 0, err
	}
	for _, format := range []string{"rss", "atom", "json"} {
		for _, coding := range []string{"gzip", "br"} {
			tag, _, err := fetch(d.document(format), coding, filepath.Join(d.dir, "zipped"))
			if err != nil {
				return 0, err
			}
			if last := tags[format+coding]; tag == "" || tag == last {
				return 0, fmt.Errorf("the document %s is as it was, %s after a change: %s", format, restTime, tag)
			}
			tags[format+coding] = tag
		}
	}
	after, err := d.cpu()
	return after - before, err
}
