package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os/user"
	"strings"
	"time"

	"chinanews/news"
)

// editCmd is what an editor does to a story. Its acts are commands below it.
type editCmd struct {
	Story struct {
		Story string `arg:"" placeholder:"STORY" help:"Its address or that of its page, the ministry's address, an entry's id, or an id of the record; of a flood, SOURCE/DAY as the queue has it."`

		Show    showAct    `cmd:"" default:"1" help:"What editors have done to it, and what waits (default)."`
		Hide    hideAct    `cmd:"" help:"It leaves a feed, or every feed."`
		Pin     pinAct     `cmd:"" help:"It stands first until a moment."`
		Hold    holdAct    `cmd:"" help:"It leaves every feed until somebody approves it."`
		Approve approveAct `cmd:"" help:"What it says now may appear."`
		Embargo embargoAct `cmd:"" help:"It is in no feed until a moment."`
		Retitle retitleAct `cmd:"" help:"Another title; its own stays on its page."`
		Summary summaryAct `cmd:"" help:"Another summary."`
		Note    noteAct    `cmd:"" help:"A line of the editor's."`
		Tag     tagAct     `cmd:"" help:"Tags beside its source's: these, and no others that editors gave it before."`
		Merge   mergeAct   `cmd:"" help:"It is the same release as another story."`
		Split   splitAct   `cmd:"" help:"Some of its items are another release."`
		Undo    undoAct    `cmd:"" help:"Take an act back; a withdrawal cannot be."`
	} `arg:""`
}

// hand is who acts, and on what they have seen.
type hand struct {
	Rev *int   `placeholder:"N" help:"Act only if nobody has since the revision that chinanewsd edit STORY printed."`
	Who string `placeholder:"NAME" help:"Who acts, for the record; else the user that runs the command."`
}

// scoped narrows an act to one feed.
type scoped struct {
	Feed string `placeholder:"ID" help:"In this feed only."`
}

type (
	hideAct struct {
		scoped
		hand
	}
	pinAct struct {
		Until string `required:"" placeholder:"T" help:"2026-12-01 (as the day begins here), 2026-12-01T08:00+08:00, or 3d from now."`
		scoped
		hand
	}
	holdAct    struct{ hand }
	approveAct struct {
		scoped
		hand
	}
	embargoAct struct {
		Until string `required:"" placeholder:"T" help:"2026-12-01 (as the day begins here), 2026-12-01T08:00+08:00, or 3d from now."`
		hand
	}
	retitleAct struct {
		Text []string `arg:"" placeholder:"TEXT" help:"The title; in quotation marks or not."`
		hand
	}
	summaryAct struct {
		Text []string `arg:"" placeholder:"TEXT" help:"The summary."`
		hand
	}
	noteAct struct {
		Text []string `arg:"" placeholder:"TEXT" help:"The note."`
		hand
	}
	tagAct struct {
		Tag []string `arg:"" placeholder:"TAG" help:"A tag."`
		hand
	}
	mergeAct struct {
		Other string `arg:"" placeholder:"OTHER" help:"The other story, named as the first. The older one's id stays."`
		hand
	}
	splitAct struct {
		Part []string `arg:"" placeholder:"ITEM" help:"An item that goes: its id, the ministry's address, or the id of its source."`
		hand
	}
	undoAct struct {
		Pos uint64 `arg:"" optional:"" placeholder:"POS" help:"Record of the act, as show prints it; else the last one that stands."`
		hand
	}
)

func (a hideAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Feed: a.Feed, Act: news.ActHide})
}

func (a pinAct) Run(t *terminal, e *editCmd) error {
	return t.actUntil(a.hand, a.Until, wish{Story: e.Story.Story, Feed: a.Feed, Act: news.ActPin})
}

func (a holdAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActHold})
}

func (a approveAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Feed: a.Feed, Act: news.ActApprove})
}

func (a embargoAct) Run(t *terminal, e *editCmd) error {
	return t.actUntil(a.hand, a.Until, wish{Story: e.Story.Story, Act: news.ActEmbargo})
}

func (a retitleAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActRetitle, Args: news.Args{Text: strings.Join(a.Text, " ")}})
}

func (a summaryAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActSummary, Args: news.Args{Text: strings.Join(a.Text, " ")}})
}

func (a noteAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActNote, Args: news.Args{Text: strings.Join(a.Text, " ")}})
}

func (a tagAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActTag, Args: news.Args{Tags: a.Tag}})
}

func (a mergeAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActMerge, Other: a.Other})
}

func (a splitAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: news.ActSplit, Parts: a.Part})
}

func (a undoAct) Run(t *terminal, e *editCmd) error {
	return t.act(a.hand, wish{Story: e.Story.Story, Act: actUndo, Undoes: a.Pos})
}

// actUntil is act for one that ends.
func (t *terminal) actUntil(h hand, until string, w wish) (err error) {
	if w.Args.Until, err = readUntil(until, time.Now()); err != nil {
		return usageError{fmt.Errorf("--until: %w", err)}
	}
	return t.act(h, w)
}

// act has an act done: by the daemon that holds the record, else in the record
// itself; and says what became of it.
func (t *terminal) act(h hand, w wish) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	w.Who, w.Rev = h.Who, h.Rev
	if w.Who == "" {
		w.Who = whoami()
	}
	if w, err = w.clean(time.Now()); err != nil {
		return usageError{err}
	}
	var done edited
	answered, err := t.send(cfg, "/edit", w, &done)
	if !answered {
		err = t.acting(cfg, func(h *house) error { done, err = h.edit(t, w); return err })
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(t.out, done.String())
	return err
}

// acting opens a record that no daemon holds, to write into it.
func (t *terminal) acting(cfg news.Config, do func(*house) error) (err error) {
	h, err := open(t, cfg, settings{log: slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return do(h)
}

// whoami is who acts, as the machine knows them.
func whoami() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "somebody"
}

type showAct struct{}

// Run shows what was done to a story.
func (showAct) Run(t *terminal, e *editCmd) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	var d dossier
	answered, err := t.ask(cfg, "GET", "/edit?"+url.Values{"story": {e.Story.Story}}.Encode(), &d)
	if !answered {
		err = t.reading(cfg, func(h *house) error { d, err = h.dossier(t, e.Story.Story); return err })
	}
	if err != nil {
		return err
	}
	return d.print(t.out, time.Local)
}
