// Package bare does the least that a task can be done with: the standard
// library's HTTP, and gofeed for parsing. Each runs as a process of its own, so
// that its CPU time is its own, and prints what it cost as a line of JSON.
package bare

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

// tasks are what a process can be started for, by name.
var tasks = map[string]func(args []string) error{
	"bare-poll":  pollMain,
	"bare-serve": serveMain,
	"bare-post":  postMain,
	"callbacks":  callbacksMain,
	"load":       loadMain,
}

// Run does the task that a command line names, if it names one.
func Run(args []string) (ran bool, err error) {
	if len(args) == 0 {
		return false, nil
	}
	task, ok := tasks[args[0]]
	if !ok {
		return false, nil
	}
	return true, task(args[1:])
}

// CPU is what this process has used, user and system.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it has no way to fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Cost is what a task cost, and what it did.
type Cost struct {
	CPU, Wall time.Duration
	Done      int // polls, requests or posts
	Same      int // of polls: 304
	Items     int // of polls: that were parsed
	Failed    int
	Bytes     int64
}

// measured does something and prints what it cost.
func measured(do func(*Cost) error) error {
	var c Cost
	began, cpu := time.Now(), CPU()
	if err := do(&c); err != nil {
		return err
	}
	c.CPU, c.Wall = CPU()-cpu, time.Since(began)
	return say(c)
}

func say(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s\n", line)
	return err
}
