// Package service speaks with the service manager that started the daemon:
// systemd, or whatever keeps its protocols. It takes the sockets that the
// manager has opened, tells it how the daemon is, and writes its journal.
//
// Started by anything else, the daemon has no manager: then there are no
// sockets, nothing is told, and the journal is not written.
package service

import (
	"os"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Managed reports whether there is a manager that wants to be told.
func Managed() bool { return os.Getenv("NOTIFY_SOCKET") != "" }

// Ready tells that the start, or a reload, is over. status is a line for
// people, as of all that have one.
func Ready(status string) error { return tell(daemon.SdNotifyReady, line(status)) }

// Reloading tells that the configuration is being read anew; Ready ends it. The
// moment goes with it, by which a manager knows a reload from an older one
// (sd_notify(3), MONOTONIC_USEC).
func Reloading(status string) error {
	return tell(daemon.SdNotifyReloading, strings.TrimSuffix(daemon.SdNotifyMonotonicUsec(), "\n"), line(status))
}

// Stopping tells that the daemon is about to end.
func Stopping(status string) error { return tell(daemon.SdNotifyStopping, line(status)) }

// Status tells how the daemon is.
func Status(status string) error { return tell(line(status)) }

// Alive tells that the daemon is alive. A manager that does not hear so for
// the time that Watchdog returns ends the process and starts another.
func Alive() error { return tell(daemon.SdNotifyWatchdog) }

// Watchdog is how long the manager waits for Alive; 0: it does not.
func Watchdog() (time.Duration, error) { return daemon.SdWatchdogEnabled(false) }

func line(status string) string {
	return "STATUS=" + strings.Map(func(r rune) rune {
		if r < ' ' { // a line's end begins another message
			return ' '
		}
		return r
	}, status)
}

func tell(what ...string) error {
	_, err := daemon.SdNotify(false, strings.Join(what, "\n"))
	return err
}
