package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
)

const nearWithin = 5 * time.Second // of this machine, and of its resolver

// listeners looks at the two addresses of this machine.
func (d *doctor) listeners() {
	file := whereabouts{d.cfg.Listen, d.cfg.Admin}
	is, read := file, file
	if d.running && d.over.Daemon.Listen != "" { // one of an earlier version does not say
		is, read = d.over.Daemon.whereabouts, d.over.Daemon.Read
	}
	if d.broken {
		file = read
	}
	if c := d.cfg.Cluster; c.On() && !c.Does(news.RoleServe) && (!d.running || d.over.Daemon.Listen == "") {
		is.Listen = "" // others serve
	}
	if is.Listen != "" {
		d.listener("listen", is.Listen, "/robots.txt", heldBack(file.Listen, read.Listen))
	}
	switch wait := heldBack(file.Admin, read.Admin); {
	case is.Admin == "" && wait != "":
		d.tell(doctorWarn, "admin.listen", atLeisure, "the daemon listens nowhere for operators; %s", wait)
	case is.Admin != "" && d.open("admin.listen", is.Admin):
		d.listener("admin.listen", is.Admin, "/readyz", wait)
	}
}

const atLeisure = "restart the daemon when that suits"

// heldBack says that the file has another value than the daemon was started with;
// empty: it has not.
func heldBack(file, read string) string {
	if file == read {
		return ""
	}
	return fmt.Sprintf("what the file says, %s, waits for its next start", said(file))
}

// open reports, of the admin listener, that it is not open to a network.
func (d *doctor) open(key, addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
		return true
	}
	d.tell(doctorWarn, key, "set it to 127.0.0.1:8081, or see that a firewall lets only your own tools through", "%s is open to other machines, and asks nobody for a password", addr)
	return false
}

// listener looks whether the daemon answers at an address or, when none runs,
// whether it could.
func (d *doctor) listener(key, addr, path, waits string) {
	host, port, _ := net.SplitHostPort(addr)
	switch {
	case strings.HasPrefix(addr, "/") || strings.HasPrefix(addr, "@"):
		d.ok(key, "the daemon listens at the socket %s", addr)
	case port == "0":
		d.ok(key, "%s is any free port: each start takes another", addr)
	case d.running:
		d.answering(key, near(host, port), path, waits)
	case !d.blind: // else who holds the record may hold the address
		d.free(key, addr)
	}
}

// near is where an address of this machine is reached from itself.
func near(host, port string) string {
	switch ip, err := netip.ParseAddr(host); {
	case host == "" || err == nil && ip.IsUnspecified() && ip.Is4():
		host = "127.0.0.1"
	case err == nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}

func (d *doctor) answering(key, addr, path, waits string) {
	ctx, cancel := context.WithTimeout(d.t, nearWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		d.tell(doctorBad, key, "", "%v", err)
		return
	}
	once := &http.Transport{DisableKeepAlives: true}
	resp, err := once.RoundTrip(req)
	if err != nil {
		d.tell(doctorBad, key, "look into the daemon's log, and restart it", "the daemon runs, and nothing answers at %s: %s", addr, fetcher.Trouble(err, req.URL).Words)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		said, _ := bufio.NewReader(io.LimitReader(resp.Body, 200)).ReadString('\n')
		d.tell(doctorBad, key, "look into the daemon's log", "%s%s answers %s: %s", addr, path, resp.Status, strings.TrimSpace(said))
		return
	}
	if waits != "" {
		d.tell(doctorWarn, key, atLeisure, "%s answers; %s", addr, waits)
		return
	}
	d.ok(key, "%s answers", addr)
}

// free tries whether an address can be taken, and gives it back.
func (d *doctor) free(key, addr string) {
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		l.Close()
		d.ok(key, "%s is free for the daemon", addr)
	case errors.Is(err, syscall.EADDRINUSE):
		d.tell(doctorBad, key, fmt.Sprintf("stop that, or set %s to a free address", key), "%s is taken by %s", addr, holder(addr))
	case errors.Is(err, syscall.EACCES):
		d.ok(key, "%s is for the system's own services: this user may not look whether it is free", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		d.tell(doctorBad, key, "`ip address` lists this machine's; 0.0.0.0 stands for all of them", "%s is no address of this machine", addr)
	default:
		d.tell(doctorBad, key, "", "%v", err)
	}
}

// holder names the process that listens on a port, where the system lets us see
// it (proc_net(5) on Linux).
func holder(addr string) string {
	_, service, _ := net.SplitHostPort(addr)
	port, _ := net.LookupPort("tcp", service)
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(table)
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) > 9 && f[3] == "0A" && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) {
				if who := holderOf("socket:[" + f[9] + "]"); who != "" {
					return who
				}
			}
		}
	}
	return "another program"
}

func holderOf(socket string) string {
	files, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, file := range files {
		if to, err := os.Readlink(file); err == nil && to == socket {
			pid := strings.Split(file, "/")[2]
			name, _ := os.ReadFile("/proc/" + pid + "/comm")
			return fmt.Sprintf("%s, pid %s", strings.TrimSpace(string(name)), pid)
		}
	}
	return ""
}

// sampled is how many hosts of sources are looked up.
const sampled = 2

// names looks up the site's own name and those of some sources.
func (d *doctor) names() {
	const what = "dns"
	own := hostOf(d.cfg.Site.BaseURL)
	sources := d.hosts()
	var missing []string
	var unknown error
	for _, host := range sources {
		if err := d.resolve(host); err != nil {
			missing, unknown = append(missing, host), err
		}
	}
	var err error
	if own != "" {
		err = d.resolve(own)
		d.nameless = err != nil
	}
	const do = "look at the resolver: /etc/resolv.conf names it; is there a network?"
	switch all := append(sources, own); {
	case err != nil && !absentName(err):
		d.tell(doctorBad, what, do, "%s, the host of base_url, cannot be looked up: %v", own, err)
	case err != nil:
		d.tell(doctorBad, what, "make an A or AAAA record for it, where its domain is kept", "%s, the host of base_url, has no address", own)
	case len(missing) > 0 && len(missing) == len(sources) && !absentName(unknown):
		d.tell(doctorBad, what, do, "hosts of sources cannot be looked up: %v", unknown)
	case len(missing) > 0 && absentName(unknown):
		d.tell(doctorWarn, what, "`chinanewsd status` says whether it was read before; else look at its row", "%s, the host of a source, has no address", missing[0])
	case len(missing) > 0:
		d.tell(doctorWarn, what, do, "%s, the host of a source, cannot be looked up: %v", missing[0], unknown)
	case own != "" || len(sources) > 0:
		d.ok(what, "%s found", strings.Trim(strings.Join(all, ", "), ", "))
	}
}

// hosts are the first ones of sources that are looked up by name, here.
func (d *doctor) hosts() (hosts []string) {
	if !fetcher.LooksUp(d.cfg.Fetch) {
		return nil
	}
	seen := make(map[string]bool)
	for _, row := range d.cfg.Sources {
		for _, u := range row.URLs {
			if host := hostOf(u); host != "" && !seen[host] && !row.Paused && len(hosts) < sampled {
				seen[host] = true
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

// hostOf is the name that has to be looked up for an address; empty: none has.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ""
	}
	return u.Hostname()
}

func (d *doctor) resolve(host string) error {
	ctx, cancel := context.WithTimeout(d.t, nearWithin)
	defer cancel()
	found, err := d.network.Addresses(ctx, host)
	if err == nil && len(found) == 0 {
		err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return err
}

func absentName(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// proxies looks whether a web server in front, which an https site needs, is
// believed about who asks.
func (d *doctor) proxies() {
	const what = "trusted_proxies"
	u, err := url.Parse(d.cfg.Site.BaseURL)
	if err != nil || u.Scheme != "https" {
		return
	}
	host, _, _ := net.SplitHostPort(d.cfg.Listen)
	ip, err := netip.ParseAddr(host)
	all := host == "" || err == nil && ip.IsUnspecified()
	if host == "localhost" {
		ip = netip.MustParseAddr("127.0.0.1")
	}
	const shared = "base_url is https and listen plain http, so all readers come through a web server in front; "
	switch {
	case len(d.cfg.Proxies) == 0:
		d.tell(doctorWarn, what, fmt.Sprintf("trusted_proxies: [%s], or where your web server is", strconv.Quote(like(ip))), shared+"none is believed about who asks, and all share the limits of one")
	case ip.IsLoopback() && !d.trusts(ip), !all && !ip.IsLoopback() && d.onlyLoopback():
		d.tell(doctorWarn, what, fmt.Sprintf("add %s, or where your web server is", strconv.Quote(like(ip))), shared+"it asks %s from an address that trusted_proxies does not have, and all share the limits of one", d.cfg.Listen)
	default:
		var list []string
		for _, p := range d.cfg.Proxies {
			list = append(list, p.String())
		}
		d.ok(what, "a web server in front is believed about who asks when it asks from %s", strings.Join(list, ", "))
	}
}

// like is an address from which this machine's own web server asks.
func like(ip netip.Addr) string {
	if !ip.IsValid() || ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return ip.String()
}

func (d *doctor) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(d.cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

func (d *doctor) onlyLoopback() bool {
	return !slices.ContainsFunc(d.cfg.Proxies, func(p netip.Prefix) bool { return !p.Addr().IsLoopback() })
}
