package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/cmd/chinanewsd/ministry"
	"chinanews/config"
	"chinanews/feedout/signin"
	"chinanews/news"
)

type demoCmd struct {
	Listen string        `default:"127.0.0.1:8080" help:"Address to serve on; the next free port when taken."`
	Data   string        `placeholder:"DIR" help:"Keep the data in DIR; else a temporary directory that is removed."`
	For    time.Duration `placeholder:"DURATION" help:"Stop after this long, say 30s; else it runs until Ctrl-C."`
	Nodes  int           `default:"1" placeholder:"N" help:"So many daemons, which share the work and one record: 1, 3 or 5."`
}

// demoHour is how long an hour of looks at pages lasts in the demo.
const demoHour = time.Second

// demoCallback is where a subscriber of the demo's hub may listen.
const demoCallback = "127.0.0.1:9000"

// demoConfig is the demo's configuration. Its clock is compressed: lists are
// polled every two seconds instead of every half hour. It lies beside the
// record, so that an editor's commands find the demo.
const demoConfig = `
site: {title: China News, publisher: the chinanewsd demo, contact: demo@localhost}
data: %s
listen: %s
admin: {listen: ""}
fetch:
  hosts: {"*": {connections: 1, delay: 50ms, retries: 0}}
  allow: [%s]
hub: {allow: ["%s"]}
desk: {users: [{name: editor, password: %s}]}
defaults: {interval: 2s, min_interval: 1s, wait_for_text: 5s}
sources:
%s
feeds:
  - {id: china-news, title: China News, description: Releases of the sample ministries, language: en}
  - {id: china-news-zh, title: 中国新闻, description: 示例部门发布的消息, language: zh-CN}
  - {id: selection, title: Selection, description: What an editor has approved, language: en, hold: true, languages: prefer en}
`

// Run runs the real daemon on sample ministries.
func (c demoCmd) Run(t *terminal) error {
	ctx := t.Context
	if c.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	switch {
	case c.Nodes != 1 && c.Nodes != 3 && c.Nodes != 5:
		return usageError{fmt.Errorf("--nodes: %d; it is 1, 3 or 5", c.Nodes)}
	case c.Nodes > 1:
		return c.nodes(ctx, t)
	}
	data, clean, err := c.data()
	if err != nil {
		return err
	}
	defer clean()
	world := ministry.New(time.Now())
	g, ctx := errgroup.WithContext(ctx)
	bases, err := openMinistries(ctx, g, world, func(int) string { return "127.0.0.1" })
	if err != nil {
		return err
	}
	addr, moved, err := freePort(c.Listen)
	if err != nil {
		return err
	}
	password := randomPassword()
	cfg, err := demoSettings(world, bases, data, addr, password)
	if err != nil {
		return err
	}
	v := &narrator{out: t.out, begin: time.Now(), password: password, shown: make(map[news.StoryID]bool)}
	if moved {
		v.say("%s is taken; using %s", c.Listen, addr)
	}
	g.Go(func() error { return v.live(ctx, world) })
	g.Go(func() error { return c.daemon(ctx, cfg, v) })
	if err := g.Wait(); err != nil && (c.For == 0 || !errors.Is(err, context.DeadlineExceeded)) { // else its time was over before it served
		return err
	}
	v.farewell(cfg.File, c.Data != "")
	return nil
}

func randomPassword() string { return strings.ToLower(rand.Text()[:12]) }

func (c demoCmd) daemon(ctx context.Context, cfg news.Config, v *narrator) error {
	s := settings{create: true, hour: demoHour, log: slog.New(slog.DiscardHandler), observe: v.observe}
	return daemon(ctx, cfg, s, false, func(h *house, _ string) { v.welcome(h) })
}

// data is the directory for the demo's record, and what to do with it at the
// end.
func (c demoCmd) data() (dir string, clean func(), err error) {
	if c.Data != "" {
		dir, err = filepath.Abs(c.Data)
		return dir, func() {}, errors.Join(err, os.MkdirAll(dir, 0o700))
	}
	dir, err = os.MkdirTemp("", "chinanewsd-demo-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// openMinistries serves each ministry on a port of its own, at a loopback host,
// and returns their addresses.
func openMinistries(ctx context.Context, g *errgroup.Group, world *ministry.World, host func(n int) string) ([]string, error) {
	var bases []string
	for n, m := range world.Ministries() {
		l, err := net.Listen("tcp", host(n)+":0")
		if err != nil {
			return nil, fmt.Errorf("opening sample ministry %s: %w", m.ID, err)
		}
		bases = append(bases, "http://"+l.Addr().String())
		g.Go(func() error { return serve(ctx, l, m.Handler) })
	}
	return bases, nil
}

// freePort is the address, or the next one whose port is free.
func freePort(addr string) (free string, moved bool, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", false, usageError{fmt.Errorf("--listen: %w", err)}
	}
	first, err := strconv.Atoi(port)
	if err != nil || first < 0 || first > 65535 {
		return "", false, usageError{fmt.Errorf("--listen: %q is no port; write a number up to 65535", port)}
	}
	for n := first; n < first+100; n++ {
		free = net.JoinHostPort(host, strconv.Itoa(n))
		l, err := net.Listen("tcp", free)
		if err == nil {
			return l.Addr().String(), n != first, l.Close()
		}
	}
	return "", false, fmt.Errorf("--listen: no free port from %s on", addr)
}

func demoSettings(world *ministry.World, bases []string, data, addr, password string) (news.Config, error) {
	var allow, rows []string
	hash, err := signin.Hash(password)
	if err != nil {
		return news.Config{}, err
	}
	for n, m := range world.Ministries() {
		allow = append(allow, strconv.Quote(strings.TrimPrefix(bases[n], "http://")))
		rows = append(rows, m.Row(bases[n]))
	}
	text := fmt.Sprintf(demoConfig, strconv.Quote(data), strconv.Quote(addr), strings.Join(allow, ", "), demoCallback, strconv.Quote(hash), strings.Join(rows, "\n"))
	file := filepath.Join(data, "demo.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return news.Config{}, err
	}
	return config.Parse(file, []byte(text), checks())
}

// narrator tells what happens, a line each: what the ministries do, and what
// the daemon makes of it.
type narrator struct {
	out      io.Writer
	begin    time.Time
	password string // of the desk's editor
	bare     bool   // without the time of each line
	mu       sync.Mutex
	ready    bool // the first contents were told of as a whole
	shown    map[news.StoryID]bool
	updated  int // readings that took the place of others
	removals int // that were told
}

func (v *narrator) say(format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.bare {
		fmt.Fprintf(v.out, format+"\n", args...)
		return
	}
	fmt.Fprintf(v.out, "%5.1fs  %s\n", time.Since(v.begin).Seconds(), fmt.Sprintf(format, args...))
}

func (v *narrator) welcome(h *house) {
	base := h.press.pub.Site.BaseURL
	v.say("The demo is on %s/  (Ctrl-C stops it)", base)
	v.say("Three sample ministries run in this program; the real daemon polls them.")
	v.say("Its clock is compressed: lists are polled every 2 s, not every 30 minutes;")
	v.say("an hour of the looks that tell edits and removals lasts a second.")
	for _, f := range h.press.pub.Feeds {
		v.say("Subscribe: %s/feeds/%s.atom  .rss  .json  (%s)", base, f.ID, f.Title)
	}
	v.say("Be told at once: %s/hub is its WebSub hub, for callbacks at http://%s/", base, demoCallback)
	v.say("What ministries change and take away: %s/feeds/edits/ and %s/feeds/removals/", base, base)
	v.say("Be its editor: %s/desk/  (name editor, password %s)", base, v.password)
	v.say("or in another terminal: chinanewsd queue -c %s  (edit, explain, search likewise)", h.cfg.File)
}

// farewell says what there was to see, where the data are, and how to go on.
func (v *narrator) farewell(file string, kept bool) {
	v.say("The demo has ended. It showed %s, %s in place and %s.", stories(len(v.shown)), count(v.updated, "update"), count(v.removals, "removal"))
	if kept {
		v.say("Its data are in %s; chinanewsd status -c %s reads them.", filepath.Dir(file), file)
	} else {
		v.say("Its data were in a temporary directory, which is gone; --data DIR keeps them.")
	}
	if v.removals == 0 {
		v.say("A removal comes after about 45 s: let it run longer to see one.")
	}
	v.say("Next: touch config.yaml, then chinanewsd run, and follow its desk.")
}

// sum adds up what farewell tells.
func (v *narrator) sum(r news.Ruling) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, e := range r.Enter {
		v.shown[e.Story] = true
	}
	for _, i := range r.Items {
		if i.Class == news.Edit {
			v.updated++
		}
	}
	for _, n := range r.Notices {
		if n.Of == news.FeedRemovals && n.State == news.Removed {
			v.removals++
		}
	}
}

// live lets the ministries live, and tells what they do.
func (v *narrator) live(ctx context.Context, world *ministry.World) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			for _, e := range world.Advance(now) {
				v.say("ministry:   %s", e.Words)
			}
			if world.Over() {
				v.say("That was all that the ministries do; the demo goes on with its site, its desk and its commands until it is stopped.")
				return nil
			}
		}
	}
}

// observe tells what the daemon made of an answer.
func (v *narrator) observe(o outcome) {
	r := o.receipt.Decision.Ruling
	v.sum(r)
	if len(r.Fill) > 0 {
		v.first(r)
		return
	}
	titles := make(map[news.ItemID]string)
	for _, i := range r.Items {
		e := o.batch.Entries[o.receipt.Decision.Keep[i.N]]
		titles[i.Item] = e.Title
		if i.Class == news.Edit {
			v.say("chinanewsd: edited at the source, updated in place: %q%s", e.Title, changed(r.Notices, i.Item))
		}
	}
	for _, s := range r.Stories {
		if s.Evidence != "" {
			v.say("chinanewsd: a known release, one story with another carrier (%s): %q", plainly(s.Evidence), titles[s.Item])
		}
	}
	for _, e := range r.Enter {
		v.enter(e, titles)
	}
	for _, b := range r.Siblings {
		v.sibling(b, titles)
	}
	for _, x := range r.Removal {
		v.presence(x, o)
	}
}

// presence tells what a look has shown of a page.
func (v *narrator) presence(x news.Removal, o outcome) {
	title := o.task.Listed.Title
	told := slices.ContainsFunc(o.receipt.Decision.Ruling.Notices, func(n news.Notice) bool { return n.Of == news.FeedRemovals })
	switch {
	case x.State == news.Unlisted && x.Saw == "":
		v.say("chinanewsd: a list does not name a release any more; its page is looked at")
	case x.State == news.Missing && x.Looks == 1 && x.Saw.Gone():
		v.say("chinanewsd: a look finds it no longer at its address; others follow, of it and of pages beside it, before anything is claimed: %q", title)
	case x.State == news.Removed && told:
		v.say("chinanewsd: removed, as %d looks over %d compressed hours confirm; told in /feeds/removals: %q", x.Looks, compressedHours(o.receipt.Decision), title)
	}
}

// compressedHours is how long a removal that is told now has been looked at.
func compressedHours(d news.Decision) int {
	for _, n := range d.Ruling.Notices {
		if looks := n.Words.Looks; len(looks) > 0 {
			return int(looks[len(looks)-1].At.Sub(n.Words.Since) / demoHour)
		}
	}
	return 0
}

// changed is what the notice of an item's edit tells first, in words.
func changed(notices []news.Notice, item news.ItemID) string {
	for _, n := range notices {
		if n.Item == item && n.Of == news.FeedEdits && len(n.Words.Differences) > 0 {
			d := n.Words.Differences[0]
			return fmt.Sprintf(" (%s; was: %q, now: %q)", d.Class, d.Was, d.Now)
		}
	}
	return ""
}

func (v *narrator) enter(e news.Entering, titles map[news.ItemID]string) {
	v.mu.Lock()
	ready := v.ready
	v.mu.Unlock()
	title, listed := titles[e.Lead]
	switch {
	case !ready || e.As != news.AsNews:
	case listed:
		v.say("chinanewsd: published in %s: %q", e.Feed, title)
	default:
		v.say("chinanewsd: published in %s, as an editor has it", e.Feed)
	}
}

// sibling tells that a release is another in another language; the other's title
// is not in the answer.
func (v *narrator) sibling(b news.SiblingRuling, titles map[news.ItemID]string) {
	title := cmp.Or(titles[b.Item], titles[b.Of])
	if !b.Off && title != "" {
		v.say("chinanewsd: a known release in another language (%s), the two lead to each other: %q", b.Evidence, title)
	}
}

// first tells of the first contents of the feeds.
func (v *narrator) first(r news.Ruling) {
	counts := make(map[news.FeedName]int)
	for _, e := range r.Enter {
		counts[e.Feed]++
	}
	waits := make(map[news.FeedName]int)
	for _, w := range r.Waits {
		waits[w.Feed]++
	}
	for _, f := range r.Fill {
		if n := waits[f.Feed]; n > 0 {
			v.say("chinanewsd: feed %s holds: %s wait until an editor approves them", f.Feed, stories(n))
			continue
		}
		v.say("chinanewsd: feed %s has its first contents: %s so far", f.Feed, stories(counts[f.Feed]))
	}
	time.AfterFunc(3*time.Second, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.ready = true
	})
}

func stories(n int) string {
	if n == 1 {
		return "1 story"
	}
	return fmt.Sprintf("%d stories", n)
}

// does is a verb for so many.
func does(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
