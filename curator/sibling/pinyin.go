package sibling

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed pinyin.txt
var pinyin string

// syllable is the number of a syllable, from 1 on.
type syllable uint16

// reading has the ways to read a character; 0: no more.
type reading [3]syllable

// unread is a character that the table does not have: it may be anything.
const unread syllable = 1<<16 - 1

func (r reading) is(s syllable) bool { return r[0] == s || r[1] == s || r[2] == s || r[0] == unread }

type readings struct {
	block    [lastRead - firstRead + 1]reading
	number   map[string]syllable
	spelling []string // by number
}

// The block in which all characters of the table stand.
const (
	firstRead = 0x4e00
	lastRead  = 0x9fff
)

var spoken = sync.OnceValue(func() *readings {
	t := &readings{number: make(map[string]syllable), spelling: []string{""}}
	for line := range strings.Lines(pinyin) {
		letters, characters, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || letters == "#" {
			continue
		}
		t.add(spelled(strings.ToLower(letters)), characters)
	}
	return t
})

func (t *readings) add(letters, characters string) {
	if t.number[letters] == 0 {
		t.number[letters] = syllable(len(t.spelling))
		t.spelling = append(t.spelling, letters)
	}
	for _, c := range characters {
		r := &t.block[c-firstRead] // the file is part of the program
		if n := slices.Index(r[:], 0); n >= 0 && !r.is(t.number[letters]) {
			r[n] = t.number[letters]
		}
	}
}

// spelled writes what stands for ü in one way. Letters are in lower case.
func spelled(letters string) string {
	for n := range len(letters) {
		if c := letters[n]; c == 'v' || c == 'y' || c == '\'' || c == '-' || c >= utf8.RuneSelf {
			return spellings.Replace(letters)
		}
	}
	return letters
}

var spellings = strings.NewReplacer("v", "u", "ü", "u", "lyu", "lu", "nyu", "nu", "'", "", "-", "")

// ways are the ways to cut letters into syllables, a few at most.
func ways(letters string) (all [][]syllable) {
	table := spoken()
	var walk func(rest string, so []syllable)
	walk = func(rest string, so []syllable) {
		if rest == "" {
			all = append(all, slices.Clone(so))
		}
		for n := min(6, len(rest)); n > 0 && len(all) < 4 && len(so) < 6; n-- {
			if s := table.number[rest[:n]]; s > 0 {
				walk(rest[n:], append(so, s))
			}
		}
	}
	if len(letters) <= 24 {
		walk(letters, nil)
	}
	return all
}

// person is a name in letters that Chinese characters may be read as: of a
// person, or of a place that the table does not have.
type person struct {
	letters string
	name    string // as it is written
	ways    [][]syllable
	parts   int  // words
	chief   bool // somebody whom the title or the beginning names
}

func (p person) syllables() int { return len(p.ways[0]) }

// weight is what it says that characters read so stand in the other text.
func (p person) weight() float64 {
	if p.syllables() > 2 {
		return 4
	}
	return 2.5
}

// of is how a character is read; zero: the table does not have it.
func (t *readings) of(c rune) reading {
	if c < firstRead || c > lastRead {
		return reading{}
	}
	return t.block[c-firstRead]
}

// read is how a Han character is read.
func (t *readings) read(c rune) reading {
	if r := t.of(c); r != (reading{}) {
		return r
	}
	return reading{unread}
}

// in reports that the name can be read in a text.
func (p person) in(text []reading) bool {
	for _, way := range p.ways {
		for at := 0; at+len(way) <= len(text); at++ {
			if text[at].is(way[0]) && reads(text[at:], way) {
				return true
			}
		}
	}
	return false
}

func reads(text []reading, way []syllable) bool {
	for n, s := range way {
		if !text[n].is(s) {
			return false
		}
	}
	return true
}
