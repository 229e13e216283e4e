package news

import (
	"hash/fnv"
	"net/netip"
	"net/url"
	"strings"
)

// CanonicalURL is version 1 of the form in which two addresses of one page
// are equal: scheme dropped (http = https), host in lower case, default port,
// userinfo and fragment dropped, tracking parameters dropped, everything else
// as it stands and in its order. The rules are frozen: keys computed by them
// are stored for ever. The host must be in its ASCII form already, and the
// row's rewrite rules applied. A text that is no http address is returned as is.
func CanonicalURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return raw
	}
	host := strings.ToLower(u.Host)
	if p := u.Port(); p == "" || p == "80" && u.Scheme == "http" || p == "443" && u.Scheme == "https" {
		host = strings.TrimSuffix(strings.TrimSuffix(host, p), ":")
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return "1//" + host + path + canonicalQuery(u.RawQuery)
}

func canonicalQuery(raw string) string {
	var kept []string
	for pair := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !tracking(name) {
			kept = append(kept, pair)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "?" + strings.Join(kept, "&")
}

// tracking reports whether a query parameter says how a reader came, not what
// the page is.
func tracking(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "spm", "share":
		return true
	}
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "from_") || strings.HasPrefix(name, "share_")
}

// Parts is the number of partitions that hosts are spread over.
const Parts = 1024

// Part is version 1 of the partition of a host name, frozen: FNV-1a of its
// registrable part, modulo Parts. An IP literal or a single label is its own
// registrable part; otherwise the last two labels, or three when the last has
// two letters and the second last is one of the common second-level names.
func Part(host string) uint16 {
	h := fnv.New64a()
	h.Write([]byte(registrable(strings.ToLower(host))))
	return uint16(h.Sum64() % Parts)
}

func registrable(host string) string {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host
	}
	labels := strings.Split(host, ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 && secondLevel(labels[len(labels)-2]) {
		n = 3
	}
	return strings.Join(labels[max(0, len(labels)-n):], ".")
}

func secondLevel(label string) bool {
	switch label {
	case "ac", "co", "com", "edu", "gov", "mil", "net", "org":
		return true
	}
	return false
}

// Host is the host name of an address, in lower case and without port; empty
// when the address has none.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
