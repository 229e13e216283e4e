package bare

import (
	"encoding/json"
	"errors"
	"flag"
	"hash/fnv"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mmcdole/gofeed"
)

// validators are what a feed said of its state.
type validators struct{ Tag, Modified string }

// poller asks each address once, as HTTP wants it asked.
type poller struct {
	client *http.Client
	parse  bool

	mu   sync.Mutex
	said map[string]validators
	cost *Cost
}

// pollMain asks for every address in a file: a conditional GET each, one
// connection a host, and a hash of the body, or gofeed.Parse.
func pollMain(args []string) error {
	set := flag.NewFlagSet("bare-poll", flag.ContinueOnError)
	urls := set.String("urls", "", "file of addresses, one a line")
	state := set.String("state", "", "file of validators, as they were before")
	keep := set.Bool("keep", false, "write the validators that came")
	parse := set.Bool("parse", false, "parse instead of hashing")
	workers := set.Int("workers", 16, "requests at once")
	if err := set.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*urls)
	if err != nil {
		return err
	}
	p := &poller{parse: *parse, said: make(map[string]validators)}
	p.client = &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, MaxIdleConns: 10_000}, Timeout: 30 * time.Second}
	if err := p.load(*state); err != nil {
		return err
	}
	if err := measured(func(c *Cost) error {
		p.cost = c
		p.all(strings.Fields(string(text)), *workers)
		return nil
	}); err != nil || !*keep {
		return err
	}
	return p.save(*state)
}

func (p *poller) load(file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &p.said)
}

func (p *poller) save(file string) error {
	text, err := json.Marshal(p.said)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

func (p *poller) all(urls []string, workers int) {
	next := make(chan string)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for url := range next {
				if p.one(url) != nil {
					p.count(func(c *Cost) { c.Failed++ })
				}
			}
		})
	}
	for _, url := range urls {
		next <- url
	}
	close(next)
	running.Wait()
}

func (p *poller) count(do func(*Cost)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do(p.cost)
}

func (p *poller) one(url string) error {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "bare/1")
	p.count(func(*Cost) { p.condition(r, p.said[url]) })
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotModified {
		p.count(func(c *Cost) { c.Done++; c.Same++ })
		return nil
	}
	items, size, err := p.read(answer.Body)
	if err != nil {
		return err
	}
	p.count(func(c *Cost) {
		c.Done, c.Items, c.Bytes = c.Done+1, c.Items+items, c.Bytes+size
		p.said[url] = validators{answer.Header.Get("ETag"), answer.Header.Get("Last-Modified")}
	})
	return nil
}

func (p *poller) condition(r *http.Request, v validators) {
	if v.Tag != "" {
		r.Header.Set("If-None-Match", v.Tag)
	}
	if v.Modified != "" {
		r.Header.Set("If-Modified-Since", v.Modified)
	}
}

func (p *poller) read(body io.Reader) (items int, size int64, err error) {
	if !p.parse {
		size, err = io.Copy(fnv.New64a(), body)
		return 0, size, err
	}
	feed, err := gofeed.NewParser().Parse(body)
	if err != nil {
		return 0, 0, err
	}
	_, err = io.Copy(io.Discard, body)
	return len(feed.Items), 0, err
}
