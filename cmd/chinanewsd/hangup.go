package main

import (
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
			log.Info("hang-up ignored: a changed config.yaml takes effect at the next start")
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
		<-done
	}
}
