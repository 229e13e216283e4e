package jetstream

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/nats-io/nats.go"
)

// apart is why this node is not connected to the operator's servers.
type apart struct{ why error }

func (e *apart) Error() string {
	if notLetIn(e.why) {
		return fmt.Sprintf("the servers of cluster.urls do not let this node in (%v): look at cluster.secret or cluster.credentials, and at its user there", e.why)
	}
	return fmt.Sprintf("no server of cluster.urls can be connected to (%v): see that they run, and that this node reaches them", e.why)
}

func (e *apart) Unwrap() error { return ErrUnavailable }

// cutOff is why the operator's servers cannot be asked; nil: they can, as far as
// is known, or the engine is in this process.
func (r *Relay) cutOff() error {
	if no := r.apart.Load(); no != nil && r.engine == nil && !r.conn.IsConnected() {
		return no
	}
	return nil
}

// notLetIn reports whether servers refuse who a node says that it is.
func notLetIn(err error) bool {
	for _, no := range []error{nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// The engine's words on a node that is not let in, by who says them.
var (
	refusesSecret = regexp.MustCompile(`^(\S+) - rid:\d+ - authentication error`)
	refusedSecret = regexp.MustCompile(`^(\S+) - rid:\d+ - Route Error 'Authorization Violation'`)
	refusesTLS    = regexp.MustCompile(`^(\S+) - rid:\d+ - TLS route handshake error: (.*)`)
	sameName      = regexp.MustCompile(`^(\S+) - rid:\d+ - Remote server has a duplicate name: "([^"]*)"`)
)

// explained says in words what the engine says of nodes that are not let in: who
// it is, and what to do; else the engine's text.
func explained(text string) string {
	if m := refusesSecret.FindStringSubmatch(text); m != nil {
		return "a node at " + hostOf(m[1]) + " is not let in: its cluster.secret is another than this node's; make it the same on all nodes"
	}
	if m := refusedSecret.FindStringSubmatch(text); m != nil {
		return "the node at " + m[1] + " does not let this one in: cluster.secret is another there; make it the same on all nodes"
	}
	if m := refusesTLS.FindStringSubmatch(text); m != nil {
		return "this node and that at " + m[1] + " do not believe each other's certificate: " + strings.TrimPrefix(m[2], "tls: ") + "; look at cluster.tls on both"
	}
	if m := sameName.FindStringSubmatch(text); m != nil {
		return "another node, at " + hostOf(m[1]) + ", has the name of this one, " + m[2] + ": give each its own cluster.node"
	}
	return text
}

// hostOf is an address without its port, which is a passing one of who called.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
