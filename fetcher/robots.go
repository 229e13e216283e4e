package fetcher

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// robots is what a robots.txt says to us.
type robots struct {
	rules []robotsRule
	delay time.Duration
}

// text is the rules as a robots.txt that has no others.
func (r robots) text() string {
	if len(r.rules) == 0 && r.delay == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if r.delay > 0 {
		fmt.Fprintf(&b, "Crawl-delay: %g\n", r.delay.Seconds())
	}
	for _, rule := range r.rules {
		word := "Disallow"
		if rule.allow {
			word = "Allow"
		}
		b.WriteString(word + ": " + rule.pattern + "\n")
	}
	return b.String()
}

// size is about how much memory the rules take.
func (r robots) size() (n int) {
	for _, rule := range r.rules {
		n += len(rule.pattern) + 32
	}
	return n
}

type robotsRule struct {
	allow   bool
	pattern string
}

// parseRobots reads the groups for us, merged; else those for everybody (RFC
// 9309, section 2.2.1). Crawl-delay is no part of the RFC and widely meant.
func parseRobots(text []byte) robots {
	var ours, everybody robots
	named := false
	var current []*robots
	agents := false // no rule has come since the last user-agent line
	for line := range lines(string(text[:min(len(text), maxRobots)])) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent":
			if !agents {
				current = nil
			}
			agents = true
			switch token := productToken(value); {
			case value == "*":
				current = append(current, &everybody)
			case token == product:
				current, named = append(current, &ours), true
			}
			continue
		case "allow":
			addRule(current, true, value)
		case "disallow":
			addRule(current, false, value)
		case "crawl-delay":
			setDelay(current, value)
		default: // Sitemap and the like stand anywhere and end no group
			continue
		}
		agents = false
	}
	if named {
		return ours
	}
	return everybody
}

// productToken is what a user-agent line names: letters, hyphens and
// underscores (section 2.2.1); a version may follow it.
func productToken(value string) string {
	end := strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_')
	})
	if end >= 0 {
		value = value[:end]
	}
	return strings.ToLower(value)
}

// lines ends lines with CR, LF or both (section 2.2).
func lines(text string) iter.Seq[string] {
	text = strings.TrimPrefix(text, "\uFEFF")
	return strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\r' || r == '\n' })
}

func addRule(groups []*robots, allow bool, pattern string) {
	if pattern == "" {
		return
	}
	pattern, anchored := strings.CutSuffix(normalPath(pattern), "$")
	pattern = strings.ReplaceAll(pattern, "$", "%24") // only the last one means the end
	if anchored {
		pattern += "$"
	}
	for _, g := range groups {
		g.rules = append(g.rules, robotsRule{allow, pattern})
	}
}

func setDelay(groups []*robots, value string) {
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || s < 0 || s > 1e6 {
		return
	}
	for _, g := range groups {
		g.delay = time.Duration(s * float64(time.Second))
	}
}

// allow is decided by the longest rule that matches; of two as long, by the
// one that allows (section 2.2.2).
func (r robots) allow(path string) bool {
	if len(r.rules) == 0 {
		return true
	}
	path = literal.Replace(normalPath(path))
	if path == "/robots.txt" {
		return true
	}
	best, allowed := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > best || n == best && rule.allow) && matches(rule.pattern, path) {
			best, allowed = n, rule.allow
		}
	}
	return allowed
}

// literal encodes what is special in patterns and nothing in paths (section
// 2.2.3).
var literal = strings.NewReplacer("*", "%2A", "$", "%24")

// matches matches a pattern in which * is any text and a final $ the end.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	for i, part := range parts[1:] {
		if anchored && i == len(parts)-2 {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
	}
	return !anchored || path == ""
}

// normalPath writes percent-encoding in one way: octets that need none are
// plain, all others encoded in upper case, and so is a stray percent sign.
func normalPath(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if unreserved(byte(v)) {
					b.WriteByte(byte(v))
				} else {
					b.WriteString("%" + strings.ToUpper(s[i-1:i+1]))
				}
				continue
			}
		}
		if c >= 0x80 || c <= ' ' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
