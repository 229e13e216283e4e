package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chinanews/cmd/bench/bare"
	"chinanews/cmd/bench/origin"
)

// agent is how the User-Agent of the program begins.
const agent = "chinanewsd"

// world is what most measurements ask: mean texts of 4 kB, lists of 35.
func (b *bench) world(change func(*origin.Options)) origin.Options {
	o := origin.Options{Seed: b.seed, Feeds: b.feeds, Hosts: b.hosts, Window: [2]int{20, 50}, Body: [2]int{2000, 5600}, Shared: 0.15,
		Base: time.Now().UTC().Truncate(time.Hour).Add(-2 * time.Hour), Gap: 3 * time.Hour}
	if change != nil {
		change(&o)
	}
	return o
}

// ministries is a web that answers.
func (b *bench) ministries(change func(*origin.Options)) (*origin.Web, error) {
	w := origin.New(b.world(change))
	w.Product = agent
	return w, w.Listen()
}

// usual is how most measurements configure the daemon.
func (b *bench) usual(interval time.Duration) setup {
	return setup{interval: interval, limit: 100, fresh: 48 * time.Hour}
}

// pairing is a daemon and bare clients that ask the same feeds in turn.
type pairing struct {
	*bench
	*daemon
	urls, state string // files of the bare clients
	note        string
	small       bool
	fit         bool // the interval may be another in the next pair
}

// rounds measures polls: of what is new, unchanged, and changed here and there;
// each pair on texts of its own.
func (b *bench) rounds(ctx context.Context) error {
	fit := b.interval == 0
	if fit {
		b.interval = 30*time.Second + time.Duration(b.feeds)*130*time.Millisecond
	}
	for n := b.pairs - b.left("wrong", 0); n < b.pairs; n++ {
		err := b.in(fmt.Sprintf("rounds-%d-%s", n, b.interval), func(dir string) error { return b.pair(ctx, dir, b.seed+uint64(n), fit) })
		if errors.Is(err, errHurried) {
			b.interval *= 2
			b.say("a round takes longer than the interval; again, with %s", b.interval)
			n--
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) pair(ctx context.Context, dir string, seed uint64, fit bool) error {
	web, err := b.ministries(func(o *origin.Options) { o.Seed = seed })
	if err != nil {
		return err
	}
	defer web.Close()
	d, err := newDaemon(b.program, dir, web, b.usual(b.interval))
	if err != nil {
		return err
	}
	defer d.kill()
	p := &pairing{b, d, filepath.Join(dir, "urls"), filepath.Join(dir, "state"), fmt.Sprintf("%d feeds", web.Feeds), web.Feeds < fullFeeds, fit}
	if err := os.WriteFile(p.urls, []byte(strings.Join(web.URLs(), "\n")), 0o600); err != nil {
		return err
	}
	d.arm()
	if err := d.start(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{p.fresh, p.unchanged, p.changed, p.kept} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fresh is the first round: everything is new.
func (p *pairing) fresh(ctx context.Context) error {
	began := time.Now()
	used, err := p.await(ctx)
	if err != nil {
		return err
	}
	if p.fit { // what is new takes longest; feeds are asked again as far apart, and a tenth of the interval more each time
		p.interval = min(p.interval, time.Since(began)*5/4+30*time.Second)
	}
	p.arm()
	return p.beside(ctx, "new", used, true)
}

// unchanged is a round of which no feed has anything to say.
func (p *pairing) unchanged(ctx context.Context) error {
	used, err := p.await(ctx)
	if err != nil {
		return err
	}
	if err := p.add(sample{Key: "memory", Ours: float64(p.trail.held()) / 1e6, Note: p.note, Small: p.small}); err != nil {
		return err
	}
	if err := p.beside(ctx, "unchanged", used, false); err != nil {
		return err
	}
	p.web.Change(1, 0.1)
	defer p.arm()
	return p.once()
}

// changed is a round of which a tenth of the feeds have.
func (p *pairing) changed(ctx context.Context) error {
	used, err := p.await(ctx)
	if err != nil {
		return err
	}
	return p.beside(ctx, "changed", used, true)
}

// beside measures a bare client on the same feeds, just after the daemon.
func (p *pairing) beside(ctx context.Context, key string, used time.Duration, parse bool) error {
	args := []string{"bare-poll", "-urls", p.urls, "-state", p.state}
	var cost bare.Cost
	if parse {
		if err := task(ctx, &cost, append(args, "-parse")...); err != nil {
			return err
		}
	}
	var hashed bare.Cost
	if err := task(ctx, &hashed, append(args, "-keep")...); err != nil {
		return err
	}
	if !parse {
		cost = hashed
	}
	if cost.Failed+hashed.Failed > 0 {
		return fmt.Errorf("the bare client failed at %d feeds", cost.Failed+hashed.Failed)
	}
	p.say("%s: %s, bare %s", key, used.Round(time.Millisecond), cost.CPU.Round(time.Millisecond))
	return p.add(sample{Key: key, Ours: perFeed(used, p.web.Feeds), Limit: perFeed(cost.CPU, p.web.Feeds), Note: p.note, Small: p.small})
}

// perFeed is in milliseconds.
func perFeed(d time.Duration, feeds int) float64 { return d.Seconds() * 1000 / float64(feeds) }

// kept compares the record with the truth, and weighs it.
func (p *pairing) kept(ctx context.Context) error {
	if err := p.stop(); err != nil {
		return err
	}
	v, texts, err := p.verdict(ctx)
	if err != nil {
		return err
	}
	p.say("truth: %+v", v)
	note := fmt.Sprintf("%d releases", v.Published)
	return errors.Join(p.weigh(p.record(), v.Published, texts, p.small),
		p.add(sample{Key: "lost", Ours: wrongs(v), Note: note, Small: p.small}),
		p.share("edits", v.Applied, v.Edits, p.small), p.share("joined", v.Joined, v.Copies, p.small),
		p.add(sample{Key: "wrong", Ours: float64(v.Wrong), Note: note, Small: p.small}))
}

// wrongs are the releases of which something must never be.
func wrongs(v origin.Verdict) float64 { return float64(v.Lost + v.Doubled + v.Unknown + v.Spoiled) }

// share adds a part in per cent, when there is a whole.
func (b *bench) share(key string, part, whole int, small bool) error {
	if whole == 0 {
		return nil
	}
	return b.add(sample{Key: key, Ours: 100 * float64(part) / float64(whole), Note: fmt.Sprintf("%d", whole), Small: small})
}

// verdict judges the record of a daemon that has stopped. texts is the bytes of
// its items' texts, with markup.
func (d *daemon) verdict(ctx context.Context) (v origin.Verdict, texts int64, err error) {
	out, said := io.Pipe()
	defer out.Close()
	go func() { said.CloseWithError(d.run(ctx, said, "export")) }()
	var kept []origin.Kept
	for lines := json.NewDecoder(out); ; {
		var i struct{ URL, Title, Text, HTML, Story string }
		switch err := lines.Decode(&i); err {
		case nil:
			kept = append(kept, origin.Kept{URL: i.URL, Title: i.Title, Text: origin.DigestOf(i.Text), Story: i.Story})
			texts += int64(len(i.HTML))
		case io.EOF:
			return d.web.Judge(kept), texts, nil
		default:
			return v, 0, err
		}
	}
}

// task runs this program again for a task of the bare kind, and reads what it says.
func task(ctx context.Context, into *bare.Cost, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return json.Unmarshal(out, into)
}
