package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// existing is the data directory, or the nearest one above it that is there.
func (d *doctor) existing() string {
	for dir := d.cfg.Data; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
	}
}

// directory looks at the data directory as the system has it.
func (d *doctor) directory() {
	const what = "data directory"
	dir := d.cfg.Data
	about, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.unmade()
	case err != nil:
		d.blind = true
		d.tell(doctorBad, what, "run doctor as the daemon's user", "%v", err)
	case !about.IsDir():
		d.blind = true
		d.tell(doctorBad, what, "set `data` to a directory", "%s is no directory", dir)
	default:
		if state, found, do := d.owned(about); state != "" {
			d.tell(state, what, do, "%s %s", dir, found)
			return
		}
		d.ok(what, "%s belongs to %s and can be written", dir, userName(ownerOf(about)))
	}
}

// unmade looks whether the daemon can make its directory.
func (d *doctor) unmade() {
	above := d.existing()
	if err := syscall.Access(above, mayWrite|mayEnter); err != nil {
		d.tell(doctorBad, "data directory", fmt.Sprintf("make it for the daemon's user: install -d -m 700 -o USER %s", d.cfg.Data), "%s is not there, and nothing can be made in %s: %v", d.cfg.Data, above, err)
		return
	}
	d.ok("data directory", "%s is not there yet: the first start makes it", d.cfg.Data)
}

// Modes of access(2).
const (
	mayEnter = 1
	mayWrite = 2
)

// owned says what is wrong with whose a directory is and who may do what in it;
// an empty state: nothing.
func (d *doctor) owned(about os.FileInfo) (state, found, do string) {
	owner, me, mode := ownerOf(about), os.Geteuid(), about.Mode().Perm()
	if me != 0 && me != owner {
		d.blind = true
		return doctorBad, fmt.Sprintf("belongs to %s, and this runs as %s", userName(owner), userName(me)), fmt.Sprintf("run it as that user: sudo -u %s chinanewsd doctor", userName(owner))
	}
	if mode&0o300 != 0o300 {
		d.blind = me != 0
		return doctorBad, fmt.Sprintf("may not be written by %s, whose it is (mode %#o)", userName(owner), mode), "chmod 700 " + d.cfg.Data
	}
	if err := syscall.Access(d.cfg.Data, mayWrite|mayEnter); errors.Is(err, syscall.EROFS) {
		return doctorBad, "is on a file system that is mounted read-only", "mount it for writing; if the system did that by itself, look into its log (dmesg): the disk may be failing"
	} else if err != nil {
		return doctorBad, fmt.Sprintf("cannot be written: %v", err), "look at its rights, and those of the directories above it"
	}
	if file, whose := alien(d.cfg.Data, owner); file != "" {
		return doctorBad, fmt.Sprintf("is %s's, and %s in it is %s's: a command was run as another user, and the daemon may not open what that left", userName(owner), file, userName(whose)),
			fmt.Sprintf("chown -R %s: %s", userName(owner), d.cfg.Data)
	}
	if mode&0o022 != 0 {
		return doctorWarn, fmt.Sprintf("may be written by others than %s (mode %#o)", userName(owner), mode), "chmod 700 " + d.cfg.Data
	}
	if kind := networkDisk(d.cfg.Data); kind != "" {
		return doctorWarn, fmt.Sprintf("is on %s, where locks cannot be relied on and a cut connection can damage the record", kind), "keep the record on a disk of this machine, and backups there"
	}
	return "", "", ""
}

// alien is something in the data directory that belongs to another user.
func alien(dir string, owner int) (file string, whose int) {
	for _, pattern := range []string{"*", "backups/*", "captures/*"} {
		names, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, name := range names {
			if about, err := os.Lstat(name); err == nil && ownerOf(about) != owner && filepath.Base(name) != "lost+found" { // of a disk's own
				file, _ = filepath.Rel(dir, name)
				return file, ownerOf(about)
			}
		}
	}
	return "", 0
}

// networkDisk names the file system of a directory when it is another machine's
// (statfs(2)).
func networkDisk(dir string) string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return ""
	}
	return map[uint32]string{0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x5346414f: "AFS", 0x00c36400: "Ceph", 0x01021997: "a disk of the virtual machine's host (9p)"}[uint32(s.Type)]
}

// spaceOf is the room where a directory is. Where that cannot be told, writing
// will tell.
func (d *doctor) spaceOf(dir string) space {
	look := spaceOf
	if d.room != nil {
		look = d.room
	}
	room, err := look(dir)
	if err != nil {
		return space{free: math.MaxInt64}
	}
	return room
}

// littleRoom is what a record needs to grow for a while.
const littleRoom = 256 << 20

// disk looks whether what the daemon does by itself, and what may have to be
// done in need, fits on the disk.
func (d *doctor) disk() {
	dir := d.existing()
	room := d.spaceOf(dir)
	free := room.free
	beside := free // where backups are, perhaps on a disk of their own
	if folder := filepath.Join(d.cfg.Data, backupFolder); len(storage.Copies(d.cfg.Data)) > 0 {
		beside = d.spaceOf(folder).free
	}
	r := d.over.Record
	copied, rebuilt := 5*(r.Size+r.Kept)/2, r.Size // writing and checking a backup; all pages anew
	alarm, low := d.alarmed(news.AlarmDisk)
	const do = "free space: remove what is not the record's, lower backup.keep or retention, or give the data directory a larger disk"
	switch {
	case free < 1<<20:
		d.tell(doctorBad, "disk", do, "%s is full: nothing is recorded until there is room", dir)
	case low && alarm.Title == diskFailing:
		d.alarm(doctorBad, "disk", alarm)
	case beside < copied:
		d.tell(doctorBad, "disk", do, "%s has %s free, and writing and checking a backup takes %s: none will be made", dir, mebibytes(beside), mebibytes(copied))
	case free < copied+rebuilt || free < littleRoom:
		d.tell(doctorWarn, "disk", do, "%s has %s free: the record (%s) grows, and a backup (%s) or a rebuild (%s) needs room beside it", dir, mebibytes(free), mebibytes(r.Size), mebibytes(copied), mebibytes(rebuilt))
	case low && room.free >= room.least():
		d.alarm(doctorWarn, "disk", alarm)
	case room.free < room.least():
		d.tell(doctorWarn, "disk", do, "%s is nearly full: it has %s free of %s", dir, mebibytes(room.free), mebibytes(room.total))
	case r.Size == 0: // there is none yet, or it cannot be seen
		d.ok("disk", "%s has %s free", dir, mebibytes(free))
	default:
		d.ok("disk", "%s has %s free; the record has %s, and a backup and a rebuild fit", dir, mebibytes(free), mebibytes(r.Size))
	}
}

func mebibytes(bytes int64) string {
	if bytes >= 10<<30 {
		return fmt.Sprintf("%.0f GiB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}

// Ages at which a newest backup is too old.
const (
	oldNightly = 48 * time.Hour
	oldBackup  = 8 * 24 * time.Hour // where the daemon makes none by itself
)

// backups looks whether there is one, of when, and whether it can be restored.
func (d *doctor) backups() {
	const what, do = "backup", "`chinanewsd backup` makes one now, also while the daemon runs"
	alarm, failed := d.alarmed(news.AlarmBackup)
	list, at, limit := storage.Copies(d.cfg.Data), d.cfg.Backup.At, oldNightly
	if d.broken {
		at = d.over.Backup.At
	}
	if at == "" {
		limit = oldBackup
	}
	switch young := d.running && d.now.Sub(d.over.Daemon.Since) < 26*time.Hour; {
	case d.over.Backup.Failed != "":
		d.tell(doctorBad, what, do, "the last attempt failed: %s", d.over.Backup.Failed)
	case failed:
		d.alarm(doctorBad, what, alarm)
	case len(list) == 0 && (!d.recorded || d.blind):
	case len(list) == 0 && young && at != "":
		d.ok(what, "none yet; the daemon makes one at %s", at)
	case len(list) == 0:
		d.tell(doctorWarn, what, do, "there is none")
	case d.now.Sub(list[0].At) > limit && (d.running || !d.broken): // else it is not known when one is made
		why := fmt.Sprintf("the daemon makes one at %s while it runs", at)
		if at == "" {
			why = "backup.at is empty: the daemon makes none"
		}
		d.tell(doctorBad, what, do, "the newest is %s old (%s)", span(d.now.Sub(list[0].At)), why)
	default:
		d.opened(list)
	}
}

// opened follows the newest backup to its end.
func (d *doctor) opened(list []storage.Copy) {
	newest := list[0]
	name, age := filepath.Base(newest.File), span(max(0, d.now.Sub(newest.At)))
	if freeSpace(filepath.Dir(newest.File)) < 2*newest.Size { // said of the disk
		d.ok("backup", "%s, %s old; there is no room to open it", name, age)
		return
	}
	good, err := storage.CheckBackup(d.t, newest.File)
	if err != nil {
		words, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), newest.File+": "), "; ")
		d.tell(doctorBad, "backup", "`chinanewsd backup` makes another; `chinanewsd verify` looks at the record itself", "%s cannot be restored: %s", name, words)
		return
	}
	d.ok("backup", "%s, %s old, opens and is whole up to entry %d; of %d kept, copy one to another machine", name, age, good.Pos, len(list))
}
