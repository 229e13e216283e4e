package main

import (
	"fmt"
	"regexp"
	"strconv"
)

// archivePath is the address of a document of a feed's archive.
type archivePath struct {
	feed   string // its id
	gen    uint64 // 0: whichever is today's
	n      int
	format string
}

var archiveExpr = regexp.MustCompile(`^/?feeds/([a-z0-9/-]+)/archive/(?:(\d+)-)?(\d+)\.([a-z]+)$`)

// archived reads an address, or the name of a file.
func archived(path string) (a archivePath, ok bool) {
	m := archiveExpr.FindStringSubmatch(path)
	if m == nil {
		return a, false
	}
	a.feed, a.format = m[1], m[4]
	a.gen, _ = strconv.ParseUint(m[2], 10, 64)
	a.n, _ = strconv.Atoi(m[3])
	return a, true
}

// plain is the address of a document whatever its generation.
func (a archivePath) plain(n int) string {
	return fmt.Sprintf("/feeds/%s/archive/%d.%s", a.feed, n, a.format)
}
