package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"chinanews/news"
)

// Beside what the record says is published, a configuration has what each node
// reads from its own file. Most of that is to be the same everywhere.

// rest is the digest of what of a configuration is not published and should be
// the same on all nodes; what belongs to a node, and where files lie, is not in
// it.
func rest(cfg news.Config) string {
	fetch := cfg.Fetch
	fetch.Proxy, fetch.Concurrency = "", 0 // of the machine and its network
	headers := make(map[string]map[string]string)
	for _, row := range cfg.Sources {
		if len(row.Headers) > 0 {
			headers[row.ID] = row.Headers
		}
	}
	c := cfg.Cluster
	peers := slices.Sorted(slices.Values(c.Peers))
	text, err := json.Marshal([]any{fetch, cfg.Profiles, cfg.Hub, cfg.Webhooks, cfg.Tokens, cfg.Users, cfg.Retention, headers,
		c.SessionTTL, c.LogRetention, c.Replicas, peers, c.URLs, c.Engine})
	if err != nil {
		return "" // words and numbers cannot fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// astray are the nodes whose configuration, beside what is published, is another
// than that of the node that rules.
func astray(ruler string, all []standing) (names []string) {
	i := slices.IndexFunc(all, func(s standing) bool { return s.Node == ruler && s.Rest != "" })
	if i < 0 {
		return nil
	}
	for _, s := range all {
		if s.Rest != "" && s.Rest != all[i].Rest {
			names = append(names, s.Node)
		}
	}
	return names
}

// strayWords says which these are, and what to do.
func strayWords(names []string, ruler string) string {
	return fmt.Sprintf("what is not published (users, tokens, webhooks, hub, fetch, retention, headers of sources, cluster) is another in the configuration of %s than of %s, which rules: make the files equal, then `chinanewsd reload` on each (a change of cluster needs a start)", strings.Join(names, ", "), ruler)
}

// compareEvery is how often the node that rules holds the others' configurations
// against its own.
const compareEvery = time.Minute

// strays is astray, asked anew once a minute, and on the node that rules alone.
// The lookout owns what it keeps.
func (m *member) strays(ctx context.Context, now time.Time) []string {
	if !m.node.Rules() {
		m.stray, m.compared = nil, time.Time{}
		return nil
	}
	if now.Sub(m.compared) >= compareEvery {
		if all, err := m.standings(ctx); err == nil {
			m.stray, m.compared = astray(m.cfg.Node, all), now
		}
	}
	return m.stray
}
