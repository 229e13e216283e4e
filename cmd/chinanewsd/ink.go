package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"chinanews/news"
)

// ink colours what is written to a terminal; false writes plain text.
type ink bool

// inkFor is ink for a terminal, unless the person wants none
// (no-color.org) or the terminal has none.
func inkFor(w io.Writer) ink {
	return ink(os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && onTerminal(w))
}

func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	about, err := f.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

func (i ink) as(code, text string) string {
	if !i {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (i ink) bold(text string) string { return i.as("1", text) }

// state writes a state in its colour, filled up to a width.
func (i ink) state(c news.Condition, width int) string {
	text := fmt.Sprintf("%-*s", width, c)
	switch {
	case c == news.Thin, c == news.Overdue, c == news.UnreadableDates, c == news.Empty:
		return i.as("33", text)
	case c.Alarming():
		return i.as("31", text)
	case c == news.OK, c == news.Quiet:
		return i.as("32", text)
	}
	return text
}

// wrap breaks a text between words into lines of a width in columns; Chinese
// breaks anywhere and takes two columns a character. There is one line at
// least.
func wrap(text string, width int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	for _, word := range breakable(news.Line(text)) {
		w := columns(strings.TrimRight(word, " "))
		if used > 0 && used+w > width {
			lines = append(lines, strings.TrimRight(line.String(), " "))
			line.Reset()
			used = 0
		}
		line.WriteString(word)
		used += columns(word)
	}
	return append(lines, strings.TrimRight(line.String(), " "))
}

// breakable cuts a line into pieces between which it may be broken.
func breakable(s string) (pieces []string) {
	start, before := 0, false
	for n, r := range s {
		if r == ' ' {
			pieces = append(pieces, s[start:n+1])
			start = n + 1
		} else if (wide(r) || before) && n > start {
			pieces = append(pieces, s[start:n])
			start = n
		}
		before = wide(r)
	}
	return append(pieces, s[start:])
}

func wide(r rune) bool {
	return r >= 0x1100 && r < 0x2000 || r >= 0x2e80 && r < 0xfb00 || r >= 0xff00 && r < 0xff61 || r >= 0x20000
}

func columns(s string) (n int) {
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}
