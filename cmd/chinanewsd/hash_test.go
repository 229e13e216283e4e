package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"chinanews/feedout/signin"
)

// hashed runs hash-password with what comes in.
func hashed(t *testing.T, in string, flags ...string) (status int, out, said string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() { w.WriteString(in); w.Close() }()
	before := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = before; r.Close() }()
	var stdout, stderr bytes.Buffer
	status = command(t.Context(), append([]string{"hash-password"}, flags...), &stdout, &stderr)
	return status, stdout.String(), stderr.String()
}

// What is printed is the hash alone, fit for a file; where it goes is said
// beside it, and the password nowhere.
func TestHashPassword(t *testing.T) {
	const password = "the tea is getting cold"
	for _, in := range []string{password, password + "\r\n", password + "\nsecond line\n"} {
		status, out, said := hashed(t, in)
		if status != 0 || strings.Count(out, "\n") != 1 || signin.Check(strings.TrimSuffix(out, "\n")) != nil || !strings.Contains(said, "users: [{name: editor, password: file:desk-editor}]") {
			t.Fatalf("%q: %d %q %q", in, status, out, said)
		}
		if !strings.Contains(said, "the desk is then at /desk/ of the site.") || !strings.Contains(said, "file:secrets/editor") {
			t.Errorf("where the desk is, is said as %q", said)
		}
		if strings.Contains(out+said, password) {
			t.Errorf("%q is said again", in)
		}
		s := newDeskSite(t, "http://news.example")
		s.users("Li Wei", strings.TrimSuffix(out, "\n"))
		if s.open(); !s.isIn(s.in("Li Wei", password)) {
			t.Errorf("%q does not open the desk", in)
		}
		if testing.Short() {
			break
		}
	}
	for _, in := range []string{"", "\n", "short\n", strings.Repeat("x", 2000)} {
		if status, out, said := hashed(t, in); status != exitUsage || out != "" || !strings.Contains(said, "a password has at") {
			t.Errorf("%.10q: %d %q %q", in, status, out, said)
		}
	}
}

// Where the desk and private feeds are is said as the configuration has it.
func TestMadeIsSaidWhere(t *testing.T) {
	s := newSite(t)
	for more, base := range map[string]string{
		"site: {base_url: \"https://news.example/china\"}\n": "https://news.example/china",
		"listen: \"127.0.0.1:9999\"\n":                       "http://127.0.0.1:9999",
	} {
		if err := os.WriteFile(s.file, []byte(more), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, said := hashed(t, "the tea is getting cold", "--config", s.file); !strings.Contains(said, "the desk is then at "+base+"/desk/.") {
			t.Errorf("with %s where the desk is, is said as %q", more, said)
		}
		if _, said := s.do(0, "token"); !strings.Contains(said, "the feeds are then at "+base+"/t/TOKEN/. ") || !strings.Contains(said, "file:secrets/NAME") {
			t.Errorf("with %s where the feeds are, is said as %q", more, said)
		}
	}
}

// A password in the configuration that was not hashed is refused by its place,
// and not said.
func TestCheckOfPasswords(t *testing.T) {
	s := newSite(t)
	s.write("  - {id: a, url: \"http://a.example/\", kind: feed, language: en}\n", allFeed+"desk: {users: [{name: Li Wei, password: the tea is getting cold}]}\n")
	_, said := s.do(exitUsage, "check")
	if !strings.Contains(said, "no argon2id hash of a password; `chinanewsd hash-password` makes one") || strings.Contains(said, "tea") {
		t.Errorf("check says %q", said)
	}
}
