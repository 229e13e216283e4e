// Command score serves the sites of origintest on loopback to any poller and,
// when it is interrupted, prints what their log shows of its manners. Sites are
// folders there: what needs hosts of their own, TLS or the poller's entries is
// not exercised.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"chinanews/fetcher/origintest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "where to serve")
	hour := flag.Duration("hour", time.Hour, "what the sites call an hour: 1s makes a day of 24 s")
	least := flag.Duration("min", 10*time.Minute, "the poller's shortest interval")
	usual := flag.Duration("interval", 30*time.Minute, "the poller's usual interval")
	timeout := flag.Duration("timeout", 30*time.Second, "the poller's deadline for an answer")
	flag.Parse()
	p := origintest.Poller{MinInterval: *least, Interval: *usual, Timeout: *timeout, Hour: *hour, Base: "http://" + *listen}
	if err := run(p, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

// run serves until it is interrupted, then prints the table.
func run(p origintest.Poller, listen string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	o := origintest.New(p)
	for _, s := range o.Subscriptions() {
		fmt.Println(s.URL)
	}
	fmt.Fprintln(os.Stderr, "Subscribe the poller to the addresses above; Ctrl-C prints its score.")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Handler: o, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	o.Score().Print(os.Stdout)
	return nil
}
