package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"chinanews/config"
	"chinanews/news"
)

type sourcesCmd struct {
	Word     string `arg:"" optional:"" help:"List what has this word in its id, publisher, tags, language or address."`
	Profiles bool   `help:"List the site families that are recognised."`
	JSON     bool   `help:"Print JSON."`
}

// Run lists the rows that a configuration takes by name. It needs none.
func (c sourcesCmd) Run(t *terminal) error {
	if c.Profiles {
		return c.profiles(t)
	}
	all, err := config.Catalogue(checks())
	if err != nil {
		return err
	}
	var found []config.Offer
	for _, o := range all {
		if offers(o, c.Word) {
			found = append(found, o)
		}
	}
	switch {
	case len(found) == 0:
		return fmt.Errorf("no row of the catalogue has %q; chinanewsd sources lists all", c.Word)
	case c.JSON:
		return json.NewEncoder(t.out).Encode(listings(found))
	}
	return printOffers(t.out, found)
}

// offers reports whether a row is one that a word asks for.
func offers(o config.Offer, word string) bool {
	said := []string{o.ID, o.Name, o.Group, o.Language, string(o.Kind)}
	for _, name := range o.Publisher {
		said = append(said, name[1])
	}
	said = append(append(said, o.Tags...), o.URLs...)
	return strings.Contains(strings.ToLower(strings.Join(said, "\n")), strings.ToLower(word))
}

// catalogueLine is a row of the catalogue, as --json prints it.
type catalogueLine struct {
	ID          string     `json:"id"`
	Name        string     `json:"name,omitempty"`
	Publisher   news.Names `json:"publisher"`
	Rights      string     `json:"rights"`
	Tags        []string   `json:"tags"`
	URLs        []string   `json:"urls"`
	Kind        string     `json:"kind"`
	Language    string     `json:"language"`
	Rank        int        `json:"rank"`
	Group       string     `json:"group"`
	Unreachable string     `json:"unreachable,omitempty"`
}

func listings(found []config.Offer) []catalogueLine {
	var all []catalogueLine
	for _, o := range found {
		all = append(all, catalogueLine{o.ID, o.Name, o.Publisher, string(o.Rights), o.Tags, o.URLs, string(o.Kind), o.Language, o.Rank, o.Group, o.Unreachable})
	}
	return all
}

// printOffers writes a line a row, of 100 columns at most, and under each
// heading last what cannot be polled and why.
func printOffers(w io.Writer, found []config.Offer) error {
	var b, beyond strings.Builder
	group, reachable := "", 0
	for _, o := range found {
		if o.Group != group {
			b.WriteString(beyond.String())
			beyond.Reset()
			group = o.Group
			fmt.Fprintf(&b, "\n%s\n", group)
		}
		if o.Unreachable != "" {
			fmt.Fprintf(&beyond, "  %-24s cannot be polled: %s\n", o.ID, folded(o.Unreachable, 53, strings.Repeat(" ", 45)))
			continue
		}
		reachable++
		what := o.PublisherIn("en")
		if o.Name != "" {
			what += ": " + o.Name
		}
		fmt.Fprintf(&b, "  %-24s %-5s  %-4s  %s\n", o.ID, o.Language, o.Kind, folded(what, 59, strings.Repeat(" ", 40)))
	}
	b.WriteString(beyond.String())
	fmt.Fprintf(&b, "\n%s, %d that can be polled.\nWrite `- ID` under sources:, or `- {use: ID, interval: 1h}` to change one.\n", count(len(found), "row"), reachable)
	_, err := io.WriteString(w, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// folded breaks a text into lines of a width, the later ones indented.
func folded(text string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			b.WriteString("\n" + indent)
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

func (c sourcesCmd) profiles(t *terminal) error {
	all, err := config.Profiles(checks())
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(all)
	}
	for _, p := range all {
		fmt.Fprintf(t.out, "%-12s  %s\n", p.Name, folded(p.About, 84, strings.Repeat(" ", 14)))
	}
	return nil
}
