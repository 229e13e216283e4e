package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// backupFolder is where copies are kept, within the data directory.
const backupFolder = "backups"

type backupCmd struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"Where to; else backups/ in the data directory, by time, position and link."`
	Keep int    `placeholder:"N" help:"Then delete all but the newest N that have such names in the same directory."`
}

// Run copies the record into a new file. While the daemon runs, that sends it;
// this process writes it.
func (c backupCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	path := c.File
	if err := c.thinnable(); err != nil {
		return err
	}
	if path == "" {
		path = filepath.Join(cfg.Data, backupFolder)
		if err := os.Mkdir(path, 0o700); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w in %s; `chinanewsd run` makes one, with --paused without polling", storage.ErrNone, cfg.Data)
		} else if err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	kept, err := storage.KeepBackup(t, path, func(w io.Writer) error { return t.copyRecord(cfg, w) })
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(t.out, "%s: %s\n", kept.File, describe(kept)); err != nil || c.Keep == 0 {
		return err
	}
	return storage.ThinFolder(filepath.Dir(kept.File), c.Keep)
}

// thinnable refuses to delete backups where the new one may not count among
// them.
func (c backupCmd) thinnable() error {
	info, err := os.Stat(c.File)
	switch {
	case c.Keep < 0:
		return usageError{errors.New("--keep takes the number of backups that stay, at least 1")}
	case c.Keep > 0 && c.File != "" && (err != nil || !info.IsDir()):
		return usageError{fmt.Errorf("--keep deletes older backups of a directory, and %s is none; make it, or leave --keep out", c.File)}
	}
	return nil
}

// describe says what is in a backup.
func describe(c storage.Copy) string {
	return fmt.Sprintf("a good backup of %s, %.1f MiB, up to record %d, tip %.16s", c.At.UTC().Format(time.RFC3339), float64(c.Size)/(1<<20), c.Pos, c.Link)
}

// copyRecord writes a backup of the record as the daemon sends it, or, when
// none runs, as it is.
func (t *terminal) copyRecord(cfg news.Config, w io.Writer) error {
	answered, err := t.receive(cfg, "/backup", w)
	if answered {
		return err
	}
	store, err := openStore(cfg, false, t.note)
	if err != nil {
		return err
	}
	return errors.Join(writeBackup(t, store, cfg, w), store.Close())
}

// writeBackup writes a backup with the configuration as it stands in its files.
func writeBackup(ctx context.Context, store *storage.Store, cfg news.Config, w io.Writer) error {
	text, err := os.ReadFile(cfg.File)
	if err != nil && !errors.Is(err, os.ErrNotExist) { // the demo's is in no file
		return err
	}
	files, err := included(cfg)
	if err != nil {
		return err
	}
	return store.Backup(ctx, w, text, files...)
}

// included are the files with rows that the configuration includes, as they
// are now.
func included(cfg news.Config) (files []storage.Included, err error) {
	folder, seen := os.DirFS(filepath.Dir(cfg.File)), make(map[string]bool)
	for _, pattern := range cfg.Included {
		names, err := fs.Glob(folder, path.Clean(pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, err
			}
			files = append(files, storage.Included{Name: name, Text: text})
		}
	}
	return files, nil
}

// stalled is how long the receiver of a backup may take none of it: pages of
// the record cannot be used again meanwhile.
const stalled = 30 * time.Second

// sendBackup answers the command. One that fails on its way breaks off, and
// what was received lacks its end.
func (h *house) sendBackup(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-tar")
	err := writeBackup(r.Context(), h.store, h.cfg, &patient{w, http.NewResponseController(w)})
	if err != nil {
		h.log.Error("a backup that was asked for broke off", "err", err)
		panic(http.ErrAbortHandler)
	}
}

// patient gives every write its own time.
type patient struct {
	w    io.Writer
	line *http.ResponseController
}

func (p *patient) Write(b []byte) (int, error) {
	if err := p.line.SetWriteDeadline(time.Now().Add(stalled)); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

// keeper makes the daemon's own backups and remembers how the last one went.
type keeper struct {
	store *storage.Store
	cfg   news.Config
	log   *slog.Logger

	mu     sync.Mutex
	failed string // of the last attempt
	since  time.Time
}

// run makes a backup each day at the time of the plan, until ctx ends; soon
// after the start, when that time has passed since the last one. The wall clock
// is looked at every minute: it may be set, and the machine may sleep.
func (k *keeper) run(ctx context.Context) error {
	if k.cfg.Backup.At == "" {
		return nil
	}
	due := k.due(time.Now())
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-minute.C:
		}
		switch now := time.Now().Round(0); {
		case !now.Before(due):
			k.backup(ctx)
			due = nextClock(k.cfg.Backup.At, now)
		case due.Sub(now) > 25*time.Hour: // the clock was set back
			due = nextClock(k.cfg.Backup.At, now)
		}
	}
}

// due is when the next backup is to be made.
func (k *keeper) due(now time.Time) time.Time {
	if list := storage.Copies(k.cfg.Data); len(list) > 0 && list[0].At.Before(now) {
		now = list[0].At.In(now.Location())
	}
	return nextClock(k.cfg.Backup.At, now)
}

// nextClock is the next moment at which the machine's clock says a time.
func nextClock(clock string, now time.Time) time.Time {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return now.AddDate(100, 0, 0) // config takes no such
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
	if !next.After(now) {
		next = time.Date(now.Year(), now.Month(), now.Day()+1, at.Hour(), at.Minute(), 0, 0, now.Location())
	}
	return next
}

// backup makes one, and deletes older ones when it is good.
func (k *keeper) backup(ctx context.Context) {
	dir := filepath.Join(k.cfg.Data, backupFolder)
	c, err := k.write(ctx, dir)
	if err == nil {
		k.log.Info("the record was backed up", "file", c.File, "pos", c.Pos)
		err = storage.ThinBackups(k.cfg.Data, k.cfg.Backup.Keep)
	}
	if ctx.Err() != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failed = ""; err != nil {
		k.failed, k.since = err.Error(), time.Now()
		k.log.Error("the record could not be backed up; free space or mend the directory, then run `chinanewsd backup`", "dir", dir, "err", err)
	}
}

func (k *keeper) write(ctx context.Context, dir string) (storage.Copy, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return storage.Copy{}, err
	}
	about, err := k.store.About()
	if err != nil {
		return storage.Copy{}, err
	}
	if free, need := freeSpace(dir), 5*(about.Size+about.Kept)/2; free < need {
		return storage.Copy{}, fmt.Errorf("%s has %.1f MiB free, and writing and checking a backup takes %.1f", dir, float64(free)/(1<<20), float64(need)/(1<<20))
	}
	var c storage.Copy
	made := make(chan error, 1)
	go func() {
		kept, err := storage.KeepBackup(ctx, dir, func(w io.Writer) error { return writeBackup(ctx, k.store, k.cfg, w) })
		c = kept
		made <- err
	}()
	select {
	case err := <-made:
		return c, err
	case <-ctx.Done(): // to check a large one takes longer than a stop may; it ends with the process
		return storage.Copy{}, ctx.Err()
	}
}

// freeSpace is the bytes that may be written in a directory; polling needs them
// too.
func freeSpace(dir string) int64 {
	room, err := spaceOf(dir)
	if err != nil {
		return math.MaxInt64 // writing will tell
	}
	return room.free
}

// backupStatus is how the backups are.
type backupStatus struct {
	At     string        `json:"at"` // when the daemon makes one; empty: it makes none
	Last   *storage.Copy `json:"last,omitempty"`
	Failed string        `json:"failed,omitempty"` // why the last attempt since the start was none
}

// status reads names only. The program gives them to backups that it found
// good.
func (k *keeper) status() backupStatus {
	s := backupStatus{At: k.cfg.Backup.At}
	if list := storage.Copies(k.cfg.Data); len(list) > 0 {
		s.Last = &list[0]
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.Last == nil || !s.Last.At.After(k.since) { // else the command made one
		s.Failed = k.failed
	}
	return s
}
