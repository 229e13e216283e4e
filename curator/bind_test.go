package curator

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chinanews/news"
)

// bindings plays configurations one after the other, as the record folds them.
type bindings struct {
	news.Bindings
	before news.Publication
}

func newBindings() *bindings {
	return &bindings{Bindings: news.Bindings{Sources: map[news.Origin][]string{}, Feeds: map[news.FeedName][]string{}}}
}

// configure binds rows written as "id" or "id<was,was" and returns their names.
func (b *bindings) configure(rows ...string) (names []string, err error) {
	var p news.Publication
	for _, row := range rows {
		id, was, _ := strings.Cut(row, "<")
		s := news.Source{ID: id, URLs: []string{"https://m.example/" + id}}
		f := news.Feed{ID: id}
		if was != "" {
			s.Was = strings.Split(was, ",")
			f.Was = s.Was
		}
		p.Sources, p.Feeds = append(p.Sources, s), append(p.Feeds, f)
	}
	given, were := p.Sources, slices.Clone(p.Sources)
	p, err = Bind(p, b.Bindings, b.before)
	if !reflect.DeepEqual(given, were) {
		return nil, fmt.Errorf("the rows that were given are changed: %+v", given)
	}
	for n, s := range p.Sources {
		b.Sources[s.Origin] = again(b.Sources[s.Origin], s.ID)
		b.Feeds[p.Feeds[n].Name] = again(b.Feeds[p.Feeds[n].Name], s.ID)
		if string(p.Feeds[n].Name) != string(s.Origin) {
			return nil, fmt.Errorf("feeds are bound otherwise than sources: %s, %s", p.Feeds[n].Name, s.Origin)
		}
		names = append(names, string(s.Origin))
	}
	b.before = p
	return names, err
}

func again(ids []string, id string) []string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(known string) bool { return known == id })
	return append(ids, id)
}

func TestBind(t *testing.T) {
	for _, tt := range []struct {
		what    string
		configs []string // rows by blanks
		want    string   // names of the last one's rows
	}{
		{"as they are", []string{"a b"}, "a b"},
		{"renamed", []string{"a", "b<a"}, "a"},
		{"without its line later", []string{"a", "b<a", "b"}, "a"},
		{"twice", []string{"a", "b<a", "c<b"}, "a"},
		{"by an id of long ago", []string{"a", "b<a", "c<a"}, "a"},
		{"back again", []string{"a", "b<a", "a<b"}, "a"},
		{"another takes the id", []string{"a", "b<a", "b a"}, "a a~2"},
		{"another takes the id and stands first", []string{"a", "b<a", "a b"}, "a~2 a"},
		{"a third takes it", []string{"a", "b<a", "b a", "b c<a", "b c a"}, "a a~2 a~3"},
		{"away for a while", []string{"a", "b<a", "x", "b x"}, "a x"},
		{"away, and back with its line", []string{"a", "b<a", "x", "b<a x"}, "a x"},
		{"away, and renamed while it was", []string{"a", "x", "b<a x"}, "a x"},
		{"back under its id", []string{"a", "x", "a x"}, "a x"},
	} {
		b := newBindings()
		var names []string
		for _, rows := range tt.configs {
			var err error
			if names, err = b.configure(strings.Fields(rows)...); err != nil {
				t.Fatalf("%s: %v", tt.what, err)
			}
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s: %q are bound to %s, want %s", tt.what, tt.configs, got, tt.want)
		}
	}
}

func TestBindRefusesWhatWasRenamedInSilence(t *testing.T) {
	before := news.Publication{Sources: []news.Source{{ID: "kept", Origin: "first", URLs: []string{"u2"}}}}
	bound := news.Bindings{Sources: map[news.Origin][]string{"first": {"first", "kept"}}}
	_, err := Bind(news.Publication{Sources: []news.Source{{ID: "renamed", URLs: []string{"u2"}}}}, bound, before)
	if err == nil || !strings.Contains(err.Error(), "was: [kept]") {
		t.Errorf("a source renamed without `was`: %v, want what to write", err)
	}
}

// Rows that have their names are not copied; where one has not, none that was
// given is changed.
func TestBindSharesRows(t *testing.T) {
	rows := []news.Source{{ID: "a", Origin: "a"}, {ID: "b", Origin: "b"}}
	p, err := Bind(news.Publication{Sources: rows}, newBindings().Bindings, news.Publication{})
	if err != nil || &p.Sources[0] != &rows[0] {
		t.Errorf("rows are copied (%v)", err)
	}
	bound := news.Bindings{Sources: map[news.Origin][]string{"first": {"b"}}}
	p, err = Bind(news.Publication{Sources: rows}, bound, news.Publication{})
	if err != nil || p.Sources[1].Origin != "first" || rows[1].Origin != "b" || p.Sources[0].Origin != "a" {
		t.Errorf("bound to %s and %s, given as %s (%v)", p.Sources[0].Origin, p.Sources[1].Origin, rows[1].Origin, err)
	}
}

// Whatever is configured in whatever order, no two rows share a name, a row
// that stays keeps its name, and the order of rows is of no consequence.
func TestBindAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBindings()
		had := make(map[string]string)
		for range rapid.IntRange(1, 8).Draw(t, "configurations") {
			ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 1, 4, rapid.ID).Draw(t, "ids")
			turned := slices.Clone(ids)
			slices.Reverse(turned)
			other := newBindings()
			other.Bindings = news.Bindings{Sources: maps.Clone(b.Sources), Feeds: maps.Clone(b.Feeds)}
			backward, err := other.configure(turned...)
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(backward)
			names, err := b.configure(ids...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(names, backward) {
				t.Fatalf("%q are bound to %q, and in another order to %q", ids, names, backward)
			}
			if slices.Sort(backward); len(slices.Compact(backward)) != len(ids) {
				t.Fatalf("%q share names: %q", ids, names)
			}
			now := make(map[string]string)
			for n, id := range ids {
				if before, ok := had[id]; ok && before != names[n] {
					t.Fatalf("%s was %s and is %s", id, before, names[n])
				}
				now[id] = names[n]
			}
			maps.Copy(had, now)
		}
	})
}
