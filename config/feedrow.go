package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"chinanews/news"
)

// FeedRow is the row of one feed: an entry of the list under feeds.
type FeedRow struct {
	Text string // lines of YAML, the first begins with a hyphen
	Line int    // of the file, where the row stands; 0: nowhere yet
	Rule bool   // Text is the row's where alone: the rest holds secrets
}

// Why a row cannot be written.
var (
	ErrNoRow   = errors.New("the configuration file has no such feed any more")
	ErrReplace = errors.New(`a configuration takes ${NAME} from the environment, in rules too; write the dollar sign of a text as \x24`)
)

// Rewrite is the row of a feed as the text of a configuration has it, with
// another rule. All else stays as it is written there. The error is ErrNoRow or
// ErrReplace.
func Rewrite(text []byte, id, where string) (FeedRow, error) {
	if envExpr.MatchString(where) {
		return FeedRow{}, ErrReplace
	}
	d := &decoder{reading: &reading{}}
	body, _ := d.parse(text)
	row := feedNode(body, id)
	if row == nil {
		return FeedRow{}, ErrNoRow
	}
	out := FeedRow{Line: position(row).Line, Rule: secretive(row)}
	if out.Rule {
		out.Text = "where: " + lineText(where) + "\n"
		return out, nil
	}
	for _, written := range []string{d.patched(row, blockText(where)), d.patched(row, lineText(where)), braced(row, where)} {
		if says(written, row, where) {
			out.Text = written
			return out, nil
		}
	}
	return FeedRow{}, ErrNoRow
}

// NewRow is the row of a feed that there is not yet: its id, title, language,
// languages, sources and rule. What is empty is left out, but for the rule. The
// error is ErrReplace.
func NewRow(f news.Feed) (FeedRow, error) {
	text := "- id: " + lineText(f.ID) + "\n"
	for _, key := range []struct{ name, value string }{{"title", f.Title}, {"language", f.Language}} {
		if key.value != "" {
			text += "  " + key.name + ": " + lineText(key.value) + "\n"
		}
	}
	for _, key := range []struct {
		name   string
		values []string
	}{{"languages", f.Languages}, {"sources", f.Sources}} {
		if len(key.values) > 0 {
			text += "  " + key.name + ": " + listText(key.values) + "\n"
		}
	}
	row, err := Rewrite([]byte("feeds:\n"+text+"  where: ''\n"), f.ID, f.Where)
	row.Line = 0
	return row, err
}

// ParseFeed is the feed that a row makes beside the sources and word lists of a
// configuration. The error is Problems, with places in the row.
func ParseFeed(row string, beside news.Config, c Checks) (news.Feed, error) {
	d := &decoder{reading: &reading{checks: c}, file: beside.File}
	d.config.Publication, d.config.Hub, d.config.Feeds = beside.Publication, beside.Hub, nil
	fresh := newRow().Fresh
	if len(beside.Feeds) > 0 {
		fresh = beside.Feeds[0].Fresh
	}
	if body, ok := d.parse([]byte(row)); ok {
		d.feeds(value{d, body}, fresh)
	}
	for _, check := range d.later {
		check()
	}
	if len(d.problems) > 0 || len(d.config.Feeds) != 1 {
		return news.Feed{}, d.problems.sorted(d.file)
	}
	return d.config.Feeds[0], nil
}

// feedNode is the row of a feed; nil: there is none.
func feedNode(body ast.Node, id string) ast.Node {
	for _, item := range (value{node: under(body, "feeds")}).items() {
		if plain(under(item.node, "id")) == id {
			return item.node
		}
	}
	return nil
}

// secretive reports whether a row holds a secret itself.
func secretive(row ast.Node) bool {
	for list, key := range map[string]string{"tokens": "token", "webhooks": "secret"} {
		for _, item := range (value{node: under(row, list)}).items() {
			if secret := under(item.node, key); secret != nil && !strings.HasPrefix(scalar(secret), "file:") {
				return true
			}
		}
	}
	return false
}

// patched is the text of a row with the lines of its rule replaced; empty for a
// row that is not written in lines.
func (d *decoder) patched(row ast.Node, rule string) string {
	at := position(row)
	first := d.lines[at.Line-1]
	dash := strings.IndexByte(first, '-')
	if m, ok := row.(*ast.MappingNode); ok && m.IsFlowStyle || dash < 0 || strings.TrimSpace(first[:dash]) != "" || at.Column < dash+2 {
		return ""
	}
	lines := append([]string{first}, deeper(d.lines[at.Line:], dash)...)
	for n, line := range lines {
		lines[n] = line[min(dash, len(line)):]
	}
	indent := strings.Repeat(" ", at.Column-1-dash)
	key := slices.IndexFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, indent+"where:") || strings.HasPrefix(l, "-"+indent[1:]+"where:")
	})
	if key < 0 {
		return strings.Join(append(lines, indent+"where: "+rule), "\n") + "\n"
	}
	end := key + 1 + len(deeper(lines[key+1:], len(indent)))
	line := lines[key][:len(indent)] + "where: " + rule
	return strings.Join(slices.Concat(lines[:key], []string{line}, lines[end:]), "\n") + "\n"
}

// deeper are the lines at the beginning that are indented by more than so many
// spaces, with the empty ones between them.
func deeper(lines []string, column int) []string {
	n := 0
	for k, line := range lines {
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case strings.TrimSpace(line) == "":
		case indent > column:
			n = k + 1
		default:
			return lines[:n]
		}
	}
	return lines[:n]
}

// says reports whether a text is one row, which says what another does but for
// its rule.
func says(text string, row ast.Node, where string) bool {
	d := &decoder{reading: &reading{}}
	body, ok := d.parse([]byte(text))
	if list, isList := body.(*ast.SequenceNode); ok && isList && len(list.Values) == 1 {
		said := list.Values[0]
		entries, _ := pairs(said)
		others := parts(said)
		return len(entries) == len(others)+1 && plain(under(said, "where")) == where && slices.Equal(others, parts(row))
	}
	return false
}
