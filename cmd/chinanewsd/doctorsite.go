package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chinanews/fetcher"
	"chinanews/news"
)

const (
	siteWithin = 15 * time.Second
	ending     = 21 * 24 * time.Hour // before a certificate ends
	listOfAll  = "/opml.xml"         // the site's own document that is always there
)

// site asks the site at its public address, as others do, but from here.
func (d *doctor) site() {
	base := d.cfg.Site.BaseURL
	if base == "" || d.nameless { // said already
		return
	}
	to, err := url.Parse(base + listOfAll)
	if err != nil {
		d.tell(doctorBad, "base_url", "", "%v", err)
		return
	}
	begin := time.Now()
	resp, body, err := d.visit(to)
	if err != nil {
		d.unanswered(to, err)
		return
	}
	if left, until := lasts(resp.TLS, d.now); resp.TLS != nil && left < ending {
		d.tell(doctorWarn, "base_url", "whatever renews it has not: look into the log of your web server, or of certbot", "the certificate of %s ends on %s, in %s", to.Hostname(), until.Format(time.DateOnly), span(left))
		return
	}
	d.answered(resp, body, time.Since(begin))
}

// visit asks once and reads the answer.
func (d *doctor) visit(to *url.URL) (resp *http.Response, body string, err error) {
	ctx, cancel := context.WithTimeout(d.t, siteWithin)
	defer cancel()
	client, err := fetcher.Visitor(d.cfg.Fetch, d.network, to)
	if err != nil {
		return nil, "", err
	}
	req, err := http.NewRequestWithContext(ctx, "GET", to.String(), nil)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("User-Agent", "chinanewsd/"+version+" (doctor)")
	if resp, err = client.Do(req); err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp, string(text), err
}

// unanswered says why there was no answer.
func (d *doctor) unanswered(to *url.URL, err error) {
	p := fetcher.Trouble(err, to)
	found, do, _ := strings.Cut(p.Words, "; ")
	switch {
	case p.Class == news.ClassBlocked:
		d.tell(doctorWarn, "base_url", "look at it from another network; or, "+do, "%s leads inward from this host: %s", d.cfg.Site.BaseURL, found)
	case p.Class == news.ClassTLS:
		d.tell(doctorBad, "base_url", "have your web server renew it, or show one that is right", "%s", found)
	case !d.running && to.Scheme == "http": // nobody listens, and that was said
	default:
		d.tell(doctorBad, "base_url", "is the web server in front up, and does the firewall let port "+portOf(to)+" through? Some routers do not lead back to themselves: try it from another network too",
			"asked from this host, %s", p.Words)
	}
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// answered looks whether the answer is this site's.
func (d *doctor) answered(resp *http.Response, body string, took time.Duration) {
	const what = "base_url"
	base := d.cfg.Site.BaseURL
	public := slices.ContainsFunc(d.cfg.Feeds, news.Feed.Public)
	gateway := []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
	switch to := resp.Header.Get("Location"); {
	case !d.running && slices.Contains(gateway, resp.StatusCode): // whoever should answer does not run
	case slices.Contains(gateway, resp.StatusCode):
		d.tell(doctorBad, what, fmt.Sprintf("in its configuration, proxy_pass or what it is called there must lead to http://%s", d.cfg.Listen), "the web server at %s answers %s: it does not reach the daemon", base, resp.Status)
	case to != "":
		d.tell(doctorWarn, what, "set site.base_url to the address that readers end at, and the one of now into site.was", "%s sends its readers on to %s", base, to)
	case resp.StatusCode != http.StatusOK:
		d.tell(doctorBad, what, "another site answers there, or the web server leads another path to the daemon", "%s%s answers %s", base, listOfAll, resp.Status)
	case !strings.Contains(body, "<opml") || public && !strings.Contains(body, base+"/feeds/"):
		d.tell(doctorBad, what, "look where the web server in front leads; a daemon that has read another base_url must read this one", "what answers at %s is not this site", base)
	default:
		d.ok(what, "asked from this host, %s answers as this site in %s%s", base, took.Round(time.Millisecond), certificate(resp.TLS, d.now))
	}
}

func certificate(c *tls.ConnectionState, now time.Time) string {
	if c == nil {
		return ""
	}
	_, until := lasts(c, now)
	return "; its certificate ends on " + until.Format(time.DateOnly)
}

// lasts is how long a certificate, or one that it rests on, is good, by the best
// of its ways to a root. What a server sends beside those may have ended.
func lasts(c *tls.ConnectionState, now time.Time) (left time.Duration, until time.Time) {
	if c == nil {
		return 0, until
	}
	for _, chain := range c.VerifiedChains {
		first := chain[0].NotAfter
		for _, one := range chain[:max(1, len(chain)-1)] {
			if one.NotAfter.Before(first) {
				first = one.NotAfter
			}
		}
		until = latest(until, first)
	}
	return until.Sub(now), until
}
