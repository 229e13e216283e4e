package main

import (
	"fmt"

	"chinanews/curator"
	"chinanews/storage"
)

type verifyCmd struct {
	File string `arg:"" optional:"" help:"A backup, in place of the record."`
	At   uint64 `placeholder:"N" help:"Print the digest of entry N too: what /about showed when the record ended there."`
}

// Run checks the whole record, or a backup, and names the first damage.
func (c verifyCmd) Run(t *terminal) error {
	if c.File != "" {
		found, link, err := storage.CheckBackupAt(t, c.File, c.At)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s: %s\n", c.File, describe(found))
		return c.entry(t, link)
	}
	return t.withStore(func(s *storage.Store) error {
		report, err := s.Verify(t)
		if err != nil {
			return err
		}
		for _, note := range report.Notes {
			fmt.Fprintln(t.out, note)
		}
		fmt.Fprintln(t.out, report)
		if c.At == 0 {
			return nil
		}
		link, err := s.LinkAt(c.At)
		if err != nil {
			return err
		}
		return c.entry(t, link)
	})
}

// entry prints the digest that was asked for.
func (c verifyCmd) entry(t *terminal, link string) error {
	if c.At == 0 {
		return nil
	}
	_, err := fmt.Fprintf(t.out, "entry %d: %s\n", c.At, link)
	return err
}

type rebuildCmd struct {
	Reconsider bool `help:"Change nothing: say what today's rules would rule otherwise than was ruled."`
}

// Run folds what follows from the record anew.
func (c rebuildCmd) Run(t *terminal) error {
	if c.Reconsider {
		return t.withStore(t.reconsider)
	}
	return t.withMended(func(s *storage.Store) error {
		report, err := s.Rebuild(t)
		if err != nil {
			return err
		}
		n, err := s.Index(t)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "%s; %s in the search index\n", report, count(n, "item"))
		return err
	})
}

// withStore opens the configured record, which must exist.
func (t *terminal) withStore(do func(*storage.Store) error) error {
	return t.with(do, storage.Options{})
}

// withMended is withStore for a record of which what follows from it may be
// damaged.
func (t *terminal) withMended(do func(*storage.Store) error) error {
	return t.with(do, storage.Options{Mend: true})
}

func (t *terminal) with(do func(*storage.Store) error, o storage.Options) (err error) {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	o.Site, o.Note, o.Features = cfg.Site.ID, t.note, curator.Features
	store, err := openWith(cfg, false, o)
	if err != nil {
		return err
	}
	defer func() {
		if e := store.Close(); err == nil {
			err = e
		}
	}()
	return do(store)
}
