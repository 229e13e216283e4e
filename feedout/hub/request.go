package hub

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chinanews/news"
)

// Limits of a request.
const (
	maxBody    = 16 << 10
	maxAddress = 2 << 10
	maxSecret  = 199 // bytes; section 5.1: less than 200
)

// request is a subscription request (section 5.1).
type request struct {
	mode    string // subscribe or unsubscribe
	address string // of the topic, as it was named
	topic   news.Topic
	secret  string
	lease   time.Duration

	callback string
	host     string // of the callback
}

const (
	subscribe   = "subscribe"
	unsubscribe = "unsubscribe"
)

// read reads a request. Parameters that it does not know are nobody's business.
func (h *Hub) read(w http.ResponseWriter, r *http.Request) (q request, no *refusal) {
	form, no := readForm(w, r)
	if no != nil {
		return q, no
	}
	for _, name := range []string{"hub.mode", "hub.topic", "hub.callback", "hub.secret", "hub.lease_seconds"} {
		if len(form[name]) > 1 {
			return q, refuse(http.StatusBadRequest, "%s stands %d times. Send it once.", name, len(form[name]))
		}
	}
	if q.mode, no = readMode(form.Get("hub.mode")); no != nil {
		return q, no
	}
	if q.callback, q.host, no = h.readCallback(form.Get("hub.callback")); no != nil {
		return q, no
	}
	if q.address, q.topic, no = h.readTopic(form.Get("hub.topic")); no != nil {
		return q, no
	}
	if q.secret, no = readSecret(form.Get("hub.secret")); no != nil {
		return q, no
	}
	q.lease, no = h.readLease(form.Get("hub.lease_seconds"))
	return q, no
}

func readSecret(secret string) (string, *refusal) {
	switch {
	case len(secret) > maxSecret:
		return "", refuse(http.StatusBadRequest, "hub.secret has %d bytes and must have less than 200. Send a shorter one.", len(secret))
	case !utf8.ValidString(secret):
		return "", refuse(http.StatusBadRequest, "hub.secret is not UTF-8. Send letters and digits.")
	}
	return secret, nil
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, *refusal) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, refuse(http.StatusUnsupportedMediaType, "This is no form. Send the parameters as application/x-www-form-urlencoded.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refuse(http.StatusRequestEntityTooLarge, "The request is larger than %d bytes. Send only what the hub needs.", maxBody)
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "The request did not arrive whole. Send it again.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "The form cannot be read: %v. Encode its parameters.", err)
	}
	return form, nil
}

func readMode(mode string) (string, *refusal) {
	switch mode {
	case subscribe, unsubscribe:
		return mode, nil
	case "":
		return "", refuse(http.StatusBadRequest, "hub.mode is missing. Send subscribe or unsubscribe.")
	case "publish":
		return "", refuse(http.StatusForbidden, "This hub serves its own site only, and knows when that changes. It need not be told.")
	}
	return "", refuse(http.StatusBadRequest, "hub.mode %s is not known here. Send subscribe or unsubscribe.", quoted(mode))
}

// quoted is a stranger's word as it stands in an answer.
func quoted(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	return strconv.QuoteToASCII(s)
}

func (h *Hub) readTopic(address string) (string, news.Topic, *refusal) {
	if address == "" {
		return "", news.Topic{}, refuse(http.StatusBadRequest, "hub.topic is missing. Send the address of a feed of %s.", h.by.Load().Site)
	}
	if len(address) <= maxAddress {
		if t, ok := h.by.Load().Topics(address); ok {
			return address, t, nil
		}
	}
	return "", news.Topic{}, refuse(http.StatusNotFound, `hub.topic %s is none of the feeds of %s. Send the address that a feed's Link header with rel="self" has.`, quoted(address), h.by.Load().Site)
}

// readCallback takes an address as it is: with its topic it is what a
// subscription is known by.
func (h *Hub) readCallback(raw string) (callback, host string, no *refusal) {
	bad := func(what string) (string, string, *refusal) {
		return "", "", refuse(http.StatusBadRequest, "hub.callback %s %s.", quoted(raw), what)
	}
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return "", "", refuse(http.StatusBadRequest, "hub.callback is missing. Send the address that is to be told of changes.")
	case len(raw) > maxAddress:
		return bad("is longer than 2048 bytes. Send a shorter one")
	case err != nil || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }):
		return bad("is no address. Send it whole and encoded, as https://reader.example/callback/7f3a")
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return bad("is no web address. Send it whole, as https://reader.example/callback/7f3a")
	case u.User != nil:
		return bad("holds a name and password. Send one without; hub.secret signs what is delivered")
	case strings.Contains(raw, "#"):
		return bad("has a fragment, which no server would see. Send it without")
	}
	if err := h.by.Load().Check(u); err != nil {
		return "", "", refuse(http.StatusForbidden, "hub.callback %s is not asked from here: %v.", quoted(raw), err)
	}
	return raw, news.Host(raw), nil
}

// readLease takes how long a lease is to be, within what this hub gives.
func (h *Hub) readLease(text string) (time.Duration, *refusal) {
	if text == "" {
		return h.by.Load().Lease, nil
	}
	seconds, err := strconv.ParseUint(text, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, refuse(http.StatusBadRequest, "hub.lease_seconds %s is no number of seconds. Send digits, or leave it out.", quoted(text))
	}
	if longest := uint64(h.by.Load().Lease / time.Second); seconds == 0 || seconds > longest { // 0: for ever, in older versions
		return h.by.Load().Lease, nil
	}
	return max(time.Duration(seconds)*time.Second, min(Shortest, h.by.Load().Lease)), nil
}
