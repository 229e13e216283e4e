package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// The bounds of how long nodes wait for one another.
const (
	shortestSession = 2 * news.Duration(time.Second)
	longestSession  = news.Duration(time.Minute)
	shortestLog     = news.Duration(time.Hour)
)

// member is a node of a cluster, as it is read.
type member struct {
	value
	news.Cluster
	at     map[string]value // what is written, by its key
	routes []address        // those of nodes, and of the operator's servers, that
	urls   []address        // are right by themselves
}

// address is one with where it is written.
type address struct {
	value
	text, host string
}

// cluster takes how this node works with others. What of it fits together is
// known when the whole file is read.
func (d *decoder) cluster(v value) {
	if _, null := v.node.(*ast.NullNode); null {
		return
	}
	m := &member{value: v, at: make(map[string]value)}
	m.Cluster = news.Cluster{Engine: news.EngineEmbedded, Listen: "127.0.0.1:6222", Roles: []news.Role{news.RoleEngine, news.RolePoll, news.RoleServe},
		SessionTTL: 4 * news.Duration(time.Second), LogRetention: hours(720)}
	if v.mapping(m.keys()) {
		d.later = append(d.later, m.check)
	}
}

func (m *member) keys() keys {
	k := make(keys)
	for name, take := range map[string]func(value){
		"node": func(v value) { v.id(&m.Node) },
		"engine": func(v value) {
			m.Engine = "" // of an unknown one nothing more is said
			enum(v, &m.Engine, news.EngineEmbedded, news.EngineNATS)
		},
		"urls":          m.servers,
		"listen":        func(v value) { m.route(v, &m.Listen) },
		"peers":         m.peers,
		"replicas":      func(v value) { v.int(&m.Replicas, 1, 5) },
		"roles":         m.roles,
		"session_ttl":   func(v value) { v.span(&m.SessionTTL, shortestSession, longestSession) },
		"log_retention": func(v value) { v.span(&m.LogRetention, shortestLog, 0) },
		"tls":           m.tls,
		"secret":        m.secretOf,
		"credentials":   func(v value) { v.filePath(&m.Credentials) },
	} {
		k[name] = takes(func(v value) {
			m.at[name] = v
			take(v)
		})
	}
	return k
}

// servers takes addresses of the operator's own. A name may stand in one, whose
// password is the secret.
func (m *member) servers(v value) {
	for _, item := range v.items() {
		s, ok := item.text()
		u, err := url.Parse(s)
		switch {
		case !ok: // said
		case err != nil || u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "":
			item.bad(fmt.Sprintf("%q is no address of a NATS server", s), "write nats://news-1.example.org:4222; tls:// is known too")
		case hasPassword(u):
			item.bad("a password stands in this file, and so in its backups", "write nats://NAME@host:4222, and secret: file:NAME")
		default:
			m.URLs, m.urls = append(m.URLs, s), append(m.urls, address{item, s, u.Hostname()})
		}
	}
}

func hasPassword(u *url.URL) bool {
	_, has := u.User.Password()
	return has
}

// route takes the address of a node among the others.
func (m *member) route(v value, into *string) {
	var s string
	if v.address(&s, false); s != "" {
		host, _, _ := net.SplitHostPort(s)
		*into, m.routes = s, append(m.routes, address{v, s, host})
	}
}

// peers takes where the nodes find one another.
func (m *member) peers(v value) {
	for _, item := range v.items() {
		var peer string
		switch m.route(item, &peer); {
		case peer == "":
			continue
		case everywhere(peer):
			item.bad(fmt.Sprintf("%s leads to no machine", peer), "write the host too, as the other nodes find it")
		case slices.Contains(m.Peers, peer):
			item.bad(fmt.Sprintf("%s stands twice among the peers", peer), "take one of them out")
		}
		m.Peers = append(m.Peers, peer)
	}
}

func (m *member) roles(v value) {
	m.Roles = nil
	for _, item := range v.items() {
		var r news.Role
		if enum(item, &r, news.RoleEngine, news.RolePoll, news.RoleServe); r != "" && slices.Contains(m.Roles, r) {
			item.bad(fmt.Sprintf("the role %s stands twice", r), "take one of them out")
		}
		m.Roles = append(m.Roles, r)
	}
	if len(m.Roles) == 0 {
		v.bad("the node has no role", "write roles: [engine, poll, serve], or some of them")
	}
}

func (m *member) tls(v value) {
	t := &m.TLS
	if !v.mapping(keys{
		"certificate": takes(func(v value) { v.filePath(&t.Certificate) }),
		"key":         takes(func(v value) { v.filePath(&t.Key) }),
		"authority":   takes(func(v value) { v.filePath(&t.Authority) }),
	}) {
		return
	}
	for _, part := range []struct{ name, file string }{{"certificate", t.Certificate}, {"key", t.Key}, {"authority", t.Authority}} {
		if part.file == "" && *t != (news.ClusterTLS{}) {
			v.bad("tls has no "+part.name, "write certificate, key and authority: files in PEM; nodes show one another the first, and believe what the last has signed")
		}
	}
}

// secretOf takes what nodes show one another.
func (m *member) secretOf(v value) {
	if v.secret(&m.Secret); m.Secret != "" && m.Secret == scalar(v.node) {
		m.warn(v.node, "the secret of the cluster stands in this file, and so in its backups: keep it in a file of its own, and write secret: file:NAME")
	}
}

// span takes a duration within bounds; most 0: there is none.
func (v value) span(into *news.Duration, least, most news.Duration) {
	d := *into
	switch v.duration(&d, false); {
	case d >= least && (most == 0 || d <= most):
		*into = d
	case most == 0:
		v.bad(fmt.Sprintf("%s is too short", d), fmt.Sprintf("write %s or more", least))
	default:
		v.bad(fmt.Sprintf("%s is not between %s and %s", d, least, most), "write one of those")
	}
}

// filePath takes the path of a file, from the root, from the configuration's folder,
// or of systemd's credentials; empty: none. What it holds is not read here.
func (v value) filePath(into *string) {
	s, ok := v.text()
	if !ok || s == "" {
		return
	}
	file := credential(s)
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(v.file), file)
	}
	abs, err := filepath.Abs(file)
	*into = abs // a bad one too: else it would be said that there is none
	if stat, err2 := os.Stat(abs); err == nil && err2 != nil {
		err = bare(err2)
	} else if err == nil && !stat.Mode().IsRegular() {
		err = fmt.Errorf("it is no file")
	}
	if err != nil {
		v.bad(fmt.Sprintf("%s cannot be read: %v", s, err), "write a path, from the root or from this file's folder")
	}
}
