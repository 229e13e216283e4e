package curator

import (
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// A source that says the same again on another day, word for word, has another
// release, whoever else carries it; so has one that says it twice on one day at
// two addresses, which is one.
func TestWhatIsSaidAgainOnAnotherDay(t *testing.T) {
	text := "All gauges on the rivers of the province stand below the marks, the dams work as they should, and no danger was found. The duty room is manned day and night; those who live near the water are asked to follow what is announced. In an emergency call the office of your town. Those in charge keep their telephones at hand and make ready as the plan says."
	said := func(id, site string, age time.Duration) news.Entry {
		e := saying(entry(1, age), text)
		e.ID, e.URL, e.Title = id, "https://"+site+".example/"+id+".html", "State of the waters of the province"
		return e
	}
	const days = 24 * time.Hour
	type poll struct {
		source int
		id     string
		age    time.Duration
	}
	for name, tt := range map[string]struct {
		polls   []poll
		stories []int // of each item, the number of the first with which it is one release
	}{
		"one source, three days":    {[]poll{{0, "1", 2 * days}, {0, "2", days}, {0, "3", 0}}, []int{0, 1, 2}},
		"one source, one day":       {[]poll{{0, "1", time.Hour}, {0, "2", 0}}, []int{0, 0}},
		"carried on the first day":  {[]poll{{0, "1", days}, {1, "2", days - time.Hour}, {0, "3", 0}}, []int{0, 0, 2}},
		"carried before":            {[]poll{{1, "1", days}, {0, "2", days - time.Hour}, {0, "3", 0}}, []int{0, 0, 2}},
		"carried on the second day": {[]poll{{0, "1", days}, {0, "2", time.Hour}, {1, "3", 0}}, []int{0, 1, 1}},
		"carried on both days":      {[]poll{{0, "1", days}, {1, "2", days - time.Hour}, {0, "3", time.Hour}, {1, "4", 0}}, []int{0, 0, 2, 2}},
	} {
		a, b := row("a"), row("b")
		m, c := live(t, a, b)
		m.now = m.now.Add(days)
		var ids []news.ItemID
		for _, p := range tt.polls {
			src := []news.Source{a, b}[p.source]
			m.now = m.now.Add(time.Minute)
			d := m.accept(c, listing(src, said(p.id, src.ID, p.age)))
			ids = append(ids, d.Ruling.Items[0].Item)
		}
		for n, id := range ids {
			first := slices.IndexFunc(ids, func(other news.ItemID) bool { return m.items[other].Story == m.items[id].Story })
			if first != tt.stories[n] {
				t.Errorf("%s: item %d is one release with %d, want %d", name, n, first, tt.stories[n])
			}
		}
	}
}
