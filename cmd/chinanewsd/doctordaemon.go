package main

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// daemon looks at what the daemon says of itself.
func (d *doctor) daemon() {
	const what, restart = "daemon", "`systemctl restart chinanewsd`, or end it and start it again"
	since := d.over.Daemon
	switch changed := d.changed(); {
	case d.broken:
		d.ok(what, "pid %d, chinanewsd %s, answers, and works on by the configuration that it read at %s", since.PID, d.over.Version, d.stamp(since.Loaded))
	case d.over.Version != version:
		d.tell(doctorWarn, what, restart, "pid %d is chinanewsd %s, and this command is %s", since.PID, d.over.Version, version)
	case changed != "":
		d.tell(doctorWarn, what, "`chinanewsd reload` has it read", "%s was changed after the daemon had read it at %s", changed, d.stamp(since.Loaded))
	case since.Paused:
		d.tell(doctorWarn, what, "start it without --paused", "pid %d serves and polls nothing (--paused)", since.PID)
	default:
		d.ok(what, "pid %d, chinanewsd %s, runs since %s and answers; its record has %s", since.PID, version, d.stamp(since.Since), entries(int(d.over.Record.Pos)))
	}
}

func (d *doctor) stamp(t time.Time) string { return t.In(d.now.Location()).Format("2006-01-02 15:04") }

// changed names a configuration file that is younger than what the daemon works
// by.
func (d *doctor) changed() string {
	files := []string{d.cfg.File}
	for _, pattern := range d.cfg.Included {
		names, _ := filepath.Glob(filepath.Join(filepath.Dir(d.cfg.File), pattern))
		files = append(files, names...)
	}
	for _, file := range files {
		if about, err := os.Stat(file); err == nil && about.ModTime().Sub(d.over.Daemon.Loaded) > 2*time.Second {
			return file
		}
	}
	return ""
}

// Differences between this clock and those of others.
const (
	oddClock   = 2 * time.Minute
	wrongClock = 10 * time.Minute
	recently   = 48 * time.Hour // how long ago an answer may have been
)

// clock holds the machine's clock against the record, and against the clocks of
// those that answered.
func (d *doctor) clock() {
	const what, do = "clock", "set it, and have the system keep it right: timedatectl set-ntp true"
	last := d.over.Record.Last
	ahead, hosts := d.ahead()
	alarm, odd := d.alarmed(news.AlarmClock)
	switch {
	case odd:
		d.alarm(doctorBad, what, alarm)
	case last.Sub(d.now) > storage.MostBehind:
		d.tell(doctorBad, what, do, "it says %s, and the record's newest entry is of %s: nothing is recorded until it has passed that", d.stamp(d.now), d.stamp(last))
	case hosts > 1 && ahead.Abs() > wrongClock:
		d.tell(doctorBad, what, do, "it was %s when sources last answered, by the median of %d hosts: the record's times are wrong by that", aside(ahead), hosts)
	case hosts > 0 && ahead.Abs() > oddClock:
		d.tell(doctorWarn, what, do, "it was %s when sources last answered, by the Date of %s", aside(ahead), things(hosts, "host", "hosts"))
	case hosts > 0:
		d.ok(what, "it agrees to %s with %s that last answered, and is not behind the record", ahead.Abs(), things(hosts, "host", "hosts"))
	case last.IsZero():
		d.ok(what, "it says %s; there is nothing here to hold it against", d.stamp(d.now))
	default:
		d.ok(what, "it says %s, and is not behind the record", d.stamp(d.now))
	}
}

func aside(ahead time.Duration) string {
	ahead = ahead.Round(time.Minute)
	if ahead < 0 {
		return span(-ahead) + " behind"
	}
	return span(ahead) + " ahead"
}

// ahead is by how much this clock was ahead, by the median of what each host's
// last answer says: a host's own clock may be wrong.
func (d *doctor) ahead() (median time.Duration, hosts int) {
	of := make(map[string]time.Duration)
	for _, s := range storage.Skews(d.cfg.Data, 100) {
		if since := d.now.Sub(s.At); since < recently && since > -recently {
			if u, err := url.Parse(s.URL); err == nil {
				of[u.Host] = s.Ahead
			}
		}
	}
	all := make([]time.Duration, 0, len(of))
	for _, one := range of {
		all = append(all, one)
	}
	if slices.Sort(all); len(all) == 0 {
		return 0, 0
	}
	return all[len(all)/2], len(all)
}

// leastStale is how long no source at all may be read well, before anybody is
// told.
const leastStale = 2 * time.Hour

// polls looks when a source was last read well.
func (d *doctor) polls() {
	const what, do = "polls", "look whether this machine has a network; `chinanewsd status` says what each source answered"
	last, often, all, ill := d.lastRead()
	limit := max(leastStale, 3*often)
	polling := d.running && !d.over.Daemon.Paused
	switch age := d.now.Sub(last); {
	case all == 0 || !d.recorded || d.blind || d.broken:
	case last.IsZero() && polling && d.now.Sub(d.over.Daemon.Since) > limit:
		d.tell(doctorBad, what, do, "no source was ever read well")
	case last.IsZero() && ill == all:
		d.tell(doctorWarn, what, do, "none of %s could be read yet", things(all, "source", "sources"))
	case last.IsZero():
		d.ok(what, "no source was read yet")
	case polling && age > limit:
		d.tell(doctorBad, what, do, "no source was read well since %s, %s ago", d.stamp(last), span(age))
	case age > limit: // nobody polls, and that was said
	case ill == all && all > 1:
		d.tell(doctorWarn, what, do, "something is wrong with each of the %d sources", all)
	case ill > 0:
		d.ok(what, "a source was last read well %s; %d of %d should be looked at: `chinanewsd status`", before(age), ill, all)
	default:
		d.ok(what, "a source was last read well %s; %s as usual", before(age), things(all, "source is", "sources are"))
	}
}

// before says how long ago something was.
func before(age time.Duration) string {
	if age < time.Minute {
		return "just now"
	}
	return span(age) + " ago"
}

// lastRead is when any source was last read well, how often the most frequent is
// read, how many there are, and with how many something is wrong.
func (d *doctor) lastRead() (last time.Time, often time.Duration, all, ill int) {
	for _, row := range d.cfg.Sources {
		if every := row.Interval.Std(); !row.Paused && (often == 0 || every < often) {
			often = every
		}
	}
	for _, s := range d.over.Sources {
		if s.State == news.Paused {
			continue
		}
		all++
		ill += alarm(s)
		for _, l := range s.Listings {
			last = latest(last, l.LastGood)
		}
	}
	return last, often, all, ill
}
