package sibling

// Best finds the version of a text among candidates. It refuses when two
// candidates of one language do about equally well and are not carriers of one
// release. Of carriers it takes the one that does best, then the nearest in
// time, then the first; of languages the one that does best.
func Best(t *Text, candidates []*Text) (index int, e Evidence, ok bool) {
	found := make(map[int]Evidence)
	index = -1
	for n, c := range candidates {
		one, versions := Pair(t, c)
		if !versions {
			continue
		}
		found[n] = one
		if index < 0 || one.weight > e.weight || one.weight == e.weight && one.hours < e.hours {
			index, e = n, one
		}
	}
	for n, other := range found {
		if n != index && candidates[n].lang == candidates[index].lang && other.weight > e.weight-closeness && !carriers(candidates[n], candidates[index]) {
			return -1, Evidence{}, false
		}
	}
	return index, e, index >= 0
}

// closeness is a difference in weight that tells nothing.
const closeness = 3

// carriers reports two texts in one language that carry one release, as far as
// what is compared here can tell.
func carriers(a, b *Text) bool {
	one, other := &a.Outline, &b.Outline
	numbers := figuresOf(one, other)
	names, _ := said(one, other, isName)
	topics, _ := said(one, other, isWord)
	_, clash := daysOf(one, other)
	return !clash && numbers.within() >= 0.8 && names.within() >= 0.8 && topics.within() >= 0.8
}
