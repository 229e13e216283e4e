package sibling

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
)

//go:embed names.txt
var names string

// rank is what kind of meaning a line of the table has.
type rank uint8

const (
	home    rank = iota // said by nearly every text; tells nothing
	country             // and what is said of its people
	city                // and other places
	body                // organisations
	office
	topic
	genre  // what kind of text it is, or what kind of event it tells
	common // words that most texts have
)

var ranks = map[string]rank{"home": home, "country": country, "city": city, "body": body, "office": office, "topic": topic, "genre": genre, "common": common}

// weights are what it says that two texts share a meaning.
var weights = [...]float64{home: 0, country: 2.5, city: 2.5, body: 1.5, office: 0.5, topic: 1, genre: 1, common: 0.3}

// meaning is a line of the table.
type meaning struct {
	name string // its first English form
	rank rank
}

// step is a place on the way through the forms of the table, word by word or
// character by character.
type step struct {
	next    map[string]*step
	meaning int  // 1 + its number; 0: no form ends here
	capital bool // the form begins with a capital letter, and counts only with one
}

type table struct {
	meanings []meaning
	root     step
	begins   characters // those with which forms begin, and marks of the words
}

// vocabulary is the table of names.txt.
var vocabulary = sync.OnceValue(func() *table {
	t := &table{}
	if err := t.read(names); err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return t
})

// read reads a table. A form that stands on two lines is an error.
func (t *table) read(text string) (err error) {
	kind, known := rank(0), false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if section, ok := strings.CutPrefix(line, "@"); ok {
			if kind, known = ranks[section]; !known {
				return fmt.Errorf("names.txt: section %q is not known", section)
			}
			continue
		}
		zh, en, ok := strings.Cut(line, " = ")
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		if !ok || !known {
			return fmt.Errorf("names.txt: line %q is no meaning", line)
		}
		forms := append(strings.Split(zh, "/"), strings.Split(en, "/")...)
		first, _, _ := strings.Cut(en, "/")
		t.meanings = append(t.meanings, meaning{first, kind})
		for _, f := range forms {
			err = errors.Join(err, t.add(f, len(t.meanings)))
		}
	}
	return err
}

func (t *table) add(form string, number int) error {
	at := &t.root
	p := cut(form, "en")
	if len(p.tokens) > 0 {
		t.begins.add(p.tokens[0].mark())
	}
	for n := range p.tokens {
		k := p.tokens[n].stem
		if at.next == nil {
			at.next = make(map[string]*step)
		}
		if at.next[k] == nil {
			at.next[k] = &step{}
		}
		at = at.next[k]
	}
	if at == &t.root || at.meaning != 0 && at.meaning != number {
		return fmt.Errorf("names.txt: %q stands on two lines, or is empty", form)
	}
	at.capital = p.tokens[0].capital && (at.meaning == 0 || at.capital)
	at.meaning = number
	return nil
}

// stemmed is what words are looked up by: without their endings, but as they are
// when they are initials, of which many spell another word (US, WHO, AIDS).
func (t *token) stemmed() string {
	if t.form != word {
		return t.text
	}
	if t.capital && len(t.text) > 1 && len(t.text) <= 8 && upper(t.text) {
		return strings.ReplaceAll(t.text, ".", "")
	}
	return stem(t.key)
}

func stem(w string) string {
	switch {
	case len(w) < 4:
		return w
	case strings.HasSuffix(w, "ies"):
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "sses"):
		w = w[:len(w)-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:len(w)-1]
	}
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "ied"):
		w = w[:len(w)-3] + "y"
	case len(w) > 5 && strings.HasSuffix(w, "ed"):
		w = w[:len(w)-2]
	}
	if len(w) > 5 {
		w = strings.TrimSuffix(w, "e")
	}
	return w
}

// mark is what most tokens are told apart by: a character, or for a word the end
// of what it is looked up by, and its length.
func (t *token) mark() rune {
	if t.form == han {
		return first(t.key)
	}
	mark := rune(len(t.stem))
	for n := max(0, len(t.stem)-3); n < len(t.stem); n++ {
		mark = mark*31 + rune(t.stem[n])
	}
	return mark & (1<<13 - 1) // below all characters of the table
}

// find is the longest form that begins at token n; 0: none does.
func (t *table) find(p *paragraph, n int) (length, number int) {
	if tok := &p.tokens[n]; !t.begins.has(tok.mark()) && !(tok.form == word && upper(tok.stem)) {
		return 0, 0
	}
	at := &t.root
	for i := n; i < len(p.tokens); i++ {
		tok := &p.tokens[i]
		next := at.next[tok.stem]
		if next == nil && tok.form == word && upper(tok.stem) {
			next = at.next[stem(tok.key)] // a heading in capitals
		}
		if next == nil || i > n && tok.form != han && len(tok.gap) > 3 {
			break
		}
		at = next
		if at.meaning > 0 && (!at.capital || p.tokens[n].capital) {
			length, number = i+1-n, at.meaning
		}
	}
	return length, number
}
