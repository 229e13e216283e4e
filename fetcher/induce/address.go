package induce

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	hexName = regexp.MustCompile(`^[0-9a-f]{12,}$`)
	code    = regexp.MustCompile(`^[0-9A-Za-z]{8,}$`)
	index   = regexp.MustCompile(`(?i)^(index|default|list|node)(_?\d+)?\.\w+$`)
	longRun = regexp.MustCompile(`\d{8,}`)
	someRun = regexp.MustCompile(`\d{3,}`)
	idQuery = regexp.MustCompile(`(?i)(^|&)(\w*id|aid|no|sn|code|n|s)=[\w-]*\d`)
)

// releaseLike reports whether an address looks like that of one document, not
// of a section.
func releaseLike(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.TrimSuffix(u.Path, "/")
	folder := path != u.Path
	name := path[strings.LastIndexByte(path, '/')+1:]
	if index.MatchString(name) {
		folder = true
		path = strings.TrimSuffix(path, "/"+name)
		name = path[strings.LastIndexByte(path, '/')+1:]
	}
	if idQuery.MatchString(u.RawQuery) {
		return true
	}
	stem, _, _ := strings.Cut(name, ".")
	switch {
	case hexName.MatchString(stem), strings.Count(stem, "-") >= 3, longRun.MatchString(stem) && !strings.Contains(stem, "_"):
		return true
	case folder:
		return false
	}
	return someRun.MatchString(stem) || code.MatchString(stem) && strings.ContainsAny(stem, "0123456789") || strings.Count(stem, "-") >= 2
}

// parent is the folder of an address.
func parent(address string) string { return address[:strings.LastIndexByte(address, '/')+1] }

// general is an expression for a part of an address, with its numbers and
// codes left open.
func general(part string) string {
	stem, ext, dotted := strings.Cut(part, ".")
	switch {
	case hexName.MatchString(stem):
		stem = `[0-9a-f]+`
	case code.MatchString(stem) && strings.ContainsAny(stem, "0123456789") && strings.ToUpper(stem) == stem && digits.ReplaceAllString(stem, "") != "":
		stem = `[0-9A-Z]+`
	case strings.Count(stem, "-") >= 2:
		stem = `[\w-]+`
	default:
		stem = openNumbers(stem)
	}
	if dotted {
		stem += `\.` + openNumbers(ext)
	}
	return stem
}

// openPath is the host and path of an address with its numbers left open.
func openPath(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parts := strings.Split(u.Path, "/")
	for n, part := range parts {
		parts[n] = general(part)
	}
	return u.Host + strings.Join(parts, "/")
}

func openNumbers(s string) string {
	var b strings.Builder
	at := 0
	for _, run := range digits.FindAllStringIndex(s, -1) {
		b.WriteString(regexp.QuoteMeta(s[at:run[0]]) + `\d+`)
		at = run[1]
	}
	return b.String() + regexp.QuoteMeta(s[at:])
}

// pattern is a regex that the addresses have in common and that leaves open
// what differs between them; empty when they have too little in common.
func pattern(addresses []string) string {
	shapes := make(map[string][][]string)
	most := ""
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil {
			continue
		}
		parts := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
		if u.RawQuery != "" {
			parts[len(parts)-1] += "?" + u.RawQuery
		}
		shape := u.Host + strings.Repeat("/", len(parts))
		shapes[shape] = append(shapes[shape], parts)
		if len(shapes[shape]) > len(shapes[most]) || len(shapes[shape]) == len(shapes[most]) && shape < most {
			most = shape
		}
	}
	if len(shapes[most]) < 3 {
		return ""
	}
	expr := ""
	for i := range shapes[most][0] {
		expr += "/" + column(shapes[most], i)
	}
	return expr + "$"
}

// column is what the nth parts of addresses have in common.
func column(rows [][]string, n int) string {
	literal, open := rows[0][n], general(rows[0][n])
	same, alike := true, true
	for _, r := range rows {
		same = same && r[n] == literal
		alike = alike && general(r[n]) == open
	}
	switch {
	case same:
		return regexp.QuoteMeta(literal)
	case alike:
		return open
	}
	return `[^/]+`
}
