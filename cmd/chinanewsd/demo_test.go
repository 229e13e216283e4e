package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/ministry"
	"chinanews/news/porttest"
)

// The demo publishes, and tells what happens. Its documents are valid, and all
// readers see the same in them.
func TestDemo(t *testing.T) {
	usual := fillAfter
	t.Cleanup(func() { fillAfter = usual })
	fillAfter = 15 * time.Second // as it is for who tries it
	var out, stderr lockedBuffer
	ctx, cancel := context.WithCancel(context.Background())
	ended, listen := make(chan int), porttest.Address(t)
	go func() { ended <- command(ctx, []string{"demo", "--listen", listen}, &out, &stderr) }()
	wait := func(what string) {
		t.Helper()
		late := time.After(3 * time.Minute)
		for pattern := regexp.MustCompile(what); !pattern.MatchString(out.String()); {
			select {
			case <-late:
				t.Fatalf("the demo does not say %q but %s%s", what, out.String(), stderr.String())
			case status := <-ended:
				t.Fatalf("the demo ended with %d before it said %q: %s%s", status, what, out.String(), stderr.String())
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	wait(`has its first contents: 1\d stories`) // 14, when nothing is slow
	base := regexp.MustCompile(`http://[0-9.:]+`).FindString(out.String())
	wait(`feed selection holds: (1\d|20) stories wait`)
	var queue, complaint lockedBuffer
	file := regexp.MustCompile(`\S+demo\.yaml`).FindString(out.String())
	if status := command(ctx, []string{"queue", "--config", file}, &queue, &complaint); status != 0 || strings.Count(queue.String(), "nobody has approved it") < 10 {
		t.Errorf("the demo's editor finds %d: %s%s", status, queue.String(), complaint.String())
	}
	served(t, base+"/feeds/china-news.atom", "Regular Press Conference", "Results of the Third Quarter")
	served(t, base+"/feeds/china-news-zh.rss", "沈毓㻛") // a character beyond GB 2312
	wait("one story with another carrier")
	wait("updated in place")
	served(t, base+"/feeds/china-news.atom", "14,200 households")
	if atom := get(t, base+"/feeds/china-news.atom", 15); strings.Contains(atom, "12,400") || strings.Count(atom, "Common Permit for River Carriers</title>") != 1 {
		t.Error("the feed has a text that was changed, or a repost as a story of its own")
	}
	if os.Getenv("CHINANEWS_LONG") != "" {
		wait("a known release in another language")
		served(t, base+"/feeds/china-news-zh.atom", `hreflang="en"`) // the one that came first stays as it is
		wait("removed, as ")
	}
	v := visitingBy(t)
	documents := v.documents(base, "permit", "发布会")
	judge(t, documents)
	agreed(t, documents)
	v.walked(base)
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("the demo ended with %d: %s", status, stderr.String())
	}
	_, end, _ := strings.Cut(out.String(), "The demo has ended. ")
	if !regexp.MustCompile(`^It showed 2\d stories, [1-9] updates? in place and \d removals?\.\n.*temporary directory, which is gone.*\n(.*A removal comes .*\n)?.*Next: touch config\.yaml, then chinanewsd run`).MatchString(end) {
		t.Errorf("at its end the demo says %q", end)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("its data are still there: %v", err)
	}
}

// served waits until a document has all the words: feeds are rendered a moment
// after the record has what they show.
func served(t *testing.T, url string, words ...string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		body := get(t, url, 0)
		missing := slices.IndexFunc(words, func(w string) bool { return !strings.Contains(body, w) })
		if missing < 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not have %q after a minute", url, words[missing])
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestDemoTakesTheNextPort(t *testing.T) {
	busy := porttest.Address(t)
	l, err := bindAddress("listen", busy)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out, stderr lockedBuffer
	dir := t.TempDir()
	if status := command(context.Background(), []string{"demo", "--listen", busy, "--for", "1s", "--data", dir}, &out, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, stderr.String())
	}
	if !strings.Contains(out.String(), busy+" is taken; using ") {
		t.Errorf("the demo says %s", out.String())
	}
	if end := "Its data are in " + dir + "; chinanewsd status -c " + filepath.Join(dir, "demo.yaml") + " reads them."; !strings.Contains(out.String(), end) {
		t.Errorf("at its end the demo does not say %q but %s", end, out.String())
	}
	for _, bad := range []string{"nowhere", "127.0.0.1:port"} {
		if status := command(context.Background(), []string{"demo", "--listen", bad}, &out, &stderr); status != 2 {
			t.Errorf("--listen %s: status %d, want 2", bad, status)
		}
	}
}

// At its end the demo says what comes next, and what was not seen yet; its help
// takes no length for the usual one.
func TestDemoEnds(t *testing.T) {
	for removals, told := range map[int]bool{0: true, 1: false} {
		var out bytes.Buffer
		v := &narrator{out: &out, begin: time.Now(), removals: removals}
		v.farewell("/d/demo.yaml", false)
		if said := out.String(); strings.Contains(said, "A removal comes after about 45 s") != told || !strings.HasSuffix(said, "Next: touch config.yaml, then chinanewsd run, and follow its desk.\n") {
			t.Errorf("with %d removals it says %s", removals, said)
		}
	}
	field, _ := reflect.TypeFor[demoCmd]().FieldByName("For")
	if field.Tag.Get("placeholder") != "DURATION" || !strings.Contains(field.Tag.Get("help"), "else it runs until Ctrl-C") {
		t.Errorf("the help of --for is %q", field.Tag)
	}
}

// When the ministries have done all that they do, it is said, once.
func TestDemoSaysThatItsStoryIsOver(t *testing.T) {
	var out bytes.Buffer
	v := &narrator{out: &out, begin: time.Now()}
	if err := v.live(t.Context(), ministry.New(time.Now().Add(-time.Hour))); err != nil {
		t.Fatal(err)
	}
	if said := out.String(); strings.Count(said, "That was all") != 1 || strings.Count(said, "ministry:") < 10 {
		t.Errorf("it says %s", said)
	}
}

// lockedBuffer may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
