package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/news"
)

// The daemon stops within ten seconds, whoever hangs: those who are told, those
// who are asked whether they subscribe, and those who ask.
func TestStopsWhileOthersHang(t *testing.T) {
	came, leave := make(chan string, 100), make(chan struct{})
	others := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came <- r.Method
		<-leave
	}))
	defer others.Close()
	defer close(leave)
	s := oneSource(t)
	h := tellers(t, s, nil)
	h.released(1)
	h.settled()
	topic := news.Topic{Feed: "all", Format: "atom"}
	if err := h.store.Subscribe(t.Context(), news.Subscription{Topic: topic, Callback: others.URL, Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	h.leave()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Hub.Allow, cfg.Listen, cfg.Admin = []string{"127.0.0.0/8"}, "127.0.0.1:0", ""
	ctx, stop := context.WithCancel(t.Context())
	listens, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{log: quiet}, true, func(_ *house, addr string) { listens <- addr })
	}()
	addr := <-listens
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://news.example/feeds/all.rss"}, "hub.callback": {others.URL + "/new"}}
	resp, err := http.PostForm("http://"+addr+"/hub", form)
	if err != nil || resp.StatusCode != http.StatusAccepted {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	half, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	half.Write([]byte("POST /hub HTTP/1.1\r\nHost: news.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nhub"))
	for asked := make(map[string]bool); !asked[http.MethodGet] || !asked[http.MethodPost]; {
		asked[<-came] = true
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it runs on after ten seconds")
	}
}
