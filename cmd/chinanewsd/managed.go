package main

import (
	"io"
	"log/slog"
	"os"

	"chinanews/cmd/chinanewsd/service"
	"chinanews/news"
)

// Sockets that the service manager has opened are known by these names.
const (
	publicSocket = "http"
	adminSocket  = "admin"
)

// handedOver are the listeners that the service manager has opened for the
// daemon; those that it has not are nil.
func handedOver(cfg news.Config) (*listeners, error) {
	names := []string{publicSocket, adminSocket}
	if cfg.Admin == "" {
		names = names[:1]
	}
	sockets, err := service.Sockets(names...)
	if err != nil {
		return nil, err
	}
	l := &listeners{handed: len(sockets) > 0}
	if public, ok := sockets[publicSocket]; ok {
		l.public = public
	}
	if admin, ok := sockets[adminSocket]; ok {
		l.admin = admin
	}
	return l, nil
}

// say tells where the daemon listens when that is not where the configuration
// says.
func (l *listeners) say(log *slog.Logger, cfg news.Config) {
	if l.handed {
		log.Info("listening where the service manager has opened sockets; what its units say wins over the configuration", "listen", l.publicAddress(), "configured", cfg.Listen)
	}
}

// logTo is where the daemon logs: w, or the journal when w is that.
func logTo(w io.Writer) slog.Handler {
	text := slog.NewTextHandler(w, nil)
	if w == io.Writer(os.Stderr) {
		if journal := service.Journal(text); journal != nil {
			return journal
		}
	}
	return text
}
