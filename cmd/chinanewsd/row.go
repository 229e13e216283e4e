package main

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"chinanews/config"
	"chinanews/news"
)

// draft is a row that was worked out, before it is configured.
type draft struct {
	id, name, publisher, language string
	url                           string
	kind                          news.Kind
	profile                       string // that reads the pages, so that no selectors are needed
	json                          news.JSON
	list                          news.List
	pages                         news.Pages
	article                       news.Article
	body                          news.BodyFrom
	comments                      []string // what a person should know, one sentence each
}

// yaml is the row as an item of a list, with comments before it: it can be
// appended to a file of rows, or stand under sources:.
func (d draft) yaml() string {
	var b strings.Builder
	for _, c := range d.comments {
		fmt.Fprintf(&b, "# %s\n", news.Line(c))
	}
	fmt.Fprintf(&b, "- id: %s\n", d.id)
	line := func(key, value, comment string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s: %s%s\n", key, value, comment)
		}
	}
	line("name", scalar(d.name), "")
	if d.publisher != "" {
		line("publisher", braces(field{d.language, scalar(d.publisher)}), "   # as readers see it; correct it")
	} else {
		fmt.Fprintf(&b, "  # publisher: {%s: NAME}   # not known: fill it in, as readers shall see it\n", cmp.Or(d.language, "en"))
	}
	line("rights", "media", "   # government: the full text goes out; media: summaries only")
	line("url", scalar(d.url), "")
	line("kind", string(d.kind), "")
	line("language", d.language, "")
	line("profile", d.profile, "")
	line("body", string(d.body), "")
	line("json", jsonYAML(d.json), "")
	line("list", listYAML(d.list), "")
	if p := d.pages; p.Pattern != "" {
		line("pages", braces(field{"pattern", scalar(p.Pattern)}, field{"first", fmt.Sprint(p.First)}, field{"max", fmt.Sprint(p.Max)}), "")
	}
	a := d.article
	line("article", braces(field{"title", scalars(a.Title)}, field{"date", scalars(a.Date)}, field{"body", scalars(a.Body)}), "")
	return b.String()
}

func jsonYAML(j news.JSON) string {
	return braces(field{"items", scalar(j.Items)}, field{"title", scalar(j.Title)}, field{"date", scalar(j.Date)}, field{"link", scalar(j.Link)},
		field{"link_template", scalar(j.LinkTemplate)})
}

func listYAML(l news.List) string {
	return braces(field{"item", scalars(l.Item)}, field{"link", scalars(l.Link)}, field{"title", scalars(l.Title)}, field{"date", scalars(l.Date)},
		field{"date_regex", scalar(l.DateRegex)}, field{"date_layouts", scalars(l.DateLayouts)}, field{"link_match", scalar(l.LinkMatch)})
}

// field is a key of a mapping; one without a value is left out.
type field struct{ key, value string }

func braces(fields ...field) string {
	var parts []string
	for _, f := range fields {
		if f.value != "" {
			parts = append(parts, f.key+": "+f.value)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func scalars(values []string) string {
	quoted := make([]string, len(values))
	for n, v := range values {
		quoted[n] = scalar(v)
	}
	if len(quoted) == 0 {
		return ""
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// plain is a text that YAML reads as itself, also in a flow mapping.
var plain = regexp.MustCompile(`^[A-Za-z\p{Han}][\p{L}\p{N} ./_-]*$`)

// scalar is a text of a page in YAML. Nothing of it is replaced from the
// environment.
func scalar(text string) string {
	text = strings.ReplaceAll(news.Line(text), "${", "$ {")
	low := strings.ToLower(text)
	if text == "" || plain.MatchString(text) && !strings.HasSuffix(text, " ") && !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, low) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// source is the row as the configuration will read it. An error is a fault of
// this program.
func (d draft) source() (news.Source, error) {
	text := "site: {contact: c}\nsources:\n" + d.yaml() + "feeds:\n- {id: all}\n"
	cfg, err := config.Parse("row.yaml", []byte(text), checks())
	if err != nil {
		return news.Source{}, fmt.Errorf("the row that was worked out cannot be used: %w", err)
	}
	return cfg.Sources[0], nil
}

var (
	dullLabels = []string{"www", "com", "net", "org", "gov", "edu", "mil", "cn", "m", "web"}
	namedPart  = regexp.MustCompile(`^[a-z][a-z-]*`)
)

// idFor is a short id for an address that no row has yet: of the host's own
// name and the last folder that has one. A host that is a mere IP address gives
// none; it is of the words of a name then.
func idFor(address, name string, taken func(id string) bool) string {
	u, err := url.Parse(address)
	if err != nil {
		return "source"
	}
	parts, mere := hostWords(u.Hostname(), name)
	folders := strings.Split(strings.ToLower(u.Path), "/")
	for i := len(folders) - 1; i >= 0 && !(mere && len(parts) > 0); i-- {
		name := strings.Trim(namedPart.FindString(folders[i]), "-")
		if len(name) > 1 && name != "index" && name != "default" && !slices.Contains(dullLabels, name) {
			parts = append(parts, name)
			break
		}
	}
	id := clip(strings.Trim(notID.ReplaceAllString(strings.Join(parts, "-"), "-"), "-"), 48)
	if id == "" {
		id = "source"
	}
	first := id
	for n := 2; taken(id); n++ {
		id = fmt.Sprintf("%s-%d", first, n)
	}
	return id
}

// dullWords tell no office from another.
var dullWords = strings.Fields("the of and for a an in to ministry office department administration commission bureau news press release releases home")

// hostWords are the words of an id that a host gives, or a name in its place
// where it is a mere IP address.
func hostWords(host, name string) (words []string, mere bool) {
	labels := strings.Split(strings.ToLower(host), ".")
	labels, dull := labels[:max(1, len(labels)-1)], dullLabels
	if mere = net.ParseIP(host) != nil; mere {
		labels, dull = strings.Fields(notID.ReplaceAllString(strings.ToLower(name), " ")), dullWords
	}
	for _, l := range labels {
		if !slices.Contains(dull, l) {
			words = append(words, l)
		}
	}
	if mere {
		words = words[:min(len(words), 3)]
	}
	return words, mere
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

func clip(s string, n int) string { return strings.TrimRight(s[:min(len(s), n)], "-") }
