package page

import (
	"regexp"
	"sync"
	"sync/atomic"
)

// memo keeps what the strings of the configuration were compiled to: they come
// again with every item of every page.
type memo[T any] struct {
	compile func(string) (T, error)
	known   sync.Map // string -> compiled[T]
	size    atomic.Int64
}

type compiled[T any] struct {
	value T
	err   error
}

// maxMemo is above what a configuration of thousands of rows has; beyond it,
// strings are compiled each time.
const maxMemo = 1 << 14

func (m *memo[T]) of(text string) (T, error) {
	if c, ok := m.known.Load(text); ok {
		c := c.(compiled[T])
		return c.value, c.err
	}
	value, err := m.compile(text)
	if m.size.Load() < maxMemo {
		m.known.Store(text, compiled[T]{value, err})
		m.size.Add(1)
	}
	return value, err
}

var (
	selectors = memo[selector]{compile: compileSelector}
	regexes   = memo[*regexp.Regexp]{compile: regexp.Compile}
)

// parse is a selector of the configuration, compiled once.
func parse(sel string) (selector, error) { return selectors.of(sel) }

// group is what a regex takes from a text: its first group, else its match.
// Without a regex it is the text; without a match it is empty.
func group(expr, text string) string {
	if expr == "" {
		return text
	}
	re, err := regexes.of(expr)
	if err != nil {
		return ""
	}
	return grouped(re, text)
}

func grouped(re *regexp.Regexp, text string) string {
	m := re.FindStringSubmatch(text)
	switch len(m) {
	case 0:
		return ""
	case 1:
		return m[0]
	}
	return m[1]
}
