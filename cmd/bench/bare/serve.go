package bare

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// serveMain serves bytes that were made and compressed before, at any path,
// until its standard input ends. It says where.
func serveMain(args []string) error {
	set := flag.NewFlagSet("bare-serve", flag.ContinueOnError)
	plain := set.String("plain", "", "file of the document")
	zipped := set.String("gzip", "", "file of the document, compressed")
	if err := set.Parse(args); err != nil {
		return err
	}
	body, err := os.ReadFile(*plain)
	if err != nil {
		return err
	}
	small, err := os.ReadFile(*zipped)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, prepared(body, small))
	fmt.Println(l.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// prepared answers with bytes and no more headers than a feed needs.
func prepared(body, small []byte) http.Handler {
	const tag = `"prepared"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("ETag", tag)
		head.Set("Vary", "Accept-Encoding")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		out := body
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			head.Set("Content-Encoding", "gzip")
			out = small
		}
		head.Set("Content-Type", "application/rss+xml; charset=utf-8")
		head.Set("Content-Length", strconv.Itoa(len(out)))
		w.Write(out)
	})
}

// loadMain asks one address again and again over connections that stay open.
func loadMain(args []string) error {
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	url := set.String("url", "", "what is asked for")
	tag := set.String("tag", "", "If-None-Match")
	requests := set.Int("n", 10_000, "requests")
	connections := set.Int("c", 32, "connections")
	if err := set.Parse(args); err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *connections, DisableCompression: true}, Timeout: time.Minute}
	return measured(func(c *Cost) error {
		var left, failed, size atomic.Int64
		left.Store(int64(*requests))
		var running sync.WaitGroup
		for range *connections {
			running.Go(func() {
				for left.Add(-1) >= 0 {
					n, err := get(client, *url, *tag)
					size.Add(n)
					if err != nil {
						failed.Add(1)
					}
				}
			})
		}
		running.Wait()
		c.Done, c.Failed, c.Bytes = *requests, int(failed.Load()), size.Load()
		return nil
	})
}

// get asks once, for compressed bytes, and throws the answer away.
func get(client *http.Client, url, tag string) (int64, error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if err == nil && answer.StatusCode >= 400 {
		err = fmt.Errorf("answered %s", answer.Status)
	}
	return n, err
}
