package difference

import (
	"strings"
	"unicode"
)

// offices finds titles of office with what qualifies them: vice minister,
// 副部长.
func (m *marked) offices() {
	for n := 0; n < len(m.tokens); n++ {
		from, to, found := n, n, false
		for to < len(m.tokens) && m.whole[to] == 0 && (to == from || m.near(to)) {
			step, office := m.office(to)
			if step == 0 {
				break
			}
			to, found = to+step, found || office
		}
		if found && m.set(from, to, name) {
			n = to - 1
		}
	}
}

// office is how many tokens from n on are an office or qualify one.
func (m *marked) office(n int) (length int, office bool) {
	if m.tokens[n].form == word {
		k := m.key(n)
		switch {
		case officeWords[k]:
			return 1, true
		case rankWords[k]:
			return 1, false
		}
		return 0, false
	}
	if step := m.listed(n, hanOffices); step > 0 {
		if after := m.key(n + step); m.near(n+step) && strings.Contains("馆团会处室", after) {
			return 0, false // 大使馆, 主席团
		}
		return step, true
	}
	if step := m.listed(n, hanRanks); step > 0 && n+step < len(m.tokens) && (m.listed(n+step, hanOffices) > 0 || m.listed(n+step, hanRanks) > 0) {
		return step, false
	}
	return 0, false
}

// latin finds names in scripts that have capitals.
func (m *marked) latin(proper map[string]bool) {
	titled := m.titleCase()
	for n := 0; n < len(m.tokens); n++ {
		if !m.tokens[n].capital() || m.whole[n] != 0 {
			continue
		}
		to := n + 1
		for to < len(m.tokens) && m.goesOn(to) {
			to++
		}
		for to > n+1 && m.kinds[to-1] == little {
			to--
		}
		from := n
		if m.begins(from) && !m.named(from, to, proper) {
			from++
		}
		if from < to && m.tokens[from].capital() && m.key(from) != "i" && (!titled || m.labelled(from) || m.listedName(from, to, proper)) {
			m.set(from, to, name)
		}
		n = to - 1
	}
}

// goesOn reports whether a name that stands before n goes on with it.
func (m *marked) goesOn(n int) bool {
	if m.whole[n] != 0 || !m.near(n) {
		return false
	}
	if m.tokens[n].capital() {
		return true
	}
	link := m.key(n)
	if link != "of" && link != "for" && link != "and" && link != "the" {
		return false
	}
	return n+1 < len(m.tokens) && m.near(n+1) && m.whole[n+1] == 0 && (m.tokens[n+1].capital() || m.key(n+1) == "the" && n+2 < len(m.tokens) && m.tokens[n+2].capital() && m.near(n+2))
}

// begins reports a word that is written in capitals because a sentence or a
// quotation begins with it.
func (m *marked) begins(n int) bool {
	if n == 0 || n >= len(m.tokens) {
		return n == 0
	}
	gap := m.text[m.tokens[n-1].end():m.tokens[n].at]
	return strings.ContainsAny(gap, ".!?:|;“\"\n")
}

// named reports whether the first word of a sentence is part of the name that
// it begins with.
func (m *marked) named(from, to int, proper map[string]bool) bool {
	k := m.key(from)
	return !littleWords[k] && !openers[k] && (to-from > 1 || proper[k] || gazetteer[k] || surnames[k] || acronym(m.tokens[from].text))
}

func acronym(text string) bool {
	return len(text) > 1 && strings.IndexFunc(text, unicode.IsLower) < 0
}

// titleCase reports a heading in which most words are written in capitals.
func (m *marked) titleCase() bool {
	words, capitals := 0, 0
	for n, t := range m.tokens {
		if t.form == word && m.kinds[n] != little {
			words++
			if t.capital() {
				capitals++
			}
		}
	}
	return words >= 3 && capitals*10 >= words*8 && !strings.HasSuffix(m.text, ".")
}

// labelled reports a word behind a colon: Contact: Karl Lind.
func (m *marked) labelled(n int) bool {
	return n > 0 && strings.Contains(m.text[m.tokens[n-1].end():m.tokens[n].at], ":")
}

// listedName reports a name that does not need its capitals to be known.
func (m *marked) listedName(from, to int, proper map[string]bool) bool {
	for n := from; n < to; n++ {
		k := m.key(n)
		if gazetteer[k] || surnames[k] || proper[k] || acronym(m.tokens[n].text) || organisations[k] {
			return true
		}
	}
	return from > 0 && officeWords[m.key(from-1)]
}

// properWords are the words that stand in capitals inside sentences, and
// nowhere without.
func properWords(texts ...[]sentence) map[string]bool {
	proper, common := make(map[string]bool), make(map[string]bool)
	for _, text := range texts {
		for _, s := range text {
			m := marked{sentence: s, kinds: make([]kind, len(s.tokens))}
			titled := m.titleCase()
			for n, t := range s.tokens {
				switch {
				case t.form != word || titled:
				case !t.capital():
					common[t.key] = true
				case !m.begins(n):
					proper[t.key] = true
				}
			}
		}
	}
	for k := range common {
		delete(proper, k)
	}
	return proper
}
