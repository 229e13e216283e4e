package sibling

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// reader fills a text, a paragraph at a time.
type reader struct {
	text    *Text
	nearest [32]day
	lead    bool // the paragraph is the title or belongs to the first ones
	title   bool
	body    string          // of the paragraph
	looked  bool            // whether the body says how to reach somebody
	contact bool            // it does
	proper  map[string]bool // words with a capital inside a sentence
	names   []person
	*cutter
}

// opening is how many letters the beginning of a text has that says what it is
// about; as many limits as the rest has.
const (
	opening     = 160
	mostNumbers = 160
	mostDays    = 60
	mostNames   = 40
	mostHan     = 4000
)

// line reads a line of the body; by sentences where the beginning may end
// within it.
func (r *reader) line(text string) {
	for r.text.letters < opening {
		end := sentence(text)
		if end == 0 {
			break
		}
		r.paragraph(text[:end], false)
		text = text[end:]
	}
	r.paragraph(text, false)
}

// contact reports a text that says how to reach somebody: its numbers are no
// news.
func contact(text string) bool {
	return slices.ContainsFunc(contacts, func(w string) bool { return strings.Contains(text, w) })
}

var contacts = []string{"电话：", "电话:", "电话号", "電話：", "電話:", "電話號", "热线", "熱線", "传真", "傳真", "邮箱", "郵箱", "邮编", "郵編", "hotline", "Hotline", "Tel:", "Tel.", "Telephone:", "Phone:", "Fax", "mail:", "+86"}

// sentence is where the first sentence of a text ends; 0: nowhere in it.
func sentence(text string) (end int) {
	for n, c := range text {
		switch c {
		case '。', '！', '？':
			return n + utf8.RuneLen(c)
		case '.', '!', '?':
			rest, quoted := strings.CutPrefix(text[n+1:], "”")
			if !quoted {
				rest = strings.TrimPrefix(rest, `"`)
			}
			if strings.HasPrefix(rest, " ") && whole(text[:n]) {
				return len(text) - len(rest) + 1
			}
		}
	}
	return 0
}

// whole reports that a dot behind a text ends a sentence; a short word before
// it may be shortened (Nov., Mr.).
func whole(text string) bool {
	n := len(text)
	for n > 0 && text[n-1] >= 'a' && text[n-1] <= 'z' {
		n--
	}
	return len(text)-n >= 5 || text != "" && strings.IndexByte("0123456789)%", text[len(text)-1]) >= 0
}

func (r *reader) paragraph(text string, title bool) {
	p := r.cut(text, r.text.lang)
	r.body, r.looked = text, false
	r.title, r.lead = title, title || r.text.letters < opening
	for _, t := range p.tokens {
		switch {
		case title:
		case t.form == han:
			r.text.letters++
		default:
			r.text.letters += (utf8.RuneCountInString(t.text) + 2) / 3
		}
	}
	used := r.figures(p)
	if r.comparable() {
		r.meanings(p, used)
		r.proper = inside(p, r.proper)
		if r.text.lang == "zh" {
			r.speech(p, used)
		} else {
			r.latin(p, used)
		}
	}
}

// comparable reports a language that the table has.
func (r *reader) comparable() bool { return r.text.lang == "zh" || r.text.lang == "en" }

// figures reads days, years and numbers, and tells which tokens they use.
func (r *reader) figures(p *paragraph) (used []bool) {
	used = make([]bool, len(p.tokens))
	c := &calendar{p, r.text.at, &r.nearest}
	for n := 0; n < len(p.tokens); {
		if !p.tells(n) {
			n++
			continue
		}
		length, days := c.at(n)
		switch {
		case length > 0 && !p.dateline(n, n+length):
			r.day(days)
		case length > 0:
		default:
			var value float64
			if length, value = p.numberAt(n); length > 0 {
				r.number(value)
			}
		}
		for i := n; i < n+length && i < len(used); i++ {
			used[i] = p.tokens[i].form == figures || length > 1
		}
		n += max(length, 1)
	}
	return used
}

// dateline reports that the tokens are of a dateline: the day on which somebody
// carried the text, which is not what it is about.
func (p *paragraph) dateline(from, to int) bool {
	if p.form(to) == han {
		return (p.key(to) == "电" || p.key(to) == "讯") && from < 16
	}
	after := p.gap(to)
	return from < 8 && p.form(from-1) == word && (strings.Contains(after, "--") || strings.Contains(after, " - ") || strings.Contains(after, "(") && strings.Contains(p.gap(to+1), ")"))
}

func (r *reader) number(value float64) {
	n, ok := numeric(value)
	if !ok || len(r.text.numbers) == mostNumbers || slices.Contains(r.text.numbers, n) {
		return
	}
	if !r.looked {
		r.looked, r.contact = true, contact(r.body)
	}
	if !r.contact {
		r.text.numbers = append(r.text.numbers, n)
	}
}

func (r *reader) day(days []day) {
	for _, d := range days {
		if len(r.text.days) < mostDays && !slices.Contains(r.text.days, d) {
			r.text.days = append(r.text.days, d)
		}
	}
	if r.title {
		r.text.titled = len(r.text.days)
	}
	if r.lead {
		r.text.lead = len(r.text.days)
	}
}

// meanings finds what the table has.
func (r *reader) meanings(p *paragraph, used []bool) {
	t := vocabulary()
	for n := 0; n < len(p.tokens); n++ {
		if used[n] {
			continue
		}
		length, number := t.find(p, n)
		if length == 0 {
			continue
		}
		r.mention(uint16(number - 1))
		for i := n; i < n+length; i++ {
			used[i] = true
		}
		n += length - 1
	}
}

func (r *reader) mention(number uint16) {
	for n, m := range r.text.marks {
		if m.meaning == number {
			r.text.marks[n].lead = m.lead || r.lead
			return
		}
	}
	r.text.marks = append(r.text.marks, mention{number, r.lead, r.title})
}

// speech keeps how a Chinese text is read aloud, and who is named in its
// beginning.
func (r *reader) speech(p *paragraph, used []bool) {
	t := spoken()
	if len(r.text.spoken) < mostHan {
		r.text.spoken = append(r.text.spoken, reading{})
		for n := range p.tokens {
			var read reading
			if p.form(n) == han {
				read = t.read(first(p.tokens[n].text))
			}
			r.text.spoken = append(r.text.spoken, read)
		}
	}
	r.foreign(p, used)
	if r.lead {
		r.called(p)
	}
}

func first(text string) rune {
	c, _ := utf8.DecodeRuneInString(text)
	return c
}

// foreign keeps the sound of runs of characters that write foreign names, and
// which of them the beginning has beyond the table: those in two parts, and
// those of the title that are no Chinese name.
func (r *reader) foreign(p *paragraph, used []bool) {
	for n := 0; n < len(p.tokens); n++ {
		to, sound, known, dotted := n, "", false, false
		for to < len(p.tokens) && to-n < 20 && p.form(to) == han && sounds.has(first(p.key(to))) && (to == n || p.gap(to) == "" || strings.Contains("·•・", p.gap(to))) {
			sound += heard(spoken().of(first(p.key(to))))
			known = known || used[to]
			dotted = dotted || to > n && p.gap(to) != ""
			to++
		}
		if to-n >= 2 && len(sound) >= 3 {
			r.text.heard = kept(r.text.heard, sound)
		}
		if to-n >= 3 && !known && (dotted && r.lead || r.title && !surname[first(p.key(n))]) && len(r.text.abroad) < 8 {
			r.text.abroad = kept(r.text.abroad, sound)
		}
		n = max(n, to-1)
	}
}

// kept adds a sound to a list that has each once, and not too many.
func kept(list []string, sound string) []string {
	if len(list) < 2*mostNames && !slices.Contains(list, sound) {
		list = append(list, sound)
	}
	return list
}

// inside adds the words that have a capital inside a sentence.
func inside(p *paragraph, proper map[string]bool) map[string]bool {
	if proper == nil {
		proper = make(map[string]bool)
	}
	capitals := 0
	for n := range p.tokens {
		if p.tokens[n].capital {
			capitals++
		}
	}
	if capitals*2 > len(p.tokens) {
		return proper // a heading
	}
	for n := range p.tokens {
		if p.tokens[n].capital && !p.begins(n) {
			proper[p.tokens[n].text] = true
		}
	}
	return proper
}

// begins reports a word with which a sentence or a quotation begins.
func (p *paragraph) begins(n int) bool {
	return n == 0 || strings.ContainsAny(p.gap(n), ".!?:;\"“\n")
}

// latin finds names in letters.
func (r *reader) latin(p *paragraph, used []bool) {
	for n := 0; n < len(p.tokens); n++ {
		if !r.nameAt(p, n, used) {
			continue
		}
		to := n + 1
		for to < len(p.tokens) && to-n < 3 && (p.gap(to) == " " || p.gap(to) == "-") && (r.nameAt(p, to, used) || p.gap(to) == "-" && p.form(to) == word) && len(ways(spelled(p.key(to)))) > 0 {
			to++
		}
		if !r.chinese(p, n, to) {
			to = n + 1
		}
		for i := n; i < to; i++ {
			one := sound(p.key(i))
			r.text.foreign = kept(r.text.foreign, one)
			if i+1 < len(p.tokens) && p.tokens[i+1].capital && p.gap(i+1) == " " {
				r.text.foreign = kept(r.text.foreign, one+sound(p.key(i+1)))
			}
		}
		n = to - 1
	}
}

func (r *reader) nameAt(p *paragraph, n int, used []bool) bool {
	t := &p.tokens[n]
	if !t.capital || used[n] || len(t.text) < 2 || upper(t.text) {
		return false
	}
	next := n+1 < len(p.tokens) && p.tokens[n+1].capital && p.gap(n+1) == " "
	return !p.begins(n) || next || r.proper[t.text]
}

// chinese adds a name that can be read in Chinese; it is none unless it has
// two syllables.
func (r *reader) chinese(p *paragraph, from, to int) bool {
	letters := ""
	for n := from; n < to; n++ {
		letters += p.key(n)
	}
	one := person{letters: spelled(letters), parts: to - from}
	one.ways = ways(one.letters)
	if last := to - 1; to-from == 2 && p.surnamed(last) && !p.surnamed(from) {
		one.ways = append(one.ways, ways(spelled(p.key(last)+p.key(from)))...) // the surname behind
	}
	if len(one.ways) == 0 || one.syllables() < 2 || len(one.letters) < 4 || one.parts == 1 && englishWords[one.letters] {
		return false
	}
	if r.title && one.parts == 1 {
		return true // headings are written in capitals; a name stands below too
	}
	one.chief = r.lead && one.parts > 1 && p.surnamed(from) && !bylines[p.key(from-1)]
	if len(r.names) < mostNames && !slices.ContainsFunc(r.names, func(p person) bool { return p.letters == one.letters }) {
		one.name = p.written(from, to)
		r.names = append(r.names, one)
	}
	if r.lead && one.parts > 1 {
		r.calls(one.letters)
	}
	return true
}

// written are words as they are written, with a space between.
func (p *paragraph) written(from, to int) string {
	words := make([]string, 0, 3)
	for _, t := range p.tokens[from:to] {
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}

// surnamed reports a name that begins with a Chinese surname.
func (p *paragraph) surnamed(n int) bool {
	return surnameLetters()[spelled(p.key(n))]
}

// bylines stand before who wrote a text down.
var bylines = words("by reporter reporters editor editors interpreter contact edited")

// englishWords can be read as syllables and are none.
var englishWords = words("change changed china women woman came date rate name game made make take page dance balance language image manage menu agenda media canada japan data delegate open banana here there " +
	"engage range arrange bandage garage hence sine gene tune lane line mine wine fine pine nine mile pile tile file hole pole role mole base case none bone tone done zone gone some tome home dome rule tile")

// calls keeps a name for the features.
func (r *reader) calls(letters string) {
	if len(r.text.called) < 8 && !slices.Contains(r.text.called, letters) {
		r.text.called = append(r.text.called, letters)
	}
}

// finish leaves out of the names those that are part of another.
func (r *reader) finish() {
	for _, one := range r.names {
		part := func(p person) bool {
			return p.letters != one.letters && p.parts > one.parts && (strings.HasPrefix(p.letters, one.letters) || strings.HasSuffix(p.letters, one.letters))
		}
		if !slices.ContainsFunc(r.names, part) {
			r.text.persons = append(r.text.persons, one)
		}
	}
	r.text.numbers = byKey(r.text.numbers)
	slices.SortFunc(r.text.marks, func(a, b mention) int { return cmp.Compare(a.meaning, b.meaning) })
}
