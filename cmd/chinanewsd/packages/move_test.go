package packages

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/news/porttest"
)

// A record moves to another machine as an operator moves it: a backup, copied,
// restored under a new installation. The feed goes on with the same entries.
func TestMovesHost(t *testing.T) {
	deb, _ := dist(t)
	source, listen := gazette(t), porttest.Address(t)
	feed := "http://" + listen + "/feeds/notices.atom"
	arranged := func(d *debian) {
		installed(d, deb)
		d.write("/etc/chinanewsd/config.yaml", harbour(source, listen))
		d.write("/etc/chinanewsd/name", "Harbour News")
	}

	from := newDebian(t)
	arranged(from)
	from.must("systemctl", "enable", "--now", "chinanewsd")
	from.until("three notices are in the feed", func() bool { return strings.Count(got(feed), "<entry") == 3 })
	from.chinanewsd("edit", "http://"+source+"/0.html", "retitle", retitled)
	from.until("the notice has its new title", func() bool { return stands(feed) })
	ids := entries(got(feed))
	const kept = "/var/backups/chinanewsd/moving"
	from.chinanewsd("backup", kept)
	from.must("systemctl", "disable", "--now", "chinanewsd")

	to := newDebian(t)
	arranged(to)
	ran(t, "cp", from.path(kept), to.path("/root/moving"))
	to.must("install", "-o", "chinanewsd", "-m", "600", "/root/moving", kept)
	to.keeper("verify", kept)
	to.keeper("restore", kept)
	if said, err := to.run("env", title, "chinanewsd", "restore", kept); err == nil {
		t.Errorf("a record is restored over another: %s", said)
	}
	to.must("systemctl", "enable", "--now", "chinanewsd")
	to.until("the feed is there", func() bool { return stands(feed) })
	if now := entries(got(feed)); !slices.Equal(now, ids) {
		t.Errorf("%s has %q, want %q", filepath.Base(to.dir), now, ids)
	}
}
