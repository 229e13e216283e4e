package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"chinanews/cmd/bench/bare"
	"chinanews/cmd/bench/origin"
)

// small is a web of one feed at one host, of as many releases as a reader gets.
func small(o *origin.Options) { o.Feeds, o.Hosts, o.Window, o.Shared = 1, 1, [2]int{50, 50}, 0 }

// settledOn runs a daemon on a web until it rests after its first round.
func (b *bench) settledOn(ctx context.Context, dir string, s setup, change func(*origin.Options), do func(*daemon) error) error {
	web, err := b.ministries(change)
	if err != nil {
		return err
	}
	defer web.Close()
	return b.settled(ctx, dir, s, web, do)
}

// settled is settledOn for a web that the caller closes.
func (b *bench) settled(ctx context.Context, dir string, s setup, web *origin.Web, do func(*daemon) error) error {
	d, err := newDaemon(b.program, dir, web, s)
	if err != nil {
		return err
	}
	defer d.kill()
	if err := d.start(); err != nil {
		return err
	}
	if err := d.allAsked(ctx); err != nil {
		return err
	}
	if _, err := d.rest(ctx); err != nil {
		return err
	}
	return do(d)
}

// served measures what a request for a feed costs the daemon, and a server of
// prepared bytes: with the document, and when it is as it was.
func (b *bench) served(ctx context.Context) error {
	if b.left("serve same", 0) == 0 {
		return nil
	}
	s := b.usual(time.Hour)
	s.limit = 50
	return b.in("serve", func(dir string) error {
		return b.settledOn(ctx, dir, s, small, func(d *daemon) error { return b.serve(ctx, d) })
	})
}

func (b *bench) serve(ctx context.Context, d *daemon) error {
	doc, err := prepare(d)
	if err != nil {
		return err
	}
	c, address, err := startChild("bare-serve", "-plain", doc.plain, "-gzip", doc.zipped)
	if err != nil {
		return err
	}
	defer c.close()
	bareURL := "http://" + address + "/feeds/all.rss"
	for range b.left("serve same", 0) {
		for key, tags := range map[string][2]string{"serve": {}, "serve same": {doc.tag, `"prepared"`}} {
			ours, err := b.load(ctx, d.process, d.feed(), tags[0])
			if err != nil {
				return err
			}
			limit, err := b.load(ctx, c.process, bareURL, tags[1])
			if err != nil {
				return err
			}
			b.say("%s: %.1f us, bare %.1f us", key, ours, limit)
			if err := b.add(sample{Key: key, Ours: ours, Limit: limit, Note: fmt.Sprintf("%d kB, %d compressed", doc.size/1000, doc.small/1000)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// load is what a request costs a server, in microseconds of CPU.
func (b *bench) load(ctx context.Context, p process, url, tag string) (float64, error) {
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	var cost bare.Cost
	if err := task(ctx, &cost, "load", "-url", url, "-tag", tag, "-n", strconv.Itoa(b.requests)); err != nil {
		return 0, err
	}
	after, err := p.cpu()
	if err == nil && cost.Failed > 0 {
		err = fmt.Errorf("%d of %d requests for %s failed", cost.Failed, cost.Done, url)
	}
	return float64((after - before).Nanoseconds()) / 1000 / float64(b.requests), err
}

// prepared is a document of the daemon's, in files.
type prepared struct {
	plain, zipped, tag string
	size, small        int
}

// prepare takes the feed from the daemon as it is, and compressed.
func prepare(d *daemon) (p prepared, err error) {
	p.plain, p.zipped = filepath.Join(d.dir, "plain"), filepath.Join(d.dir, "zipped")
	if _, p.size, err = fetch(d.feed(), "identity", p.plain); err != nil {
		return p, err
	}
	p.tag, p.small, err = fetch(d.feed(), "gzip", p.zipped)
	return p, err
}

func fetch(url, coding, file string) (tag string, size int, err error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", 0, err
	}
	r.Header.Set("Accept-Encoding", coding)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", url, answer.Status)
	}
	if err != nil {
		return "", 0, err
	}
	return answer.Header.Get("ETag"), len(body), os.WriteFile(file, body, 0o600)
}
