package jetstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Peer is what listens at the address of a node's routes.
type Peer struct {
	Address string
	Node    string // its name
	ID      string // of its engine: new with each start
	Err     error  // why nothing is known of it
}

const (
	peerWithin = 2 * time.Second
	mostInfo   = 64 << 10
)

// Peers asks, at most 2 s, who listens at the addresses of routes, which are TLS
// if secure is not nil: an engine says its name before it asks for a secret. It
// needs no relay.
func Peers(ctx context.Context, addresses []string, secure *tls.Config) []Peer {
	ctx, cancel := context.WithTimeout(ctx, peerWithin)
	defer cancel()
	all := make([]Peer, len(addresses))
	var group sync.WaitGroup
	for i, address := range addresses {
		group.Go(func() { all[i] = peer(ctx, address, secure) })
	}
	group.Wait()
	return all
}

func peer(ctx context.Context, address string, secure *tls.Config) Peer {
	p := Peer{Address: address}
	conn, err := dialRoute(ctx, address, secure)
	if err != nil {
		p.Err = err
		return p
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		conn.SetReadDeadline(end)
	}
	line, err := bufio.NewReader(io.LimitReader(conn, mostInfo)).ReadString('\n')
	if err != nil {
		p.Err = fmt.Errorf("it takes connections and says nothing: %w", err)
		return p
	}
	var info struct {
		ID   string `json:"server_id"`
		Name string `json:"server_name"`
	}
	text, ok := strings.CutPrefix(line, "INFO ")
	if err := json.Unmarshal([]byte(text), &info); !ok || err != nil || info.Name == "" {
		p.Err = errors.New("what listens there is no node")
		return p
	}
	p.Node, p.ID = info.Name, info.ID
	return p
}

func dialRoute(ctx context.Context, address string, secure *tls.Config) (net.Conn, error) {
	if secure != nil {
		return (&tls.Dialer{Config: secure}).DialContext(ctx, "tcp", address)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", address)
}

// EngineID is that of this process's engine, as Peers says it; empty: the engine
// is an operator's own.
func (r *Relay) EngineID() string {
	if r.engine == nil {
		return ""
	}
	return r.engine.ID()
}
