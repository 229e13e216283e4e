package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
	"golang.org/x/sync/errgroup"
)

// watchSettles is how long files that change are left alone: an editor may write
// them in several steps.
const watchSettles = time.Second

// watched is where changes of the configuration's files are told of; nil when
// nobody wants that. Their folders are watched, and not the files: editors put
// a new file into the place of the old one.
func (r *reloader) watched(ctx context.Context, g *errgroup.Group) (<-chan struct{}, error) {
	if !r.settings.watch {
		return nil, nil
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	changes := make(chan struct{}, 1)
	g.Go(func() error {
		defer w.Close()
		r.watch(ctx, w, changes)
		return nil
	})
	return changes, nil
}

// watch tells of changes that have settled until ctx ends. What is to be watched
// is looked at after each reload, and each minute: folders may come.
func (r *reloader) watch(ctx context.Context, w *fsnotify.Watcher, changes chan<- struct{}) {
	settled := time.NewTimer(0)
	<-settled.C
	for {
		files, more := r.watchFiles(w)
		if more && r.stale() { // it changed before it was watched
			settled.Reset(watchSettles)
		}
		select {
		case <-ctx.Done():
			return
		case e := <-w.Events:
			if e.Op != fsnotify.Chmod && isWatched(files, e.Name) {
				settled.Reset(watchSettles)
			}
		case err := <-w.Errors: // perhaps some were lost: nothing new in the files does nothing
			r.settings.log.Warn("changes of the configuration's files may have been missed", "err", err)
			settled.Reset(watchSettles)
		case <-time.After(time.Minute):
		case <-r.reloaded:
		case <-settled.C:
			select {
			case changes <- struct{}{}:
			default:
			}
		}
	}
}

// watchFiles has the folders watched of the configuration and of what it
// includes, and returns the patterns of their files, and whether there are more
// folders than before. Of a link, where it leads is watched, too.
func (r *reloader) watchFiles(w *fsnotify.Watcher) (files []string, more bool) {
	cfg := r.present.Load().read
	files = append(files, cfg.File)
	if real, err := filepath.EvalSymlinks(cfg.File); err == nil {
		files = append(files, real)
	}
	for _, pattern := range cfg.Included {
		files = append(files, filepath.Join(filepath.Dir(cfg.File), pattern))
	}
	for n, file := range files {
		files[n] = filepath.Clean(file)
		if dir := filepath.Dir(files[n]); !slices.Contains(w.WatchList(), dir) {
			more = w.Add(dir) == nil || more // a pattern may have stars in its folder, and a folder may come later
		}
	}
	return files, more
}

func isWatched(patterns []string, file string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		match, _ := filepath.Match(p, filepath.Clean(file))
		return match || p == filepath.Clean(file)
	})
}
