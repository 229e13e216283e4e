package jetstream

import (
	"net"
	"regexp"
	"strings"
)

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
