package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/news/porttest"
	"chinanews/storage"
)

// seats are daemons that share the work, in this process.
type seats []*reloadSite

// newSeats founds a cluster and starts its nodes. All are ready, and one rules.
func newSeats(t *testing.T, n int) seats {
	t.Helper()
	all := laidSeats(t, n)
	if err := all[0].first(); err != nil {
		t.Fatal(err)
	}
	all.begin()
	return all
}

// begin starts nodes at once, since the first waits for the others, and ends them
// at once, since the last would wait for them.
func (all seats) begin() {
	var begun sync.WaitGroup
	for _, s := range all {
		begun.Go(func() { s.begin() })
	}
	begun.Wait()
	all[0].t.Cleanup(all.end)
}

func (all seats) end() {
	var ended sync.WaitGroup
	for _, s := range all {
		ended.Go(s.end)
	}
	ended.Wait()
}

// first has a node's record be the one that a cluster begins with.
func (s *reloadSite) first() error {
	return (clusterInitCmd{}).Run(&terminal{Context: s.t.Context(), config: s.file, out: io.Discard, err: io.Discard})
}

// laidSeats are nodes that do not run yet.
func laidSeats(t *testing.T, n int) seats {
	t.Helper()
	o := newOrigin(t)
	for _, name := range []string{"a", "b", "c"} {
		o.set("/"+name+".xml", reloadDoc(name, 3))
	}
	var all seats
	var peers []string
	for range n {
		peers = append(peers, porttest.Address(t))
		all = append(all, &reloadSite{siteFile: newSite(t), origin: o})
	}
	for i, s := range all {
		s.rows(feedRow("a", "ORIGIN/a.xml")+feedRow("b", "ORIGIN/b.xml"), allFeed+
			fmt.Sprintf("hub: {allow: [127.0.0.0/8]}\ncluster: {node: news-%d, listen: \"%s\", peers: [\"%s\"], session_ttl: 4s}\n", i, peers[i], strings.Join(peers, `", "`)))
	}
	t.Cleanup(func() {
		for i, s := range all {
			if t.Failed() {
				t.Logf("the log of news-%d:\n%s", i, s.log.String())
			}
		}
	})
	return all
}

// ruler is the node that rules, and the others.
func (all seats) ruler() (ruler *reloadSite, others seats) {
	all[0].t.Helper()
	all[0].until("has one that rules", func() bool {
		i := slices.IndexFunc(all, func(s *reloadSite) bool { return s.h.member.node.Rules() })
		if i >= 0 {
			ruler, others = all[i], slices.Delete(slices.Clone(all), i, i+1)
		}
		return i >= 0
	})
	return ruler, others
}

// show waits until all nodes give a feed the same bytes, and text is in them.
func (all seats) show(text string) {
	all[0].t.Helper()
	for _, path := range []string{"/feeds/all.json", "/feeds/all.atom", "/feeds/all.rss"} {
		all[0].until("gives all the same "+path+" with "+text, func() bool {
			first, tag := all[0].document(path)
			return strings.Contains(first, text) && !slices.ContainsFunc(all, func(s *reloadSite) bool {
				body, own := s.document(path)
				return body != first || own != tag
			})
		})
	}
}

func (s *reloadSite) document(path string) (body, tag string) {
	s.t.Helper()
	resp, err := http.Get("http://" + s.addr + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text), resp.Header.Get("ETag")
}

// story is the address of one that a feed has.
func (s *reloadSite) story() (address string) {
	s.t.Helper()
	err := s.now().store.View(s.t.Context(), func(l *storage.Ledger) error {
		for m := range l.Entries("all", news.AsNews) {
			address = l.Address(m.Story)
			break
		}
		return nil
	})
	if err != nil || address == "" {
		s.t.Fatalf("no story: %v", err)
	}
	return address
}

func (s *reloadSite) retitle(address, title string) {
	s.t.Helper()
	if _, err := s.now().edit(s.t.Context(), wish{Story: address, Act: news.ActRetitle, Args: news.Args{Text: title}, Who: "eve"}); err != nil {
		s.t.Fatal(err)
	}
}

// Three nodes are one site: what an editor does on any, who subscribes at any,
// what is published from a reload on, and what comes when one has gone.
func TestNodesAreOneSite(t *testing.T) {
	t.Parallel()
	all := newSeats(t, 3)
	all.show("A release 2")
	all.show("B release 2")
	ruler, others := all.ruler()
	t.Run("an act on any", func(t *testing.T) {
		others[0].retitle(others[0].story(), "Retitled elsewhere")
		all.show("Retitled elsewhere")
	})
	t.Run("a subscription at any", func(t *testing.T) { subscribedElsewhere(t, all, ruler, others[1]) })
	t.Run("a reload", func(t *testing.T) { reloadedThere(t, all, ruler, others) })
	t.Run("one goes", func(t *testing.T) {
		ruler.end()
		next, _ := others.ruler()
		next.retitle(next.story(), "Retitled by who is left")
		others.show("Retitled by who is left")
	})
}

// subscribedElsewhere has somebody subscribe on one node and be told once, by
// the one that rules.
func subscribedElsewhere(t *testing.T, all seats, ruler, at *reloadSite) {
	a := newAudience(t)
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		a.ServeHTTP(w, r)
	})
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://news.example/feeds/all.atom"}, "hub.callback": {a.URL + "/hears"}}
	resp, err := http.PostForm("http://"+at.addr+"/hub", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	ruler.until("knows of the subscription", func() (known bool) {
		err := ruler.h.store.View(t.Context(), func(l *storage.Ledger) error {
			_, known = l.Subscription(news.Topic{Feed: "all", Format: "atom"}, a.URL+"/hears")
			return nil
		})
		return known && err == nil
	})
	ruler.retitle(ruler.story(), "Told to subscribers")
	got := a.heard(t, "/hears", 1)[0]
	if !bytes.Contains(got.body, []byte("Told to subscribers")) {
		t.Errorf("the subscriber was told %s", got.body)
	}
	all.show("Told to subscribers")
	time.Sleep(time.Second) // for a second one, which would be a fault
	a.heard(t, "/hears", 1)
}

// reloadedThere changes the configuration, which only who rules may.
func reloadedThere(t *testing.T, all seats, ruler *reloadSite, others seats) {
	for _, s := range all {
		s.set("title: All", "title: Everything")
	}
	done := others[0].reload(false)
	if !strings.Contains(done.Words, ruler.h.cfg.Cluster.Node) {
		t.Errorf("a reload elsewhere says %q", done.Words)
	}
	ruler.reload(true)
	all.show("Everything")
	all[0].until("goes everywhere by what is published", func() bool {
		return !slices.ContainsFunc(all, func(s *reloadSite) bool { return s.h.member.differs.Load() })
	})
	if done := others[0].reload(true); done.Words == "" {
		t.Error("a reload of what is published says nothing")
	}
}

// What is wrong where there are no nodes, or the record is none of theirs, is
// said with what to do.
func TestMembersAreToldApart(t *testing.T) {
	s := newSite(t)
	section := "cluster: {node: news-0, listen: \"127.0.0.1:1\", peers: [\"127.0.0.1:1\"]}\n"
	run := func(do interface{ Run(*terminal) error }, want string) {
		t.Helper()
		err := do.Run(&terminal{Context: t.Context(), config: s.file, out: io.Discard, err: io.Discard})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T says %v, want %q", do, err, want)
		}
	}
	s.write("  []\n", "  []\n")
	run(clusterInitCmd{}, "has no section `cluster`")
	s.write("  []\n", "  []\n"+section)
	run(clusterStatusCmd{}, "no daemon answers")
	if err := (clusterInitCmd{}).Run(&terminal{Context: t.Context(), config: s.file, out: io.Discard, err: io.Discard}); err != nil {
		t.Fatal(err)
	}
	run(clusterInitCmd{}, "a cluster's already")
	run(pollCmd{}, "only `chinanewsd run` writes into it")
	s.write("  []\n", "  []\n")
	run(pollCmd{}, "has no section `cluster`")
	if err := os.RemoveAll(s.data); err != nil {
		t.Fatal(err)
	}
	s.create()
	s.write("  []\n", "  []\n"+section)
	_, err := new(member).join(t.Context(), mustLoad(t, s.file), storage.Options{})
	if err == nil || !strings.Contains(err.Error(), "`chinanewsd cluster init` founds one with it") {
		t.Errorf("a record of one node is opened with %v", err)
	}
}
