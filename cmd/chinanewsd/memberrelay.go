package main

import (
	"cmp"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// relayOptions are how a node reaches the others.
func relayOptions(cfg news.Config, log *slog.Logger) (o jetstream.Options, err error) {
	c := cfg.Cluster
	o = jetstream.Options{Node: c.Node, Replicas: c.Replicas, SessionTTL: c.SessionTTL.Std(), Retention: c.LogRetention.Std(),
		Poll: c.Does(news.RolePoll), About: aboutNode(cfg), Log: log}
	secure, err := clusterTLS(c, time.Now())
	if err != nil {
		return o, fmt.Errorf("cluster.tls: %w", err)
	}
	if c.Engine == news.EngineNATS {
		o.TLS, o.Credentials = secure, c.Credentials
		if o.URLs, o.User, err = servers(c.URLs); err != nil {
			return o, err
		}
		if c.Secret != "" {
			o.User, o.Password = cmp.Or(o.User, clusterUser), c.Secret
		}
		return o, nil
	}
	o.Engine = &jetstream.Engine{Dir: engineDir(cfg.Data), Listen: c.Listen, Peers: c.Peers, Store: c.Does(news.RoleEngine), TLS: secure, Secret: c.Secret}
	return o, nil
}

// routesTLS is how nodes reach one another's engines; nil: in clear.
func routesTLS(o jetstream.Options) *tls.Config {
	if o.Engine == nil {
		return nil
	}
	return o.Engine.TLS
}

// clusterUser is who nodes are at an operator's own servers, with the secret,
// where their addresses do not say another.
const clusterUser = "chinanewsd"

// servers are addresses without the user that they name.
func servers(addresses []string) (urls []string, user string, err error) {
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			return nil, "", fmt.Errorf("cluster.urls: %w", err)
		}
		if name := u.User.Username(); name != "" {
			user = name
		}
		u.User = nil
		urls = append(urls, u.String())
	}
	return urls, user, nil
}

// engineDir is where what nodes share lies on this one's disk.
func engineDir(data string) string { return filepath.Join(data, "engine") }

// nodeAbout is what a node's session says of it.
type nodeAbout struct {
	Version string      `json:"version"`
	Schema  int         `json:"schema"` // that its program understands
	Roles   []news.Role `json:"roles"`
}

// aboutNode is what a node's session says of it.
func aboutNode(cfg news.Config) []byte {
	text, err := json.Marshal(nodeAbout{version, clusterSchema, cfg.Cluster.Roles})
	if err != nil {
		return nil // words and a number cannot fail
	}
	return text
}
