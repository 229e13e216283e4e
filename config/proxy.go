package config

import (
	"fmt"
	"net/netip"
)

// loopback is where a web server on this machine asks from.
func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// proxies takes prefixes and addresses.
func (d *decoder) proxies(v value) {
	list := []netip.Prefix{}
	for _, item := range v.items() {
		s, ok := item.text()
		p, err := netip.ParsePrefix(s)
		if a, single := netip.ParseAddr(s); single == nil {
			p, err = a.WithZone("").Prefix(a.BitLen())
		}
		switch {
		case !ok: // what is wrong with it was said
		case err != nil || p.Addr().Is4In6():
			item.bad(fmt.Sprintf("%q is no prefix of addresses", s), "write 10.0.0.7, 10.20.0.0/16 or 2001:db8::/48")
		case p.Bits() == 0:
			item.bad(fmt.Sprintf("%q is everybody: then anybody could say that he is somebody else", s), "write the addresses of your web servers")
		default:
			list = append(list, p.Masked())
		}
	}
	d.config.Proxies = list
}
