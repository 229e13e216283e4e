package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// graveFailures is how many bad answers in a row make an alarm: a source that
// fails once or twice is asked again, and nobody is called.
const graveFailures = 3

// findSource judges a source; false when it says neither that it is well nor,
// yet, that it is not.
func findSource(origin news.Origin, s sourceStatus) (f symptom, ok bool) {
	about := subject{news.AlarmSource, string(origin)}
	switch {
	case s.State == news.Waiting:
		return f, false
	case !s.State.Alarming():
		return well(about, fmt.Sprintf("Source %s is well again: %s", s.ID, s.State.Words())), true
	}
	ill, grave := s.listingStatus, true
	for _, l := range s.Listings {
		if !l.State.Alarming() {
			continue
		}
		if ill, grave = l, l.Failures == 0 || l.Failures >= graveFailures; grave {
			break
		}
	}
	if !grave {
		return f, false
	}
	if !ill.State.Alarming() { // its listings are well, and its pages are not
		ill.Health = s.Health
	}
	hint := ill.Hint
	if hint == "" {
		hint = fmt.Sprintf("`chinanewsd status %s` says more; it is asked on and on by itself", s.ID)
	}
	words := fmt.Sprintf("Its list at %s: %s", ill.URL, ill.Words)
	return symptom{about, true, fmt.Sprintf("Source %s is not well: %s", s.ID, ill.State), words, hint, ""}, true
}

// findCertificate judges the certificate that a host showed last.
func findCertificate(host string, c news.TLSCertificate, now time.Time) symptom {
	about := subject{news.AlarmCertificate, host}
	if now.Before(c.Late()) {
		return well(about, fmt.Sprintf("The certificate of %s was renewed", host))
	}
	who := host
	if c.Host != host {
		who = fmt.Sprintf("%s, to which %s leads", c.Host, host)
	}
	return symptom{about, true, fmt.Sprintf("The certificate of %s ends on %s", host, c.Until.Format(time.DateOnly)),
		fmt.Sprintf("The certificate that %s shows is valid until %s. Nothing is read of it after that", who, c.Until.Format("2006-01-02 15:04 UTC")),
		"tell its publisher, who must renew it; nothing needs to be changed here", ""}
}

// space is the room on a file system, in bytes.
type space struct{ free, total int64 }

// spaceOf is the room where a directory is.
func spaceOf(dir string) (space, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return space{}, err
	}
	return space{int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize)}, nil
}

// mostSpare is the room below which the largest disk is low: half an hour's
// fetching never takes it, and an operator has days.
const mostSpare = 2 << 30

// least is the room that there should be: a twentieth, at most 2 GiB.
func (s space) least() int64 { return min(s.total/20, mostSpare) }

// diskFailing is the title of the alarm that nothing can be written.
const diskFailing = "The record cannot be written"

// findDisk judges the disk by its room and by what became of the last write.
// Once it was low, it is well with half as much again: it must not come and go.
func findDisk(dir string, s space, failing string, low bool) symptom {
	about := subject{kind: news.AlarmDisk}
	least := s.least()
	if low {
		least += least / 2
	}
	room := fmt.Sprintf("%s has %s free of %s", dir, mebibytes(s.free), mebibytes(s.total))
	hint := "free space or enlarge the disk: delete old backups and news.db.before-restore-*, and lower backup.keep and retention.captures; `chinanewsd compact` shrinks the record while the daemon is stopped, but needs room for a second file"
	switch {
	case failing != "":
		return symptom{about, true, diskFailing, fmt.Sprintf("Nothing new is recorded; what is there is served on. %s. %s", news.Line(failing), room), hint, ""}
	case s.free < least:
		return symptom{about, true, "The disk is nearly full", room + ". When it is full nothing new is recorded; what is there is served on", hint, ""}
	}
	return well(about, "The disk has room again: "+room)
}

// findClock judges the clock by what the store says of it; false when that says
// nothing.
func findClock(err error) (symptom, bool) {
	about := subject{kind: news.AlarmClock}
	switch {
	case err == nil:
		return well(about, "The clock is believed again"), true
	case errors.Is(err, storage.ErrClock):
		return symptom{about, true, "The clock cannot be believed", "Nothing is polled or recorded until it is right; what is there is served on. " + news.Line(err.Error()),
			"look whether the machine sets its clock by the network (timedatectl), and set it", ""}, true
	}
	return symptom{}, false
}

// findBackup judges the daemon's backups; false when there was none since the
// last one failed, perhaps before this start.
func findBackup(b backupStatus, since time.Time, dir string) (symptom, bool) {
	about := subject{kind: news.AlarmBackup}
	switch {
	case b.Failed != "":
		return symptom{about, true, "The record could not be backed up", news.Line(b.Failed), fmt.Sprintf("free space or mend %s, then run `chinanewsd backup`", filepath.Join(dir, backupFolder)), ""}, true
	case b.At == "":
		return well(about, "backup.at is empty: the daemon makes no backups"), true
	case b.Last != nil && b.Last.At.After(since):
		return well(about, fmt.Sprintf("There is a good backup again, of %s", b.Last.At.UTC().Format("2006-01-02 15:04 UTC"))), true
	}
	return symptom{}, false
}

// findReload judges the last attempt to read the configuration again.
func findReload(err error, file string) symptom {
	about := subject{kind: news.AlarmReload}
	if err == nil {
		return well(about, "The configuration is read again")
	}
	return symptom{about, true, "The changed configuration was refused", "The one from before stays. " + news.Line(strings.ReplaceAll(err.Error(), "\n", "; ")),
		fmt.Sprintf("correct %s until `chinanewsd check` finds nothing, then run `chinanewsd reload`", file), ""}
}

// clock asks the store whether the clock is believed.
func (w *lookout) clock(ctx context.Context) (found []symptom, odd bool) {
	err := w.store.Clock(ctx)
	if f, ok := findClock(err); ok {
		found = append(found, f)
	}
	return found, errors.Is(err, storage.ErrClock)
}
