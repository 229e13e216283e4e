package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-systemd/v22/journal"
)

// sent is what a journal was given.
type sent struct {
	message  string
	priority journal.Priority
	fields   map[string]string
}

func recorder(otherwise io.Writer) (*sent, *slog.Logger) {
	last := new(sent)
	return last, slog.New(&journalHandler{otherwise: slog.NewTextHandler(otherwise, nil), send: func(m string, p journal.Priority, f map[string]string) error {
		*last = sent{m, p, f}
		return nil
	}})
}

func TestJournal(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		name     string
		say      func(*slog.Logger)
		message  string
		priority journal.Priority
		fields   map[string]string
	}{
		{"bare", func(l *slog.Logger) { l.Info("stopped") }, "stopped", journal.PriInfo, nil},
		{"source, feed and error", func(l *slog.Logger) {
			l.Error("not read: it hung", "source", "mfa-en", "feed", "china-news", "err", errors.New("no answer"))
		}, `not read: it hung source=mfa-en feed=china-news err="no answer"`, journal.PriErr, map[string]string{"SOURCE": "mfa-en", "FEED": "china-news", "ERROR": "no answer"}},
		{"attributes given before, in groups", func(l *slog.Logger) {
			l.With("source", "a").WithGroup("site").With("n", 1).Warn("w", "of", slog.GroupValue(slog.Int("x", 2), slog.Group("", slog.Bool("y", true))))
		}, "w source=a site.n=1 site.of.x=2 site.of.y=true", journal.PriWarning, map[string]string{"SOURCE": "a", "SITE_N": "1", "SITE_OF_X": "2", "SITE_OF_Y": "true"}},
		{"names that the journal would not take", func(l *slog.Logger) {
			l.Info("m", "last record", "a", "message", "b", "priority", "c", "_pid", "d", "9", "e", "", "f", "外交部", "g")
		}, `m "last record"=a message=b priority=c _pid=d 9=e ""=f 外交部=g`, journal.PriInfo,
			map[string]string{"LAST_RECORD": "a", "X_MESSAGE": "b", "X_PRIORITY": "c", "X_PID": "d", "X_9": "e", "X_": "g"}},
		{"values of many lines", func(l *slog.Logger) { l.Info("m", "err", "a\nb", "title", `say "x"`, "none", "") }, `m err="a\nb" title="say \"x\"" none=""`, journal.PriInfo,
			map[string]string{"ERROR": "a\nb", "TITLE": `say "x"`, "NONE": ""}},
		{"a moment", func(l *slog.Logger) { l.Log(ctx, slog.LevelInfo, "m", "next", time.Unix(0, 0).UTC()) }, "m next=1970-01-01T00:00:00Z", journal.PriInfo, map[string]string{"NEXT": "1970-01-01T00:00:00Z"}},
		{"no attribute", func(l *slog.Logger) { l.LogAttrs(ctx, slog.LevelInfo, "m", slog.Attr{}) }, "m", journal.PriInfo, nil},
	} {
		last, log := recorder(io.Discard)
		tt.say(log)
		want := map[string]string{"SYSLOG_IDENTIFIER": "chinanewsd"}
		maps.Copy(want, tt.fields)
		if last.message != tt.message || last.priority != tt.priority || !maps.Equal(last.fields, want) {
			t.Errorf("%s: %q, priority %d, %q;\nwant %q, %d, %q", tt.name, last.message, last.priority, last.fields, tt.message, tt.priority, want)
		}
	}
}

// Debug is not logged where it would not be otherwise, and what the journal
// refuses is not lost.
func TestJournalOtherwise(t *testing.T) {
	var text bytes.Buffer
	last, log := recorder(&text)
	if log.Debug("quiet"); last.message != "" {
		t.Errorf("the journal has %q", last.message)
	}
	refuses := &journalHandler{otherwise: slog.NewTextHandler(&text, nil), send: func(string, journal.Priority, map[string]string) error { return errors.New("gone") }}
	slog.New(refuses).With("source", "a").WithGroup("g").Warn("not read", "n", 1)
	if !strings.Contains(text.String(), `level=WARN msg="not read" source=a g.n=1`) {
		t.Errorf("said otherwise: %q", text.String())
	}
}

// Loggers that come of one logger do not write into one another's attributes.
func TestJournalBranches(t *testing.T) {
	last, log := recorder(io.Discard)
	stem := log.With("a", 1, "b", 2, "c", 3)
	left, right := stem.With("side", "left"), stem.With("side", "right")
	left.Info("m", "x", 1)
	right.Info("m", "x", 2)
	if left.Info("m"); last.fields["SIDE"] != "left" {
		t.Errorf("the left one says %q", last.message)
	}
}

func FuzzFieldName(f *testing.F) {
	for _, key := range []string{"source", "err", "_", "9", "外交部", "MESSAGE", strings.Repeat("long", 40), "\x00="} {
		f.Add(key)
	}
	taken := regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)
	f.Fuzz(func(t *testing.T, key string) {
		if name := fieldName(key); !taken.MatchString(name) || name == "MESSAGE" || name == "PRIORITY" {
			t.Errorf("%q makes %q", key, name)
		}
	})
}

// There is no journal where stderr is none.
func TestNoJournal(t *testing.T) {
	for _, stream := range []string{"", "1:2", "nonsense"} {
		t.Setenv("JOURNAL_STREAM", stream)
		if h := Journal(slog.DiscardHandler); h != nil {
			t.Errorf("with JOURNAL_STREAM=%q there is %v", stream, h)
		}
	}
}
