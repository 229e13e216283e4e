package main

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"chinanews/config"
	"chinanews/fetcher/charset"
	"chinanews/news"
)

type importCmd struct {
	File string `arg:"" help:"OPML, as feed readers export it; - reads standard input."`
}

// Run prints a row for each feed of an OPML that no source asks yet. It asks
// nobody and changes nothing.
func (c importCmd) Run(t *terminal) error {
	text, err := outlineFile(c.File)
	if err != nil {
		return err
	}
	var cfg news.Config
	if _, err := config.Find(t.config); err == nil { // one may have none yet
		if cfg, err = t.load(); err != nil {
			return err
		}
	}
	i := &importing{taken: make(map[string]bool), asked: make(map[string]string)}
	for _, s := range cfg.Sources {
		i.know(s)
	}
	if err := i.read(text); err != nil {
		return usageError{fmt.Errorf("%s: %w", c.File, err)}
	}
	for _, left := range i.left {
		t.note("left out: " + left)
	}
	if len(i.rows) == 0 {
		return fmt.Errorf("%s has no feed that is not a source already", c.File)
	}
	for _, row := range i.rows {
		fmt.Fprint(t.out, row.yaml())
	}
	t.note(fmt.Sprintf("%s, none of which was asked. Keep them in a file, say sources/imported.yaml, that include: names; chinanewsd check, then chinanewsd try ID shows what is read of one.", count(len(i.rows), "row")))
	return nil
}

// mostOutlines bounds what is read of an OPML, in bytes.
const mostOutlines = 10 << 20

func outlineFile(name string) (text []byte, err error) {
	in := os.Stdin
	if name != "-" {
		if in, err = os.Open(name); err != nil {
			return nil, usageError{err}
		}
		defer in.Close()
	}
	text, err = io.ReadAll(io.LimitReader(in, mostOutlines+1))
	if err == nil && len(text) > mostOutlines {
		err = usageError{fmt.Errorf("%s: it has more than %d MiB", name, mostOutlines>>20)}
	}
	return text, err
}

// importing makes rows of outlines.
type importing struct {
	taken map[string]bool   // ids
	asked map[string]string // by address, the id of what asks it
	rows  []draft
	left  []string // what makes no row, and why
}

func (i *importing) know(s news.Source) {
	for _, id := range append(s.Was, s.ID) {
		i.taken[id] = true
	}
	for _, u := range s.URLs {
		i.asked[news.CanonicalURL(u)] = s.ID
	}
}

// outline is an element of an OPML, 2.0.
type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr"`
	Address  string    `xml:"xmlUrl,attr"`
	Language string    `xml:"language,attr"`
	Outlines []outline `xml:"outline"`
}

// read makes rows of a document in any encoding.
func (i *importing) read(text []byte) error {
	decoded, problem := charset.Decode(text, "application/xml", "")
	if problem != nil {
		return errors.New(problem.Words)
	}
	var doc struct {
		XMLName xml.Name  `xml:"opml"`
		Body    []outline `xml:"body>outline"`
	}
	d := xml.NewDecoder(bytes.NewReader(decoded.UTF8))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	if err := d.Decode(&doc); err != nil {
		return fmt.Errorf("it is no OPML: %w; export the subscriptions of a feed reader as OPML", err)
	}
	i.walk(doc.Body, "")
	return nil
}

func (i *importing) walk(list []outline, folder string) {
	for _, o := range list {
		name := news.Line(cmp.Or(o.Title, o.Text))
		if o.Address != "" {
			i.add(o, name, folder)
		}
		i.walk(o.Outlines, strings.TrimPrefix(folder+" / "+name, " / "))
	}
}

func (i *importing) add(o outline, name, folder string) {
	address := strings.TrimSpace(o.Address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		i.left = append(i.left, fmt.Sprintf("%s: %q is no address of http or https", name, address))
		return
	}
	if id := i.asked[news.CanonicalURL(address)]; id != "" {
		i.left = append(i.left, fmt.Sprintf("%s: the source %s asks it", address, id))
		return
	}
	row := draft{url: address, name: name, kind: news.KindFeed}
	row.id = idFor(address, name, func(id string) bool { return i.taken[id] })
	if folder != "" {
		row.comments = []string{"from the folder " + folder}
	}
	if said := row; o.Language != "" { // as the OPML has it, if that is one
		said.language, said.publisher = news.Line(o.Language), name
		if _, err := said.source(); err == nil {
			row = said
		}
	}
	if _, err := row.source(); err != nil {
		i.left = append(i.left, fmt.Sprintf("%s: %v", address, err))
		return
	}
	i.taken[row.id], i.asked[news.CanonicalURL(address)] = true, row.id
	i.rows = append(i.rows, row)
}
