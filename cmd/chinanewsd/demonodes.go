package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"chinanews/cmd/chinanewsd/ministry"
	"chinanews/config"
	"chinanews/feedout/signin"
	"chinanews/news"
)

// demoNode is one of several daemons of a demo: a process of its own, that may
// be killed.
type demoNode struct {
	name, file, address string

	mu   sync.Mutex
	proc *os.Process // nil: it does not run
	gone time.Time   // since when it does not, after it did
}

// demoBack is how long a daemon that was killed stays away.
const demoBack = 20 * time.Second

// demoClusterConfig is what each node's configuration has beside demoConfig.
const demoClusterConfig = `
cluster: {node: %s, listen: "%s", peers: [%s]}
`

// nodes runs the demo with several daemons, each with its own record and
// engine, behind one address.
func (c demoCmd) nodes(ctx context.Context, t *terminal) error {
	data, clean, err := c.data()
	if err != nil {
		return err
	}
	defer clean()
	world := ministry.New(time.Now())
	g, ctx := errgroup.WithContext(ctx)
	bases, err := openMinistries(ctx, g, world, ownHost)
	if err != nil {
		return err
	}
	addr, moved, err := freePort(c.Listen)
	if err != nil {
		return err
	}
	password := randomPassword()
	all, err := c.lay(world, bases, data, addr, password)
	if err != nil {
		return err
	}
	v := &narrator{out: t.out, begin: time.Now(), password: password, shown: make(map[news.StoryID]bool)}
	if moved {
		v.say("%s is taken; using %s", c.Listen, addr)
	}
	if err := (clusterInitCmd{}).Run(&terminal{Context: ctx, config: all[0].file, out: io.Discard, err: io.Discard}); err != nil {
		return err
	}
	front, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	g.Go(func() error { return serve(ctx, front, balance(all)) })
	v.welcomeNodes(addr, all)
	g.Go(func() error { return v.live(ctx, world) })
	for _, n := range all {
		g.Go(func() error { return n.live(ctx, v) })
	}
	g.Go(func() error { return watchNodes(ctx, all, v) })
	if err := g.Wait(); err != nil && (c.For == 0 || !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	v.say("The demo has ended.")
	return nil
}

// lay writes the configurations.
func (c demoCmd) lay(world *ministry.World, bases []string, data, front, password string) (all []*demoNode, err error) {
	hash, err := signin.Hash(password)
	if err != nil {
		return nil, err
	}
	var routes []string
	for range c.Nodes {
		route, err := anyPort()
		if err != nil {
			return nil, err
		}
		routes = append(routes, strconv.Quote(route))
	}
	var allow, rows []string
	for i, m := range world.Ministries() {
		allow = append(allow, strconv.Quote(strings.TrimPrefix(bases[i], "http://")))
		rows = append(rows, m.Row(bases[i]))
	}
	for i := range c.Nodes {
		n := &demoNode{name: fmt.Sprintf("news-%d", i+1)}
		dir := filepath.Join(data, n.name)
		if n.address, err = anyPort(); err != nil {
			return nil, err
		}
		text := fmt.Sprintf(demoConfig, strconv.Quote(dir), strconv.Quote(n.address), strings.Join(allow, ", "), demoCallback, strconv.Quote(hash), strings.Join(rows, "\n"))
		text = strings.Replace(text, "contact: demo@localhost", fmt.Sprintf("contact: demo@localhost, base_url: %q", "http://"+front), 1)
		text += fmt.Sprintf(demoClusterConfig, n.name, strings.Trim(routes[i], `"`), strings.Join(routes, ", "))
		n.file = filepath.Join(dir, "demo.yaml")
		if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(n.file, []byte(text), 0o600)); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// ownHost is a host of its own for each ministry: those of one host are polled by
// one daemon. Where there is but one loopback address, all are there.
func ownHost(n int) string {
	host := fmt.Sprintf("127.0.0.%d", n+1)
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		return "127.0.0.1"
	}
	l.Close()
	return host
}

// anyPort is a free address on this machine.
func anyPort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// demoNodeCmd is a daemon of the demo, in its own process.
type demoNodeCmd struct {
	File string `arg:""` // its configuration
}

// Run runs it until the demo ends.
func (c demoNodeCmd) Run(t *terminal) error {
	cfg, err := config.Load(c.File, checks())
	if err != nil {
		return configError(err)
	}
	v := &narrator{out: t.out, begin: time.Now(), ready: true, bare: true, shown: make(map[news.StoryID]bool)}
	s := settings{hour: demoHour, log: slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelError})), observe: v.observe}
	ctx, cancel := context.WithCancel(t)
	defer cancel()
	go func() {
		io.Copy(io.Discard, os.Stdin) // to its end: that of the demo
		cancel()
	}()
	return daemon(ctx, cfg, s, false, func(*house, string) {})
}

// live runs the daemon, and again when it was killed, until ctx ends.
func (n *demoNode) live(ctx context.Context, v *narrator) error {
	for ctx.Err() == nil {
		ended, err := n.start(ctx, v)
		if err != nil {
			return err
		}
		select {
		case err = <-ended:
		case <-ctx.Done():
			n.signal(syscall.SIGTERM)
			<-ended
			return nil
		}
		if ctx.Err() == nil {
			v.say("%s has ended (%v); it is started again in %s", n.name, err, demoBack)
			waited(ctx, demoBack)
		}
	}
	return nil
}

func (n *demoNode) start(ctx context.Context, v *narrator) (ended chan error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "demo-node", n.file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if _, err = cmd.StdinPipe(); err != nil { // which ends with this process
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.proc = cmd.Process
	n.mu.Unlock()
	v.say("%s runs: pid %d, http://%s/", n.name, cmd.Process.Pid, n.address)
	ended = make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			v.say("%s", strings.Replace(lines.Text(), "chinanewsd:", n.name+":", 1))
		}
		err := cmd.Wait()
		n.mu.Lock()
		n.proc, n.gone = nil, time.Now()
		n.mu.Unlock()
		ended <- err
	}()
	return ended, nil
}

func (n *demoNode) signal(s os.Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.proc != nil {
		n.proc.Signal(s)
	}
}

// balance sends requests to the first of the nodes that answers.
func balance(all []*demoNode) http.Handler {
	var hosts []string
	for _, n := range all {
		hosts = append(hosts, n.address)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (conn net.Conn, err error) {
		for _, host := range hosts {
			var d net.Dialer
			if conn, err = d.DialContext(ctx, "tcp", host); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}, DisableKeepAlives: true}
	return &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: hosts[0]})
		r.Out.Host = r.In.Host
	}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
}

func (v *narrator) welcomeNodes(addr string, all []*demoNode) {
	v.say("The demo is on http://%s/  (Ctrl-C stops it)", addr)
	v.say("%d daemons run, each with a record of its own; whichever lives answers there.", len(all))
	v.say("Three sample ministries run in this program; each is polled by one of the daemons.")
	v.say("Kill one with kill -9 PID: the others take over what it polled, in about 5 s.")
	v.say("Be its editor: http://%s/desk/  (name editor, password %s)", addr, v.password)
	v.say("or in another terminal: chinanewsd cluster status -c %s", all[0].file)
}

// watchNodes tells when another node rules, or others poll, and how long it took
// them to take over from one that had ended.
func watchNodes(ctx context.Context, all []*demoNode, v *narrator) error {
	before, told := "", time.Time{}
	for waited(ctx, time.Second/5) {
		o, ok := sharing(ctx, all)
		if !ok {
			continue
		}
		if gone := lastGone(all); gone != nil && gone.since().After(told) && tookOver(o, gone.name) {
			told = gone.since()
			v.say("cluster:    what %s polled is taken over, %.1f s after its end", gone.name, time.Since(told).Seconds())
		}
		if now := shares(o); now != before && allPolled(o) {
			v.say("cluster:    %s", now)
			before = now
		}
	}
	return nil
}

// lastGone is the node that ended last and has not come back; nil: none.
func lastGone(all []*demoNode) (last *demoNode) {
	for _, n := range all {
		if since := n.since(); !since.IsZero() && (last == nil || since.After(last.since())) {
			last = n
		}
	}
	return last
}

// since is when the node ended; zero: it runs, or has not begun.
func (n *demoNode) since() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.proc != nil {
		return time.Time{}
	}
	return n.gone
}

// allPolled reports whether every partition is polled by a node, and one rules.
func allPolled(o clusterOverview) bool {
	parts := 0
	for _, n := range o.Nodes {
		parts += n.Parts
	}
	return o.Rules != "" && parts == news.Parts
}

// tookOver reports whether others do all that a node did which has ended.
func tookOver(o clusterOverview, gone string) bool {
	return allPolled(o) && o.Rules != gone && !slices.ContainsFunc(o.Nodes, func(n standing) bool { return n.Node == gone && n.Parts > 0 })
}

// sharing is how the nodes are, as one that lives has it.
func sharing(ctx context.Context, all []*demoNode) (o clusterOverview, ok bool) {
	for _, n := range all {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://daemon/cluster", nil)
		if err != nil {
			return o, false
		}
		o = clusterOverview{}
		cfg := news.Config{Data: filepath.Dir(n.file)}
		answered, err := converse(req, cfg, func(body io.Reader) error { return json.NewDecoder(body).Decode(&o) })
		if answered && err == nil && o.Rules != "" {
			return o, true
		}
	}
	return o, false
}

// shares says who rules and who polls what.
func shares(o clusterOverview) string {
	var polls []string
	for _, n := range o.Nodes {
		if n.Trouble == silent {
			continue
		}
		polls = append(polls, fmt.Sprintf("%s %d", n.Node, n.Parts))
	}
	return fmt.Sprintf("%s rules; of %d partitions poll: %s", o.Rules, news.Parts, strings.Join(polls, ", "))
}
