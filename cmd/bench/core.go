package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// oneCore says which core is for a process that is to have one, and leaves it to
// that: this program, with the ministries in it, keeps to the others until back is
// called. On a machine with one core both share it.
func oneCore() (core string, back func(), err error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", nil, err
	}
	cores, err := parseCores(string(status))
	if err != nil {
		return "", nil, err
	}
	last := len(cores) - 1
	if last == 0 {
		return cores[0], func() {}, keepTo(cores)
	}
	return cores[last], func() { keepTo(cores) }, keepTo(cores[:last])
}

// keepTo has all threads of this program run on some cores.
func keepTo(cores []string) error {
	out, err := exec.Command("taskset", "-a", "-c", "-p", strings.Join(cores, ","), strconv.Itoa(os.Getpid())).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%w; it is in util-linux", err)
	}
	if err != nil {
		return fmt.Errorf("taskset: %w: %s", err, out)
	}
	return nil
}

// parseCores are the cores that a process may run on, of a /proc/PID/status.
func parseCores(status string) (cores []string, err error) {
	for line := range strings.Lines(status) {
		list, ok := strings.CutPrefix(line, "Cpus_allowed_list:")
		if !ok {
			continue
		}
		for part := range strings.SplitSeq(strings.TrimSpace(list), ",") {
			from, to, ranged := strings.Cut(part, "-")
			if !ranged {
				to = from
			}
			least, err := strconv.Atoi(from)
			if err != nil {
				return nil, err
			}
			most, err := strconv.Atoi(to)
			if err != nil {
				return nil, err
			}
			for n := least; n <= most; n++ {
				cores = append(cores, strconv.Itoa(n))
			}
		}
	}
	if len(cores) == 0 {
		return nil, errors.New("no Cpus_allowed_list in /proc/PID/status")
	}
	return cores, nil
}
