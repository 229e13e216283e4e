package bare

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// CallbackHost is the address of a host of callbacks.
func CallbackHost(n int) string { return fmt.Sprintf("127.20.%d.%d", n/200, n%200+1) }

// Callback is the address of a subscriber; one that hangs never answers a post.
func Callback(n, hosts, port int, hangs bool) string {
	kind := "told"
	if hangs {
		kind = "hang"
	}
	return fmt.Sprintf("http://%s:%d/%s/%d", CallbackHost(n%hosts), port, kind, n)
}

// Secret is that of a subscriber.
func Secret(n int) string { return fmt.Sprint("secret of ", n) }

// Came is what callbacks were told since they were asked last.
type Came struct {
	Port        int           // where they listen; of the first line alone
	Confirmed   int           // subscriptions, ever
	Posts       int           // that were answered
	Bytes       int64         // of the last of them
	First, Last time.Duration // of those, since the process began
}

// And is what came in two times together, the earlier first.
func (c Came) And(later Came) Came {
	if c.Posts == 0 {
		return later
	}
	if later.Posts > 0 {
		c.Posts, c.Bytes, c.Last = c.Posts+later.Posts, later.Bytes, later.Last
	}
	return c
}

// callbacks counts.
type callbacks struct {
	began     time.Time
	port      int
	confirmed atomic.Int64
	hanging   atomic.Bool // whether those hang that can

	mu sync.Mutex
	Came
}

// callbacksMain is subscribers at many hosts. For each line of its standard input
// it says what came; after "hang" and "answer" those that can hang do, or not.
func callbacksMain(args []string) error {
	set := flag.NewFlagSet("callbacks", flag.ContinueOnError)
	hosts := set.Int("hosts", 1, "hosts")
	if err := set.Parse(args); err != nil {
		return err
	}
	c := &callbacks{began: time.Now()}
	for n := range *hosts {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", CallbackHost(n), c.port))
		if err != nil {
			return err
		}
		c.port = l.Addr().(*net.TCPAddr).Port
		go http.Serve(l, c)
	}
	if err := say(Came{Port: c.port}); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if word := lines.Text(); word != "" {
			c.hanging.Store(word == "hang")
		}
		if err := say(c.take()); err != nil {
			return err
		}
	}
	return nil
}

func (c *callbacks) take() Came {
	c.mu.Lock()
	defer c.mu.Unlock()
	came := c.Came
	c.Came = Came{}
	came.Confirmed = int(c.confirmed.Load())
	return came
}

func (c *callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet { // WebSub, section 5.3
		c.confirmed.Add(1)
		io.WriteString(w, r.FormValue("hub.challenge"))
		return
	}
	n, _ := io.Copy(io.Discard, r.Body)
	if strings.HasPrefix(r.URL.Path, "/hang") && c.hanging.Load() {
		<-r.Context().Done()
		return
	}
	c.told(n)
	w.WriteHeader(http.StatusNoContent)
}

func (c *callbacks) told(size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Last, c.Bytes = time.Since(c.began), size
	if c.Posts++; c.Posts == 1 {
		c.First = c.Last
	}
}

// postMain posts the same bytes, signed, to each callback once.
func postMain(args []string) error {
	set := flag.NewFlagSet("bare-post", flag.ContinueOnError)
	subscribers := set.Int("n", 10_000, "subscribers")
	hosts := set.Int("hosts", 1000, "their hosts")
	port := set.Int("port", 0, "where they listen")
	size := set.Int("size", 4000, "bytes of a post")
	workers := set.Int("workers", 64, "posts at once")
	if err := set.Parse(args); err != nil {
		return err
	}
	body := bytes.Repeat([]byte("<p>潮汐 tides</p>\n"), *size/20+1)[:*size]
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, MaxIdleConns: 10_000}, Timeout: 10 * time.Second}
	return measured(func(c *Cost) error {
		var next, failed atomic.Int64
		var running sync.WaitGroup
		for range *workers {
			running.Go(func() {
				for n := int(next.Add(1)) - 1; n < *subscribers; n = int(next.Add(1)) - 1 {
					if post(client, Callback(n, *hosts, *port, false), Secret(n), body) != nil {
						failed.Add(1)
					}
				}
			})
		}
		running.Wait()
		c.Done, c.Failed = *subscribers, int(failed.Load())
		return nil
	})
}

func post(client *http.Client, url, secret string, body []byte) error {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write(body)
	r.Header.Set("Content-Type", "application/rss+xml")
	r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(sum.Sum(nil)))
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, answer.Body)
	return answer.Body.Close()
}
