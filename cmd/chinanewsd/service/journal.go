package service

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/journal"
)

// Journal makes a handler that writes systemd's journal: the message with its
// attributes as text, and each attribute in a field of its own (SOURCE=, FEED=,
// ERROR=), so that `journalctl SOURCE=mfa-en` selects. It is nil when stderr is
// not the journal's. What the journal does not take goes to otherwise, which
// also says what levels are logged.
func Journal(otherwise slog.Handler) slog.Handler {
	if ours, err := journal.StderrIsJournalStream(); err != nil || !ours || !journal.Enabled() {
		return nil
	}
	return &journalHandler{send: journal.Send, otherwise: otherwise}
}

// journalHandler is a slog.Handler. It never changes once it is made.
type journalHandler struct {
	send      func(message string, p journal.Priority, fields map[string]string) error
	otherwise slog.Handler
	given     []attribute // by WithAttrs
	group     string      // by WithGroup, with a dot at its end
}

// attribute is one with the groups that it is in, as text.
type attribute struct{ key, value string }

func (h *journalHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return h.otherwise.Enabled(ctx, l)
}

func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.otherwise, with.given = h.otherwise.WithAttrs(attrs), slices.Clone(h.given)
	for _, a := range attrs {
		with.given = flat(with.given, h.group, a)
	}
	return &with
}

func (h *journalHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.otherwise, with.group = h.otherwise.WithGroup(name), h.group+name+"."
	return &with
}

func (h *journalHandler) Handle(ctx context.Context, r slog.Record) error {
	attrs := slices.Clone(h.given)
	r.Attrs(func(a slog.Attr) bool {
		attrs = flat(attrs, h.group, a)
		return true
	})
	said, fields := []string{r.Message}, map[string]string{"SYSLOG_IDENTIFIER": "chinanewsd"}
	for _, a := range attrs {
		said = append(said, quoted(a.key)+"="+quoted(a.value))
		fields[fieldName(a.key)] = a.value
	}
	if err := h.send(strings.Join(said, " "), priority(r.Level), fields); err != nil {
		return h.otherwise.Handle(ctx, r)
	}
	return nil
}

// flat adds an attribute, or those of a group.
func flat(to []attribute, group string, a slog.Attr) []attribute {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, member := range v.Group() {
			to = flat(to, group, member)
		}
		return to
	}
	if a.Equal(slog.Attr{}) {
		return to
	}
	text := v.String()
	if v.Kind() == slog.KindTime {
		text = v.Time().Format(time.RFC3339)
	}
	return append(to, attribute{group + a.Key, text})
}

func quoted(value string) string {
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == '"' || r == '=' || !strconv.IsPrint(r) }) {
		return strconv.Quote(value)
	}
	return value
}

const maxField = 64 // bytes of a field's name that the journal takes

// fieldName is a name that the journal takes: capitals, digits and underscores,
// with a capital first (systemd.journal-fields(7)).
func fieldName(key string) string {
	if key == "err" {
		return "ERROR"
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, key)
	if name == "" || name[0] < 'A' || name[0] == '_' || name == "MESSAGE" || name == "PRIORITY" || name == "SYSLOG_IDENTIFIER" {
		name = "X_" + strings.TrimLeft(name, "_")
	}
	return name[:min(len(name), maxField)]
}

func priority(l slog.Level) journal.Priority {
	switch {
	case l >= slog.LevelError:
		return journal.PriErr
	case l >= slog.LevelWarn:
		return journal.PriWarning
	case l >= slog.LevelInfo:
		return journal.PriInfo
	}
	return journal.PriDebug
}
