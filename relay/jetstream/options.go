package jetstream

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"time"
)

// Options of a node.
type Options struct {
	Node           string        // its name, unlike any other's: [a-z0-9][a-z0-9-]{0,63}
	Engine         *Engine       // in this process; nil: the servers of URLs
	URLs           []string      // of an operator's own servers, 2.12 or newer, with one account for this site alone
	TLS            *tls.Config   // towards URLs; nil: as the URLs say
	Credentials    string        // file for URLs
	User, Password string        // for URLs
	Replicas       int           // of what is shared: 1, 3 or 5; used by Found
	SessionTTL     time.Duration // after which a silent node's partitions are others': 2 s to 1 min
	Retention      time.Duration // of the log, and of the news that a cell is gone; used by Found
	Poll           bool          // whether this node claims partitions
	About          []byte        // what its session says of it
	Log            *slog.Logger  // nil: slog.Default
}

// Engine is the part of the engine that runs in this process. It listens for
// other nodes only.
type Engine struct {
	Dir    string      // of its files, its own
	Listen string      // host:port of its routes
	Peers  []string    // host:port of the routes of all nodes that store, this one among them; no other: an engine of one
	Store  bool        // keeps a replica; false: only a way to those that do
	TLS    *tls.Config // of routes, both ways; required off loopback
	Secret string      // that nodes show one another; required off loopback
}

var nodeName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

func (o Options) check() error {
	switch {
	case !nodeName.MatchString(o.Node):
		return fmt.Errorf("cluster.node %q: it takes 1 to 64 of a-z, 0-9 and -", o.Node)
	case o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5:
		return fmt.Errorf("cluster.replicas %d: it is 1, 3 or 5", o.Replicas)
	case o.SessionTTL < 2*time.Second || o.SessionTTL > time.Minute:
		return fmt.Errorf("cluster.session_ttl %s: it is 2s to 1m", o.SessionTTL)
	case o.Retention < time.Second:
		return fmt.Errorf("cluster.log_retention %s: it is 1s or more", o.Retention)
	case o.Engine == nil && len(o.URLs) == 0:
		return errors.New("cluster.urls: name the servers, or set cluster.engine to embedded")
	case o.Engine != nil && len(o.URLs) > 0:
		return errors.New("cluster.urls: an embedded engine has none; remove them, or set cluster.engine to nats")
	case o.Engine != nil:
		return o.Engine.check()
	}
	return nil
}

func (e Engine) check() error {
	if e.Store && e.Dir == "" {
		return errors.New("cluster: the engine has no folder for its files")
	}
	if !e.Store && e.alone() {
		return errors.New("cluster.peers: name the nodes that have the role engine, or give this one that role")
	}
	for _, address := range append([]string{e.Listen}, e.Peers...) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || port == "0" {
			return fmt.Errorf("cluster: the route address %q is no host:port", address)
		}
		if !loopback(host) && (e.TLS == nil || e.Secret == "") {
			return fmt.Errorf("cluster: the route address %s is off this machine: set cluster.tls and cluster.secret", address)
		}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
