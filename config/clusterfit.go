package config

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"chinanews/news"
)

// check says what does not fit together, and has the node be one of a cluster.
func (m *member) check() {
	if _, written := m.at["node"]; !written {
		m.bad("the cluster has no node", "write node: news-1, and another name on each other machine")
	}
	if m.config.Site.BaseURL == "" {
		m.bad("the site has no base_url, and all nodes of a cluster must give the same addresses", `write site: {base_url: "https://news.example.org"}, the same on all`)
	}
	switch m.Engine {
	case news.EngineEmbedded:
		m.embedded()
	case news.EngineNATS:
		m.owned()
	}
	m.copies()
	m.reading.config.Cluster = m.Cluster
}

// embedded checks a node that has the engine within it.
func (m *member) embedded() {
	for _, key := range []string{"urls", "credentials"} {
		if at, written := m.at[key]; written && !at.empty() && plain(at.node) != "" {
			at.bad(fmt.Sprintf("%s are of engine nats, and the engine is embedded", key), "write engine: nats, or take them out")
		}
	}
	if m.at["peers"].empty() {
		m.bad("the cluster has no peers", "write peers: the listen addresses of all nodes, host:port, the same list on all")
	} else if !slices.Contains(m.Peers, m.Listen) && !everywhere(m.Listen) {
		m.warn(m.at["peers"].node, "%s, where this node listens, is not among the peers: others find it only when one of these leads there", m.Listen)
	}
	if n := len(m.Peers); n > 0 && n%2 == 0 {
		m.warn(m.at["peers"].node, "%d peers are no safer than %d: most of them must run; add one on another host, or take one out", n, n-1)
	}
	m.exposed(m.routes, m.TLS != news.ClusterTLS{})
}

// owned checks a node that uses the operator's own servers.
func (m *member) owned() {
	if m.at["urls"].empty() {
		m.bad("the cluster has no urls, and engine nats is servers of your own", "write urls: [nats://news-1.example.org:4222]")
	}
	if at := m.at["peers"]; !at.empty() {
		m.warn(at.node, "peers are of the embedded engine, and have no effect with engine nats")
	}
	inClear := func(a address) bool { return !strings.HasPrefix(a.text, "tls:") }
	m.exposed(m.urls, m.TLS != news.ClusterTLS{} || !slices.ContainsFunc(m.urls, inClear))
}

// exposed refuses the first address beyond this machine when others could read
// along there, or take part.
func (m *member) exposed(addresses []address, encrypted bool) {
	n := slices.IndexFunc(addresses, address.beyond)
	if n < 0 {
		return
	}
	at := addresses[n]
	if !encrypted {
		at.bad(fmt.Sprintf("%s is not of this machine alone, and there is no tls: others could read along", at.text), "write tls: {certificate: node.pem, key: node.key, authority: ca.pem}")
	}
	if m.Secret == "" && m.Credentials == "" {
		at.bad(fmt.Sprintf("%s is not of this machine alone, and there is no secret: others could take part", at.text), "write secret: file:NAME, the same on all nodes")
	}
}

// beyond reports an address that other machines reach.
func (a address) beyond() bool {
	ip, err := netip.ParseAddr(a.host)
	return a.host != "localhost" && (err != nil || !ip.IsLoopback())
}

// everywhere reports an address of all that a machine has.
func everywhere(listen string) bool {
	host, _, _ := net.SplitHostPort(listen)
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}

// copies settles how many nodes keep what is shared: a majority of them goes on.
func (m *member) copies() {
	at, written := m.at["replicas"]
	peers := len(m.Peers)
	of := m.Engine == news.EngineEmbedded && peers > 0
	switch {
	case !written && of && peers < 3:
		m.Replicas = 1
	case !written:
		m.Replicas = 3
	case m.Replicas%2 == 0 && m.Replicas > 0:
		at.bad(fmt.Sprintf("%d replicas are no safer than %d", m.Replicas, m.Replicas-1), "write 1, 3 or 5")
	case of && m.Replicas > peers:
		at.bad(fmt.Sprintf("%d replicas need as many nodes, and there are %d peers", m.Replicas, peers), "write fewer, or name all nodes in peers")
	}
}
