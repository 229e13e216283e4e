package main

import (
	"errors"
	"fmt"

	"chinanews/storage"
)

type restoreCmd struct {
	File    string `arg:"" help:"The backup, or a copy of a news.db."`
	Instead bool   `xor:"where" help:"Put it in the place of the record that is there, which stays under another name."`
	Beside  string `xor:"where" placeholder:"DIR" help:"Put it into another directory."`
}

// Run puts the record of a backup into place, never over another.
func (c restoreCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	dir := cfg.Data
	if c.Beside != "" {
		dir = c.Beside
	}
	if err := owned(dir); err != nil {
		return err
	}
	r, err := storage.Restore(t, c.File, dir, c.Instead, storage.Options{Site: cfg.Site.ID, Note: t.note})
	if errors.Is(err, storage.ErrSite) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s is now the record of %s, from %s\n", r.File, describe(r.Copy), c.File)
	for _, kept := range r.Kept {
		fmt.Fprintf(t.out, "what was there is kept as %s\n", kept)
	}
	if r.Config != "" {
		fmt.Fprintf(t.out, "the configuration of that time is %s; this one was not changed\n", r.Config)
	}
	if r.Included != "" {
		fmt.Fprintf(t.out, "the files that it includes are in %s\n", r.Included)
	}
	if c.Beside != "" {
		fmt.Fprintf(t.out, "to use it, set `data: %s`\n", dir)
	}
	return nil
}

type compactCmd struct{}

// Run writes the record's file anew without its free pages.
func (compactCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	if err := owned(cfg.Data); err != nil {
		return err
	}
	before, after, err := storage.Compact(cfg.Data, storage.Options{Site: cfg.Site.ID, Note: t.note})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "compacted from %.1f to %.1f MiB\n", float64(before)/(1<<20), float64(after)/(1<<20))
	return err
}
