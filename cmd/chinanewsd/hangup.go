package main

import (
	"os"
	"os/signal"
	"syscall"
)

// hangups are the hang-ups that are sent to this process from now on, with which
// daemons are asked to read their configuration anew; none ends it, until stop
// is called. Those that come while one waits are one with it.
func hangups() (sent <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
