package packages

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chinanews/news/porttest"
)

// harbour is what an operator makes of the configuration: a source on loopback.
// The name of the site is in the environment of the service alone.
func harbour(source, listen string) string {
	return fmt.Sprintf(`site: {title: "${NAME_OF_SITE}", contact: ops@harbour.example}
data: /var/lib/chinanewsd
listen: %s
admin: {listen: ""}
fetch: {allow: ["%s"], hosts: {"*": {delay: 1s}}}
sources:
  - {id: harbour, url: "http://%s/feed.xml", kind: feed, language: en, rights: government, interval: 1h}
feeds:
  - {id: notices, language: en, languages: all}
`, listen, source, source)
}

var entryID = regexp.MustCompile(`<id>(urn:uuid:[^<]*)</id>`)

// entries are the ids of a feed's entries, sorted.
func entries(feed string) []string {
	var ids []string
	for _, m := range entryID.FindAllStringSubmatch(feed, -1)[1:] { // the first is the feed's
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	return ids
}

// retitled is what an editor of the older program calls one of the notices.
const retitled = "Quay four stays open at night"

// stands reports whether the feed has all three notices, with what the editor did.
func stands(feed string) bool {
	text := got(feed)
	return strings.Count(text, "<entry") == 3 && strings.Contains(text, retitled)
}

// The life of a package: installed, configured, upgraded from older versions
// with data, refused for a bad configuration, removed, installed again, purged.
func TestLifeOfPackage(t *testing.T) {
	deb, _ := dist(t)
	d := newDebian(t)
	source, listen := gazette(t), porttest.Address(t)
	feed := "http://" + listen + "/feeds/notices.atom"
	older := earlier(t, deb)

	installed(d, older[0])
	config := harbour(source, listen)
	d.write("/etc/chinanewsd/config.yaml", config)
	d.write("/etc/chinanewsd/name", "Harbour News")
	d.must("systemctl", "enable", "--now", "chinanewsd")
	d.until("three notices are in the feed", func() bool { return strings.Count(got(feed), "<entry") == 3 })
	ids := entries(got(feed))
	for _, next := range older[1:] {
		upgraded(d, next, ids, feed)
	}
	d.chinanewsd("edit", "http://"+source+"/0.html", "retitle", retitled)
	d.until("the notice has its new title", func() bool { return stands(feed) })

	upgraded(d, deb, ids, feed)
	if !stands(feed) {
		t.Errorf("what the editor did is gone:\n%s", got(feed))
	}
	if text, _ := os.ReadFile(d.path("/etc/chinanewsd/config.yaml")); string(text) != config {
		t.Errorf("the upgrade changed the configuration:\n%s", text)
	}
	if out := d.must("chinanewsd", "version"); !strings.HasPrefix(out, "chinanewsd "+packaged+" (") {
		t.Errorf("version says %q", out)
	}
	d.chinanewsd("backup", "/var/backups/chinanewsd/upgraded")
	d.chinanewsd("verify", "/var/backups/chinanewsd/upgraded") // root's own

	refused(d, edition(t, deb, "1.2.0", "", "# Another example.\n"), config, func() bool { return stands(feed) })
	gone(d, deb, config, feed, ids)
}

// installed installs for the first time: nothing runs, and what comes next is said.
func installed(d *debian, deb string) {
	d.Helper()
	said, err := d.dpkg(deb)
	if err != nil || !strings.Contains(said, "1. Write") || !strings.Contains(said, "2. chinanewsd check") || !strings.Contains(said, "3. systemctl enable --now chinanewsd") {
		d.Fatalf("the first installation: %v\n%s", err, said)
	}
	if log, _ := os.ReadFile(d.path("/run/systemctl.log")); strings.Contains(string(log), "start") || strings.Contains(string(log), "enable") || d.daemon() != "0" {
		d.Fatalf("it was started without being asked to:\n%s", log)
	}
	d.must("id", "chinanewsd")
	for folder, want := range map[string]string{"/etc/chinanewsd/secrets": "2750 root chinanewsd", "/var/lib/chinanewsd": "700 chinanewsd chinanewsd", "/var/backups/chinanewsd": "700 chinanewsd chinanewsd"} {
		if got := strings.TrimSpace(d.must("stat", "-c", "%a %U %G", folder)); got != want {
			d.Errorf("%s is %s, want %s", folder, got, want)
		}
	}
	for page, want := range map[string]string{"chinanewsd": "hash-password", "chinanewsd.yaml": "site.base_url"} {
		if out := d.must("man", "-P", "cat", page); !strings.Contains(out, want) {
			d.Errorf("man %s has no %s: %s", page, want, out)
		}
	}
	completions := d.must("bash", "--norc", "-c", "source /usr/share/bash-completion/completions/chinanewsd; complete -p chinanewsd")
	if !strings.Contains(completions, "-F _chinanewsd") {
		d.Errorf("bash has %q", completions)
	}
}

// upgraded upgrades a daemon that runs: another does, and has what was there.
func upgraded(d *debian, deb string, ids []string, feed string) {
	d.Helper()
	before := d.daemon()
	said, err := d.dpkg(deb)
	if err != nil {
		d.Fatalf("the upgrade: %v\n%s", err, said)
	}
	if d.daemon() == before || strings.Contains(said, "1. Write") {
		d.Fatalf("process %s after %s:\n%s", d.daemon(), before, said)
	}
	d.until("the feed is there again", func() bool { return strings.Count(got(feed), "<entry") == 3 })
	if now := entries(got(feed)); !slices.Equal(now, ids) {
		d.Errorf("the upgrade made %q of %q", now, ids)
	}
}

// refused upgrades under a bad configuration: the daemon runs on, well.
func refused(d *debian, deb, config string, well func() bool) {
	d.Helper()
	before := d.daemon()
	d.write("/etc/chinanewsd/config.yaml", strings.Replace(config, "interval: 1h", "intervall: 1h", 1))
	said, err := d.dpkg(deb)
	if err == nil || !strings.Contains(said, "/etc/chinanewsd/config.yaml:7:") || !strings.Contains(said, "did you mean interval?") ||
		!strings.Contains(said, "running on") || !strings.Contains(said, "dpkg --configure chinanewsd") {
		d.Fatalf("an upgrade under a bad configuration: %v\n%s", err, said)
	}
	if d.daemon() != before || !well() {
		d.Fatal("the daemon did not run on")
	}
	if program := d.must("readlink", "/proc/"+before+"/exe"); !strings.Contains(program, "(deleted)") {
		d.Errorf("not the version before runs on, but %s", program)
	}
	if !d.there("/etc/chinanewsd/config.yaml.dpkg-dist") {
		d.Error("the example of the new version is not laid beside the configuration")
	}
	d.write("/etc/chinanewsd/config.yaml", config)
	d.must("dpkg", "--configure", "chinanewsd")
	if d.daemon() == before {
		d.Error("the mended configuration did not start the new version")
	}
	d.until("it is well", well)
}

// gone removes the package, installs it again, and purges it: the record stays.
func gone(d *debian, deb, config, feed string, ids []string) {
	d.Helper()
	d.must("dpkg", "-r", "chinanewsd")
	if d.daemon() != "0" || d.there("/usr/bin/chinanewsd") || !d.there("/etc/chinanewsd/config.yaml") || !d.there("/var/lib/chinanewsd/news.db") {
		d.Fatalf("after it was removed: daemon %s", d.daemon())
	}
	if said, err := d.dpkg(deb); err != nil || d.daemon() != "0" {
		d.Fatalf("installed again: %v\n%s", err, said)
	}
	d.must("systemctl", "enable", "--now", "chinanewsd")
	d.until("the feed is there again", func() bool { return stands(feed) })
	if now := entries(got(feed)); !slices.Equal(now, ids) {
		d.Errorf("removing and installing made %q of %q", now, ids)
	}
	said := d.must("dpkg", "-P", "chinanewsd")
	if !strings.Contains(said, "/var/lib/chinanewsd stays; to be rid of it: rm -r /var/lib/chinanewsd") || !d.there("/var/lib/chinanewsd/news.db") {
		d.Errorf("purging says %s", said)
	}
	if d.daemon() != "0" || d.there("/etc/chinanewsd/config.yaml") || d.there("/usr/share/doc/chinanewsd") || d.there("/usr/lib/systemd/system/chinanewsd.service") {
		d.Error("purging leaves more than the record")
	}
}
