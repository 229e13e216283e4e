package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is one that is measured from outside, which costs it nothing.
type process int

// cpu is what it has used, user and system, by the scheduler's nanoseconds.
// Where the kernel keeps none, it is by ticks of ten milliseconds.
func (p process) cpu() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p))
	if err != nil || len(files) == 0 {
		return p.ticks()
	}
	var sum time.Duration
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil { // the thread has ended meanwhile
			continue
		}
		first, _, _ := bytes.Cut(text, []byte(" "))
		ns, err := strconv.ParseInt(string(first), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading %s: %w", name, err)
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// tick is that of USER_HZ, which Linux has fixed.
const tick = 10 * time.Millisecond

func (p process) ticks() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
	if err != nil {
		return 0, err
	}
	return parseTicks(string(text))
}

// parseTicks takes user and system time out of /proc/PID/stat, whose second field
// is a name that may have spaces and parentheses.
func parseTicks(stat string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("%q is no /proc/PID/stat", stat)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, err
}

// anonymous is its memory without pages of files, in bytes.
func (p process) anonymous() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
	if err != nil {
		return 0, err
	}
	return parseAnonymous(string(text))
}

func parseAnonymous(status string) (int64, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("no RssAnon in /proc/PID/status")
}

// When a process rests: it has used less than restUse in restTime. What the daemon
// does behind a change it does a while later, to do it once for several: the search
// index after two seconds, and after that, within four, the garbage. restTime is
// longer than both together, so that what is small beside restUse is over, too.
const (
	restTime = 7 * time.Second
	restUse  = 90 * time.Millisecond
	restLook = 500 * time.Millisecond
)

// rest waits until the process rests, and returns its CPU time at the end of that.
func (p process) rest(ctx context.Context) (time.Duration, error) { return calm(ctx, p.cpu, restUse) }

// calm waits until no more than so much is used in restTime. What was used in that
// time counts, since nobody can tell what it was for.
func calm(ctx context.Context, cpu func() (time.Duration, error), use time.Duration) (time.Duration, error) {
	const looks = int(restTime / restLook)
	for seen := []time.Duration(nil); ; {
		used, err := cpu()
		if err != nil {
			return 0, err
		}
		if seen = append(seen, used); len(seen) > looks && used-seen[len(seen)-1-looks] < use {
			return used, nil
		}
		if err := pause(ctx, restLook); err != nil {
			return 0, err
		}
	}
}

// pause waits, or says why ctx ended.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// until waits for something that comes by itself.
func until(ctx context.Context, what string, patience time.Duration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("still not, after %s: %s", patience, what))
	defer cancel()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}
