package difference

import "strings"

// chinese finds names in Chinese, by lists and by the words that stand beside
// them or that they end with.
func (m *marked) chinese() {
	for n := 0; n < len(m.tokens); n++ {
		if m.whole[n] != 0 || m.tokens[n].form != han {
			continue
		}
		if step := m.listed(n, hanPlaces); step > 0 {
			step += m.placeTail(n + step)
			if m.set(n, n+step, name) {
				n += step - 1
			}
		}
	}
	m.bodies()
	m.charges()
	m.persons()
}

// placeTail is what follows the name of a place and belongs to it.
func (m *marked) placeTail(n int) int {
	if n < len(m.tokens) && m.near(n) && strings.Contains("省市县区州", m.key(n)) && !suffixStops[m.key(n)+m.key(n+1)] {
		return 1
	}
	return 0
}

// bodies finds organisations and places by how their names end, the longer
// endings first.
func (m *marked) bodies() {
	for _, long := range []bool{true, false} {
		for n := 0; n < len(m.tokens); n++ {
			step := m.suffix(n)
			if step == 0 || long != (step > 1) {
				continue
			}
			if from := m.bodyFrom(n); from < n || m.near(n) && m.kinds[n-1] == name {
				m.set(from, n+step, name)
				n += step - 1
			}
		}
	}
}

// charges finds what somebody is in charge of, before the office: 贸易部长.
func (m *marked) charges() {
	for n := 1; n < len(m.tokens); n++ {
		if m.kinds[n] != name || m.whole[n] == m.whole[n-1] || m.listed(n, hanOffices) < 2 || !strings.HasSuffix(m.key(n+1), "长") {
			continue
		}
		if from := m.bodyFrom(n); from < n {
			m.set(from, n, name)
		}
	}
}

// bodyFrom is where the name begins whose ending stands at n.
func (m *marked) bodyFrom(n int) int {
	from := n
	for from > 0 && n-from < longestBody && m.inName(from-1, from) {
		from--
	}
	if from > 0 && from < n && (m.tokens[from-1].form == numeral || m.kinds[from-1] == date && m.key(from) == "度") {
		from++ // what the number counts, or the rest of a period
	}
	for at := from; at+1 < n; at++ {
		if verbs[m.key(at)+m.key(at+1)] {
			from = at + 2
		}
	}
	return from
}

const longestBody = 10

// inName reports whether the character at n can be part of the name that goes
// on at next.
func (m *marked) inName(n, next int) bool {
	t := m.tokens[n]
	return t.form == han && t.end() == m.tokens[next].at && m.whole[n] == 0 && m.kinds[n] != little && !strings.Contains("这该各全每其本某个之所到去来让使向同", t.key)
}

// suffix is the length of the ending of a name that stands at n; 0: none does.
func (m *marked) suffix(n int) int {
	if m.tokens[n].form != han || m.whole[n] != 0 {
		return 0
	}
	step := m.listed(n, suffixes)
	if step == 0 {
		return 0
	}
	last, after := m.key(n+step-1), ""
	if m.near(n + step) {
		after = m.key(n + step)
	}
	if suffixStops[last+after] || step == 1 && n > 0 && wordsThatEndSo[m.key(n-1)+last] {
		return 0
	}
	return step
}

// persons finds people by the office before or after their names, by what they
// are said to do, and in lists of names.
func (m *marked) persons() {
	for n := 0; n < len(m.tokens); n++ {
		if m.whole[n] != 0 || m.tokens[n].form != han {
			continue
		}
		surname := m.listed(n, hanSurnames)
		if surname == 0 || surname > 2 {
			continue
		}
		for _, given := range []int{2, 1} {
			if given == 2 && m.deedWithin(n+surname+1) {
				continue
			}
			if m.person(n, n+surname+given) && m.set(n, n+surname+given, name) {
				n += surname + given - 1
				break
			}
		}
	}
	m.dotted()
	m.sounds()
	m.venues()
	m.christened()
}

// sounds finds foreign names by the characters that write their sounds, beside
// an office or behind a profession.
func (m *marked) sounds() {
	for n := 0; n < len(m.tokens); n++ {
		if m.whole[n] != 0 {
			continue
		}
		to := n
		for to < len(m.tokens) && to-n < 7 && m.whole[to] == 0 && m.tokens[to].form == han && hanSounds[m.key(to)] && (to == n || m.tokens[to].at == m.tokens[to-1].end()) {
			to++
		}
		if to-n >= 2 && (m.officeBefore(n) || to < len(m.tokens) && m.near(to) && m.listed(to, hanOffices) > 0) && m.set(n, to, name) {
			n = to - 1
		}
	}
}

// venues finds places by what is done in them: 在石桥召开.
func (m *marked) venues() {
	for n := 1; n < len(m.tokens); n++ {
		if !strings.Contains("在于赴抵", m.key(n-1)) || m.whole[n] != 0 || !m.near(n) {
			continue
		}
		for to := n + 2; to <= n+4 && to < len(m.tokens); to++ {
			text, length := m.run(n, to-n)
			if length != to-n || m.whole[to-1] != 0 || m.kinds[to-1] == little {
				break
			}
			if m.listed(to, heldThere) > 0 && !noPlace[text] && m.set(n, to, name) {
				break
			}
		}
	}
}

// christened finds names in quotation marks: of ships by their number, of other
// things by the word before.
func (m *marked) christened() {
	for n := range m.tokens {
		open := m.text[:m.tokens[n].at]
		if m.whole[n] != 0 || !strings.HasSuffix(open, "“") && !strings.HasSuffix(open, "「") && !strings.HasSuffix(open, "\"") {
			continue
		}
		_, length := m.run(n, 6)
		to := n + length
		ship := to+1 < len(m.tokens) && m.tokens[to].form == numeral && m.key(to+1) == "号"
		if length > 0 && (ship || n > 0 && christens[m.key(n-1)]) {
			m.set(n, to, name)
		}
	}
}

// deedWithin reports that what people do begins at n: no part of a name.
func (m *marked) deedWithin(n int) bool {
	return n < len(m.tokens) && (m.kinds[n] == little || m.listed(n, deeds) > 0)
}

// person reports whether the characters of a run are somebody's name.
func (m *marked) person(from, to int) bool {
	if _, length := m.run(from, to-from); to > len(m.tokens) || length != to-from {
		return false
	}
	office := m.officeBefore(from)
	for n := from; n < to; n++ {
		if m.whole[n] != 0 || m.kinds[n] == little && (!office || n == to-1) {
			return false
		}
	}
	opens := office || from == 0 || m.tokens[from-1].end() != m.tokens[from].at || m.kinds[from-1] == little || m.whole[from-1] != 0
	closes := to == len(m.tokens) || m.tokens[to].at != m.tokens[to-1].end()
	calls := !closes && (m.listed(to, hanOffices) > 0 || m.listed(to, hanRanks) > 0)
	return office || opens && (calls || !closes && m.listed(to, deeds) > 0) || opens && closes && m.inList(from, to)
}

// officeBefore reports whether an office or a profession ends just before n.
func (m *marked) officeBefore(n int) bool {
	if n >= 2 && m.tokens[n-2].form == han && m.tokens[n-1].end() == m.tokens[n].at && strings.Contains("官师员长家", m.key(n-1)) {
		return true
	}
	for back := 2; back <= 5; back++ {
		if at := n - back; at >= 0 && m.listed(at, hanOffices) == back {
			return true
		}
	}
	return false
}

// inList reports a run that stands alone, or between the commas of a list.
func (m *marked) inList(from, to int) bool {
	if from == 0 && to == len(m.tokens) {
		return true
	}
	left, right := "", ""
	if from > 0 {
		left = m.text[m.tokens[from-1].end():m.tokens[from].at]
	}
	if to < len(m.tokens) {
		right = m.text[m.tokens[to-1].end():m.tokens[to].at]
	}
	return strings.ContainsAny(left, "、：|") || strings.ContainsAny(right, "、|")
}

// dotted finds foreign names, whose parts are joined by a dot.
func (m *marked) dotted() {
	for n := 1; n < len(m.tokens); n++ {
		if m.tokens[n].form != han || !strings.ContainsAny(m.text[m.tokens[n-1].end():m.tokens[n].at], "·•・") {
			continue
		}
		from, to := n-1, n+1
		for from > 0 && n-from < 6 && m.inName(from-1, from) && m.listed(from-1, hanOffices) == 0 && !m.officeBefore(from) {
			from--
		}
		for to < len(m.tokens) && to-n < 6 && m.tokens[to].at == m.tokens[to-1].end() && m.whole[to] == 0 && m.kinds[to] != little && m.tokens[to].form == han && m.listed(to, deeds) == 0 && m.listed(to, hanOffices) == 0 {
			to++
		}
		m.set(from, to, name)
	}
}
