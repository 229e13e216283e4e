package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// mistakes are changes of the good configuration, each for the worse. What is
// said of each stands in testdata/problems.golden.
var mistakes = []struct{ old, new string }{
	{"site:", "sit:"},
	{"    tags: [x]", "    colour: red"},
	{"    tags: [x]", "    intervall: 5m"},
	{"    tags: [x]", "    id: b"},
	{"    tags: [x]", "    interval: fast"},
	{"    tags: [x]", "    interval: -5m"},
	{"    tags: [x]", "    interval: 0s"},
	{"    tags: [x]", "    kind: feeds"},
	{"    tags: [x]", "    kind: json"},
	{"    tags: [x]", "    kind: html\n    profile: none"},
	{"    tags: [x]", "    profile: tsr"},
	{"    tags: [x]", "    kind: json\n    json: {title: t}"},
	{"    tags: [x]", "    kind: json\n    json: {title: t, link: \"a b\"}"},
	{"    tags: [x]", "    kind: json\n    json: {items: \"a[\", title: t, link: l}"},
	{"    tags: [x]", "    kind: json\n    json: {title: t.{x}, link: ..a}"},
	{"    tags: [x]", "    kind: json\n    json: {title: t, link_template: \"https://a.example/\"}"},
	{"    tags: [x]", "    kind: json\n    json: {title: t, link_template: \"https://a.example/{b\"}"},
	{"    tags: [x]", "    kind: json\n    json: {title: t, link_template: \"/{b}\"}"},
	{"    tags: [x]", "    kind: json\n    json: {titel: t, html: data.html}"},
	{"    tags: [x]", "    cookies: maybe"},
	{"    tags: [x]", "    versions: item"},
	{"    tags: [x]", "    stale_after: never"},
	{"    tags: [x]", "    looks: [1h, soon]"},
	{"    tags: [x]", "    looks: [6h, 1h]"},
	{"    tags: [x]", "    looks: [0s, 1h]"},
	{"    tags: [x]", "    list: {markup: [\"[[\"]}"},
	{"    tags: [x]", "    unreachable: it is down"},
	{"    tags: [x]", "    headers: {Authorization: \"file:no-such-secret\"}"},
	{"    tags: [x]", "    headers: {Authorization: \"file:testdata\"}"},
	{"    tags: [x]", "    headers: {Authorization: \"file:problem_test.go\"}"},
	{"https://a.example/feed.xml", "https://a.example/{2006-01"},
	{"https://a.example/feed.xml", "https://{2006}.example/"},
	{"    tags: [x]", "    rights: free"},
	{"    tags: [x]", "    rank: many"},
	{"    tags: [x]", "    rank: 0"},
	{"    tags: [x]", "    robots: perhaps"},
	{"    tags: [x]", "    timezone: Mars/North"},
	{"    tags: [x]", "    language: english language"},
	{"    tags: [x]", "    body: nowhere"},
	{"    tags: [x]", "    include: '(?=x)'"},
	{"    tags: [x]", "    list: {item: \"[[\"}"},
	{"    tags: [x]", "    list: [1]"},
	{"    tags: [x]", "    date_layouts: [date]"},
	{"    tags: [x]", "    date_from: [moon]"},
	{"    tags: [x]", "    pages: {pattern: index.html}"},
	{"    tags: [x]", "    pages: {pattern: \"i{n}\", first: 5, max: 2}"},
	{"    tags: [x]", "    rewrite: [[a]]"},
	{"    tags: [x]", "    headers: {Cookie: x}"},
	{"    tags: [x]", "    accept_status: [999]"},
	{"    tags: [x]", "    publisher: {english: X}"},
	{"    tags: [x]", "    use: mfa"},
	{"    tags: [x]", "    json: {items: x}"},
	{"    tags: [x]", "  - mfa-en-tpo"},
	{"    tags: [x]", "  - sources"},
	{"    tags: [x]", "  - customs-zh"},
	{"    tags: [x]", "  - mnd-zh\n  - {use: mnd-zh, interval: 1h}"},
	{"    tags: [x]", "  - {use: mnd-hz}"},
	{"    tags: [x]", "  - {use: [mnd-zh]}"},
	{"    tags: [x]", "  - {use: mnd-zh, list: {limt: 5}}"},
	{"    tags: [x]", "  - {use: mnd-zh, pages: {max: 5}}"},
	{"    tags: [x]", "  - {use: mnd-zh, kind: json}"},
	{"    tags: [x]", "  - {use: mnd-zh, was: [a]}"},
	{"    tags: [x]", "  - {id: a, url: \"https://b.example/\"}"},
	{"    tags: [x]", "  - {id: b}"},
	{"    tags: [x]", "  - {url: \"https://b.example/\"}"},
	{"  - id: a", "  - id: A_b"},
	{"https://a.example/feed.xml", "a.example/feed.xml"},
	{"https://a.example/feed.xml", "file:///etc/passwd"},
	{"https://a.example/feed.xml", "${NO_SUCH_NAME}"},
	{"    url:", "    url: &anchor"},
	{"  - id: f", "  - id: edits"},
	{"    sources: [a]", "    sources: [b*]"},
	{"    sources: [a]", "    sources: [\"tag:y\"]"},
	{"    sources: [a]", "    where: has(wrong)"},
	{"    sources: [a]", "    where: 'has(wrong)'"},
	{"    sources: [a]", "    limit: 5000"},
	{"    sources: [a]", "    content: all"},
	{"    sources: [a]", "    hold: maybe"},
	{"    sources: [a]", "    access: tokens"},
	{"    sources: [a]", "    tokens: [{name: a, token: abcdefghijklmnopqrst}]"},
	{"    sources: [a]", "    access: token\n    tokens: abcdefghijklmnopqrst"},
	{"    sources: [a]", "    access: token\n    tokens: [abcdefghijklmnopqrst]"},
	{"    sources: [a]", "    access: token\n    tokens: [{name: a, token: file:no-such-token}, {token: short}, {name: b}, {name: c, token: \"\"}]"},
	{"    sources: [a]", "    access: token\n    tokens: [{name: a, token: abcdefghijklmnopqrst}, {name: b, token: abcdefghijklmnopqrst}, {name: a, token: abcdefghijklmnopqrs/}]"},
	{"    sources: [a]", "    access: token\n    tokens: [{name: a, secret: abcdefghijklmnopqrst}, {name: [b], token: {a: b}}]"},
	{"    sources: [a]", "    languages: prefer english language"},
	{"    sources: [a]", "    languages: \"prefer \""},
	{"    sources: [a]", "    languages: prefer"},
	{"    sources: [a]", "  - {id: f}"},
	{"  base_url: https://news.example.org", "  base_url: news.example.org"},
	{"  base_url: https://news.example.org", "  base_url: https://n.example?q=1"},
	{"  base_url: https://news.example.org", "  base_url: https://n.example/a//b"},
	{"  base_url: https://news.example.org", "  base_url: https://n.example/新闻"},
	{"  base_url: https://news.example.org", "  base_url: https://n.example/a/../b"},
	{"  base_url: https://news.example.org", "  base_url: https://n.example/feeds"},
	{"  contact: ops@example.org", "  was: [\"https://news.example.org/\", \"\", \"https://old.example/a?b\"]"},
	{`  hosts: {"*": {delay: 1s}}`, "  max_body: 10 cats"},
	{`  hosts: {"*": {delay: 1s}}`, "  allow: [localhost]"},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"a*b": {delay: 1s}}`},
	{"words: {trade: [trade]}", "words: {1x: [trade]}"},
	{"words: {trade: [trade]}", "listen: nowhere"},
	{"words: {trade: [trade]}", "retention: {itmes: 30d, captures: [1, {x: y}]}"},
	{"words: {trade: [trade]}", "retention: {items: 7d}"},
	{"words: {trade: [trade]}", "retention: {items: for ever}"},
	{"words: {trade: [trade]}", "desk: [editor]"},
	{"words: {trade: [trade]}", "desk: {user: x, users: editor}"},
	{"words: {trade: [trade]}", "desk: {users: [editor, {name: a}, {password: file:testdata/hash}]}"},
	{"words: {trade: [trade]}", "desk: {users: [{name: a, password: my dog is called Rex}, {name: b, password: \"\"}, {name: c, password: file:no-such-hash}]}"},
	{"words: {trade: [trade]}", "desk: {users: [{name: a, password: $argon2id$}, {name: A, password: $argon2id$, role: x}]}"},
	{"words: {trade: [trade]}", "desk: {users: [{name: \" a\", password: $argon2id$}, {name: \"a\\tb\", password: $argon2id$}, {name: " + strings.Repeat("x", 65) + ", password: $argon2id$}]}"},
	{"words: {trade: [trade]}", "backup: {at: 25:00, keep: 0, to: x}"},
	{"words: {trade: [trade]}", "include: [../*.yaml]"},
	{"words: {trade: [trade]}", "include: /etc/passwd"},
	{"words: {trade: [trade]}", "include: [\"a[\"]"},
	{"words: {trade: [trade]}", "include: {a: b}"},
	{"words: {trade: [trade]}", "include: testdata"},
	{"words: {trade: [trade]}", "include: testdata/include/*.yaml"},
	{"words: {trade: [trade]}", "include: [testdata/include/b.yaml, testdata/include/b.yaml]"},
	{"words: {trade: [trade]}", "cluster: {node: a}"},
	{good, "a: [\n"},
	{good, "\tsite: x\n"},
	{"    tags: [x]", "    was: [Old]"},
	{"    tags: [x]", "    was: [b, b]"},
	{"    tags: [x]", "    was: a"},
	{"    tags: [x]", "    url: https://b.example/\n    url: https://c.example/"},
	{"    tags: [x]", "    urls: [\"https://a.example/feed.xml\"]"},
	{"    tags: [x]", "    name: 新闻\n    nmae: x"},
	{"    tags: [x]", "    publisher: {en: A, en: B}"},
	{"    tags: [x]", "    publisher: [A]"},
	{"    tags: [x]", "    name: \"a\\nb\""},
	{"    tags: [x]", "    headers: {\"A b\": c}"},
	{"    tags: [x]", "    pages: {max: 3}"},
	{"    tags: [x]", "    list: {itm: a}"},
	{"    tags: [x]", "    article: {body: [\"[[\", \"[[\"]}"},
	{"    tags: [x]", "    interval: [5m]"},
	{"    tags: [x]", "    interval:"},
	{"    tags: [x]", "    tags: {a: b}"},
	{"    tags: [x]", "    tags: *a"},
	{"    tags: [x]", "    <<: {a: b}"},
	{"    tags: [x]", "    language: *a"},
	{"    tags: [x]", "    name: !!str x"},
	{"    tags: [x]", "    name: @x"},
	{"    tags: [x]", "    name: a: b"},
	{"    tags: [x]", "     tags: [x]"},
	{"    tags: [x]", "\ttags: [x]"},
	{"    tags: [x]", "    name: ]"},
	{"    tags: [x]", "    url_date_regex: 't(\\d{8}'"},
	{"    tags: [x]", "    timezone: Local"},
	{"    tags: [x]", "    name: \"中国\", colour: x"},
	{"    tags: [x]", "    list: {item: \"中国\", colour: x}"},
	{"    tags: [x]", "    name: \xd6\xd0"},
	{"    tags: [x]", "    max_age: 3w"},
	{"    tags: [x]", "    kind: HTML"},
	{"    tags: [x]", "    date_layouts: {a: b}"},
	{"    tags: [x]", "    rewrite: https://x/"},
	{"    tags: [x]", "    paused: yes"},
	{"    tags: [x]", "  - [a]"},
	{"    tags: [x]", "  - 5"},
	{"    tags: [x]", "  -"},
	{"https://a.example/feed.xml", "https://"},
	{"https://a.example/feed.xml", "http://:80/x"},
	{"https://a.example/feed.xml", "https://user:secret@a.example/"},
	{"https://a.example/feed.xml", "//a.example/x"},
	{"https://a.example/feed.xml", "\"\""},
	{"    sources: [a]", "    was: [f]"},
	{"    sources: [a]", "  - {id: g, was: [h]}\n  - {id: i, was: [h]}"},
	{"    sources: [a]", "    where: |\n      has(wrong)"},
	{"    sources: [a]", "    where: 'has(\"中国\", wrong)'"},
	{"    sources: [a]", "    where: [a]"},
	{"    sources: [a]", "    languages: [english language]"},
	{"    sources: [a]", "    sources: {a: b}"},
	{"    sources: [a]", "    sources: [\"[\"]"},
	{"    sources: [a]", "    titel: x"},
	{"    sources: [a]", "    window: soon"},
	{"    sources: [a]", "    same_release: x\n    limit: 0"},
	{"    sources: [a]", "    title: \"a"},
	{"    sources: [a]", "    sources: [a"},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"https://a.example": {delay: 1s}}`},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"a.example:80": {}}`},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"*": {}, "*": {delay: 5s}}`},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {中国.cn: {}}`},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: [a]`},
	{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"*": {connections: 99, delay: -1s, retry: 1}}`},
	{`  hosts: {"*": {delay: 1s}}`, "  max_body: 17179869184GiB"},
	{`  hosts: {"*": {delay: 1s}}`, "  max_body: 0"},
	{`  hosts: {"*": {delay: 1s}}`, "  proxy: ftp://a.example"},
	{`  hosts: {"*": {delay: 1s}}`, "  allow: [\"a:b\", 10.0.0.0/8]"},
	{`  hosts: {"*": {delay: 1s}}`, "  concurrency: 0"},
	{`  hosts: {"*": {delay: 1s}}`, "  timeout: 0s"},
	{"  contact: ops@example.org", "  contact: \"ops\\r\\nX: y\""},
	{"  contact: ops@example.org", "  id: My Site"},
	{"  contact: ops@example.org", "  was: [news.example.org]"},
	{"  contact: ops@example.org", "  links: [{title: a, url: b}]"},
	{"  contact: ops@example.org", "  language: eng lish"},
	{"words: {trade: [trade]}", "words: {a: [b], a: [c]}"},
	{"words: {trade: [trade]}", "words: [a]"},
	{"words: {trade: [trade]}", "admin: {listen: \"x:99999\"}"},
	{"words: {trade: [trade]}", "defaults: {kind: html, timezone: Mars}"},
	{"words: {trade: [trade]}", "fetch: {}"},
	{"words: {trade: [trade]}", "--- \nwords: {}"},
	{good, "- a\n"},
	{good, "5"},
	{good, "sources: 5\nfeeds: {a: b}\n"},
	{good, "a: b\n---\n"},
	{good, "? [a]\n: b\n"},
	{good, "{a: b}: c\n"},
	{good, "a: &x [*x]\n"},
	{good, "\x00"},
}

func TestProblems(t *testing.T) {
	var got strings.Builder
	for _, m := range mistakes {
		if !strings.Contains(good, m.old) {
			t.Errorf("%q is not in the good configuration", m.old)
		}
		_, err := Parse("c.yaml", []byte(strings.Replace(good, m.old, m.new, 1)), testChecks())
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%q: error %v, want problems", m.new, err)
		}
		fmt.Fprintf(&got, "%q\n", strings.TrimSpace(m.new))
		for _, p := range problems {
			fmt.Fprintf(&got, "    %s\n", p)
		}
	}
	compare(t, "testdata/problems.golden", got.String())
}

// compare holds a text to a golden file, line by line.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(raw), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", file, i+1, gotLines[i], wantLines[i])
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Errorf("%s: %d lines, want %d", file, len(gotLines), len(wantLines))
	}
}
