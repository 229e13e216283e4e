package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// postbox is callbacks and a webhook, which remember every post by its id. Once
// it is to hold, it answers some and has the others wait.
type postbox struct {
	mu       sync.Mutex
	had      map[string]map[string]int // path -> delivery -> times
	answered map[string]bool           // paths
	room     int                       // answers until it holds; below 0: it does not
	held     int
	open     chan struct{} // closed to let go of what is held
}

func (p *postbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	id := r.Header.Get("X-Delivery")
	var said call
	if json.Unmarshal(body, &said) == nil && said.Delivery != "" && said.Delivery != id {
		id += " and, in the body, " + said.Delivery
	}
	if !p.take(r.Host+r.URL.Path, id) {
		<-p.open
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// take notes a post, and reports whether it is to be answered.
func (p *postbox) take(path, id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.had[path] == nil {
		p.had[path] = make(map[string]int)
	}
	p.had[path][id]++
	if p.room == 0 {
		p.held++
		return false
	}
	p.room--
	p.answered[path] = true
	return true
}

// hold has it answer so many more posts; what came before is forgotten.
func (p *postbox) hold(answers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.had, p.answered, p.room, p.held, p.open = make(map[string]map[string]int), make(map[string]bool), answers, 0, make(chan struct{})
}

// release lets go of what is held, unanswered, and answers all from now on.
func (p *postbox) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room = -1
	close(p.open)
}

// counts are how many paths were answered, and how many posts are held.
func (p *postbox) counts() (answered, held int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.answered), p.held
}

// processes are nodes that are children of the test, and can be killed.
type processes struct {
	seats
	children []*exec.Cmd
}

// run starts them, and waits until all serve.
func (all *processes) run() {
	t := all.seats[0].t
	t.Helper()
	var serving sync.WaitGroup
	for _, s := range all.seats {
		child, _, out := start(t, lifeEnv, "run "+s.file)
		all.children = append(all.children, child)
		serving.Add(1)
		go func() {
			served := sync.OnceFunc(serving.Done)
			defer served()
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if addr, ready := strings.CutPrefix(lines.Text(), "ready "); ready {
					s.addr = addr
					served()
				}
			}
		}()
	}
	serving.Wait()
}

// ruler is the number of the node that rules, as another says.
func (all *processes) ruler() (n int) {
	t := all.seats[0].t
	t.Helper()
	all.seats[0].eventually("a node rules", func() bool {
		var o clusterOverview
		err := all.seats[0].terminal(all.seats[0]).askMember("GET", "/cluster", &o)
		_, scanned := fmt.Sscanf(o.Rules, "news-%d", &n)
		return err == nil && scanned == nil
	})
	return n
}

// peek looks into a copy of the record of a node that runs.
func (s *reloadSite) peek(look func(*storage.Ledger)) {
	s.t.Helper()
	dir := s.t.TempDir()
	copied := filepath.Join(dir, "copy")
	at := s.terminal(s)
	if err := (backupCmd{File: copied}).Run(at); err != nil {
		s.t.Fatal(err)
	}
	if err := (restoreCmd{File: copied, Beside: filepath.Join(dir, "data")}).Run(at); err != nil {
		s.t.Fatal(err)
	}
	store, err := storage.Open(filepath.Join(dir, "data"), storage.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	if err := store.View(s.t.Context(), func(l *storage.Ledger) error { look(l); return nil }); err != nil {
		s.t.Fatal(err)
	}
}

// postboxes are hosts of a postbox, and the hook at the first of them.
func (p *postbox) hosts(t *testing.T, n int) (addresses []string, hook string) {
	t.Helper()
	server := &http.Server{Handler: p}
	for i := range n {
		l, err := net.Listen("tcp", fmt.Sprintf("127.22.0.%d:0", i+1))
		if err != nil {
			t.Fatal(err)
		}
		go server.Serve(l)
		addresses = append(addresses, l.Addr().String())
	}
	t.Cleanup(func() { server.Close() })
	return addresses, "http://" + addresses[0] + "/hook"
}

// newHooked starts three nodes that tell a webhook.
func newHooked(t *testing.T, hook string) *processes {
	t.Helper()
	all := &processes{seats: laidSeats(t, 3)}
	for _, s := range all.seats {
		s.set("languages: all}", "languages: all, webhooks: [{url: \""+hook+"\", secret: file:hook}]}")
		if err := os.WriteFile(filepath.Join(filepath.Dir(s.file), "hook"), []byte("a secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.seats[0].first(); err != nil {
		t.Fatal(err)
	}
	all.run()
	all.show("A release 2")
	all.show("B release 2")
	return all
}

// subscribe has callbacks subscribe, spread over hosts and nodes, and returns a
// story that is told of, when a node knows of all.
func (all *processes) subscribe(t *testing.T, n int, addresses []string, known *reloadSite) (story string) {
	t.Helper()
	for n := range n {
		form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://news.example/feeds/all.atom"}, "hub.callback": {fmt.Sprintf("http://%s/%d", addresses[n%len(addresses)], n)}}
		resp, err := http.PostForm("http://"+all.seats[n%3].addr+"/hub", form)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Body.Close(); resp.StatusCode != http.StatusAccepted {
			t.Fatalf("a subscription is answered %s", resp.Status)
		}
	}
	known.eventually("all have subscribed", func() (all bool) {
		known.peek(func(l *storage.Ledger) {
			all = l.SubscriptionCount() == n
			for m := range l.Entries("all", news.AsNews) {
				story = l.Address(m.Story)
			}
		})
		return all
	})
	return story
}

// told are those of whom a node's record knows that they were told of the last
// change.
func (s *reloadSite) told() map[string]bool {
	s.t.Helper()
	remembered := make(map[string]bool)
	s.peek(func(l *storage.Ledger) {
		moved := l.Feed("all").Moved
		for d := range l.Deliveries() {
			if _, to, http := strings.Cut(d.To, "http://"); http && d.Sent == moved {
				remembered[to] = true
			}
		}
	})
	return remembered
}

// check wants everybody told under one id, once if that was remembered, and some
// twice: those that were under way.
func (p *postbox) check(t *testing.T, remembered map[string]bool, flying int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	again := 0
	for path, ids := range p.had {
		if len(ids) != 1 {
			t.Errorf("%s was told under %d ids: %v", path, len(ids), ids)
		}
		for _, times := range ids {
			again += times - 1
			if remembered[path] && times > 1 {
				t.Errorf("%s, of which it was known that it was told, was told %d times", path, times)
			}
		}
	}
	if again == 0 {
		t.Errorf("%d were under way, and none was told again: the test proves nothing", flying)
	}
	t.Logf("%d were told, %d were under way at the death, %d posts were repeated", len(p.had), flying, again)
}

// When the node that tells is killed in the middle of it another goes on: nobody
// is missed, whom it is known of that they were told is not told again, and what
// was under way has the same id.
func TestTellingNodeIsKilled(t *testing.T) {
	t.Parallel()
	const hosts, each, before = 8, 4, 10
	p := &postbox{room: -1, had: make(map[string]map[string]int), answered: make(map[string]bool)}
	addresses, hook := p.hosts(t, hosts)
	all := newHooked(t, hook)
	dies := all.ruler()
	lives := all.seats[(dies+1)%3]
	story := all.subscribe(t, hosts*each, addresses, lives)
	p.hold(before)
	lives.do(0, "edit", story, "retitle", "Told by two nodes")
	var remembered map[string]bool
	lives.eventually("what was answered is known to another node", func() bool {
		if answered, held := p.counts(); answered < before || held == 0 {
			return false
		}
		remembered = lives.told()
		return len(remembered) == before
	})
	all.children[dies].Process.Kill()
	all.children[dies].Wait()
	_, flying := p.counts()
	p.release()
	lives.eventually("all are told", func() bool { answered, _ := p.counts(); return answered == hosts*each+1 })
	time.Sleep(time.Second) // for one that is told again, which would be a fault
	p.check(t, remembered, flying)
}
