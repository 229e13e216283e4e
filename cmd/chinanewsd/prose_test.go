package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var archiveWords = []string{"the ministry", "said", "trade", "in goods", "rose by", "percent", "compared with", "last year", "外交部", "发言人", "表示", "关税",
	"出口", "增长", "措施", "cooperation", "delegation", "agreement", "ports", "海关总署", "农产品", "inspection", "航班", "公告", "第", "号"}

// prose is a text of about so many bytes, another for each n.
func prose(n, size int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "%s %s %d ", archiveWords[r.IntN(len(archiveWords))], archiveWords[r.IntN(len(archiveWords))], r.IntN(100_000))
	}
	return "<p>" + b.String() + "</p>"
}
