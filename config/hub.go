package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"chinanews/news"
)

// The bounds of leases.
const (
	shortestLease = 24 * news.Duration(time.Hour)
	longestLease  = 10 * shortestLease
)

// hubUnset is how the hub works when nothing is said of it.
func hubUnset() news.Hub { return news.Hub{Lease: longestLease} }

// hub takes how subscribers are told, and which hubs of others are.
func (d *decoder) hub(v value) {
	h := &d.config.Hub
	v.mapping(keys{
		"off":     takes(func(v value) { v.bool(&h.Off) }),
		"lease":   takes(func(v value) { v.lease(&h.Lease) }),
		"outside": takes(d.outside),
		"allow":   takes(func(v value) { v.allowed(&h.Allow) }),
	})
}

func (v value) lease(into *news.Duration) {
	lease := *into
	v.duration(&lease, false)
	if lease < shortestLease || lease > longestLease {
		v.bad(fmt.Sprintf("a lease of %s is not between 1d and 10d", lease), "write 1d to 10d: subscribers renew it themselves")
		return
	}
	*into = lease
}

// outside takes hubs of others. What may be asked is known when the whole file
// is read.
func (d *decoder) outside(v value) {
	for _, item := range v.items() {
		var hub string
		if item.url(&hub, false); hub == "" {
			continue
		}
		if slices.Contains(d.config.Hub.Outside, hub) {
			item.bad(fmt.Sprintf("hub %s stands twice", hub), "take one of them out")
		}
		d.config.Hub.Outside = append(d.config.Hub.Outside, hub)
		d.later = append(d.later, func() { item.outsideHub(hub) })
	}
}

// outsideHub checks that a hub is another's, and may be asked.
func (v value) outsideHub(hub string) {
	if base := v.config.Site.BaseURL; base != "" && hub == base+"/hub" {
		v.bad(fmt.Sprintf("%s is this site's own hub", hub), "take it out: it knows by itself what changed")
		return
	}
	u, err := url.Parse(hub)
	if err == nil {
		err = v.checks.Outgoing(v.config.Hub.Allow, u)
	}
	if err != nil {
		v.bad(err.Error(), "")
	}
}

// allowed takes prefixes and host:port; what else is wrong with them the
// fetcher says. One that is neither is left out, so that it is said once.
func (v value) allowed(into *[]string) {
	v.strings(into)
	var good []string
	for i, item := range v.items() {
		a := (*into)[i]
		if _, err := netip.ParsePrefix(a); err != nil && a != "" && !hostPort(a) {
			item.bad(fmt.Sprintf("%q is neither a prefix nor host:port", a), "write 127.0.0.0/8, 127.0.0.1:8080 or *:8080")
			continue
		}
		good = append(good, a)
	}
	*into = good
}
