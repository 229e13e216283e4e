package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"chinanews/news"
)

var envExpr = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// text is a scalar with ${NAME} replaced from the environment.
func (v value) text() (string, bool) {
	if !single(v.node) {
		v.misshapen("a single value", "put quotes around text with special characters")
		return "", false
	}
	if v.foreign && envExpr.MatchString(scalar(v.node)) {
		v.bad("a row that is tried is not given the environment", "write the value here, or try the row by its id once it is configured")
		return "", false
	}
	ok := true
	s := envExpr.ReplaceAllStringFunc(scalar(v.node), func(ref string) string {
		name := ref[2 : len(ref)-1]
		replaced, set := os.LookupEnv(name)
		if !set {
			v.bad(fmt.Sprintf("environment variable %s is not set", name), "set it, or write the value here")
			ok = false
		}
		return replaced
	})
	return s, ok
}

// string takes a text of one line. A line end after it is that of a block.
func (v value) string(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	s = strings.TrimRight(s, "\n")
	if !printable(s) {
		v.bad("this must be text on one line", "write no line ends or other control characters in it")
		return
	}
	*into = s
}

func printable(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

func (v value) strings(into *[]string) {
	*into = nil
	for _, item := range v.items() {
		var s string
		item.string(&s)
		*into = append(*into, s)
	}
}

func (v value) bool(into *bool) {
	switch s, ok := v.text(); {
	case !ok:
	case s == "true" || s == "false":
		*into = s == "true"
	default:
		v.bad(fmt.Sprintf("%q is neither true nor false", s), "write one of them")
	}
}

// int takes a whole number within bounds.
func (v value) int(into *int, least, most int) {
	s, ok := v.text()
	if !ok {
		return
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < least || n > most {
		v.bad(fmt.Sprintf("%q is not a whole number from %d to %d", s, least, most), "write one of those")
		return
	}
	*into = n
}

// duration takes a duration of at least a second, or zero where that is said.
func (v value) duration(into *news.Duration, zero bool) {
	s, ok := v.text()
	if !ok {
		return
	}
	d, err := news.ParseDuration(s)
	switch {
	case err != nil:
		v.bad(err.Error(), "")
	case d.Std() < time.Millisecond && !(zero && d == 0):
		v.bad(fmt.Sprintf("%q is too short", s), "write 30s, 15m, 24h or 7d")
	default:
		*into = d
	}
}

var sizeExpr = regexp.MustCompile(`^(\d+)\s*(B|KiB|MiB|GiB|kB|MB)?$`)

func (v value) size(into *int64) {
	s, ok := v.text()
	if !ok {
		return
	}
	m := sizeExpr.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		v.bad(fmt.Sprintf("%q is no size", s), "write 512KiB or 10MiB")
		return
	}
	unit := map[string]int64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1000, "MB": 1000_000}[m[2]]
	n, err := strconv.ParseInt(m[1], 10, 32)
	if err != nil || n == 0 || n > (1<<30)/unit {
		v.bad(fmt.Sprintf("%q is no size between 1 byte and 1 GiB", s), "")
		return
	}
	*into = n * unit
}

// enum takes one of a few words.
func enum[T ~string](v value, into *T, words ...T) {
	s, ok := v.text()
	if !ok {
		return
	}
	var known []string
	for _, w := range words {
		if s == string(w) {
			*into = w
			return
		}
		known = append(known, string(w))
	}
	v.bad(fmt.Sprintf("%q is not known here", s), Suggest(s, known))
}

func (v value) regex(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	if _, err := regexp.Compile(s); err != nil {
		v.bad("the regex does not compile: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "), "Go's syntax (RE2) has no lookaround")
		return
	}
	*into = s
}

func (v value) selector(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	if err := v.checks.Selector(s); err != nil {
		v.bad(err.Error(), "write CSS, css@attribute, or meta:Name")
		return
	}
	*into = s
}

func (v value) selectors(into *[]string) {
	*into = nil
	for _, item := range v.items() {
		var s string
		item.selector(&s)
		*into = append(*into, s)
	}
}

func (v value) layouts(into *[]string) {
	*into = nil
	for _, item := range v.items() {
		s, ok := item.text()
		if err := v.checks.Layout(s); ok && err != nil {
			item.bad(err.Error(), "")
		}
		*into = append(*into, s)
	}
}

// proxy takes the address of a proxy; empty for none.
func (v value) proxy(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	u, err := url.Parse(s)
	if s != "" && (err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)) {
		v.bad("this is no address of a proxy", "write socks5h://127.0.0.1:1080; http, https and socks5 are known too")
		return
	}
	*into = s
}

// url takes an http address; empty where that is allowed.
func (v value) url(into *string, empty bool) {
	s, ok := v.text()
	if !ok {
		return
	}
	u, err := url.Parse(s)
	if s == "" && empty {
		*into = s
		return
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		v.bad(fmt.Sprintf("%q is no web address", s), "write it whole: https://www.example.org/list/")
		return
	}
	if u.User != nil {
		v.bad("a web address here must not hold a name and password", "addresses are published; write headers: {Authorization: ...}")
		return
	}
	*into = s
}

func (v value) zone(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
		v.bad(fmt.Sprintf("%q is no time zone", s), "write an IANA name: Asia/Shanghai, Europe/London")
		return
	}
	*into = s
}

var languageExpr = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func (v value) language(into *string, auto bool) {
	s, ok := v.text()
	if !ok {
		return
	}
	if !languageExpr.MatchString(s) && !(auto && (s == "auto" || s == "")) {
		v.bad(fmt.Sprintf("%q is no language", s), "write a BCP 47 tag: en, zh-CN")
		return
	}
	*into = s
}

func hostPort(s string) bool {
	_, port, err := net.SplitHostPort(s)
	_, errPort := strconv.ParseUint(port, 10, 16)
	return err == nil && errPort == nil
}

// address takes host:port; empty turns it off where that is allowed.
func (v value) address(into *string, empty bool) {
	s, ok := v.text()
	if !ok {
		return
	}
	if s == "" && empty {
		*into = ""
		return
	}
	if !hostPort(s) {
		v.bad(fmt.Sprintf("%q is no address to listen on", s), "write host:port, e.g. 127.0.0.1:8080")
		return
	}
	*into = s
}

var idExpr = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

func (v value) id(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	if !idExpr.MatchString(s) {
		v.bad(fmt.Sprintf("%q is no id", s), "write lower-case letters, digits and hyphens, at most 64")
	}
	*into = s // a bad one too: else it would be said that there is none
}

func (v value) ids(into *[]string) {
	*into = nil
	for _, item := range v.items() {
		var s string
		item.id(&s)
		*into = append(*into, s)
	}
}
