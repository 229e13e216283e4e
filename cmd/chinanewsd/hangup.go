package main

import (
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// surviveHangup keeps a hang-up, with which other daemons are asked to read
// their configuration anew, from ending this one, until stop is called. Each
// is answered in the log.
func surviveHangup(log *slog.Logger) (stop func()) {
	hangups, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer close(done)
		for range hangups {
			if err := errors.Join(announceReload(true), announceReload(false)); err != nil {
				log.Warn("the service manager cannot be told of a hang-up", "err", err)
			}
			log.Info("hang-up ignored: a changed config.yaml takes effect at the next start")
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
		<-done
	}
}
