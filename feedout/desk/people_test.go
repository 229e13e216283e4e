package desk

import (
	"net/http/httptest"
	"sync"
	"testing"
)

func TestSpoken(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "zh": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en;q=0.9,zh;q=0.8": "en", "de,zh;q=0.1": "zh", "de,fr": "en", "ZH-tw": "zh", "en;q=0,zh;q=0.1": "zh",
		"zh;q=0": "en", "zh;q=2": "zh", "zh;q=x,en": "zh", "*": "en", ",,;": "en", "zhx": "en", "x-zh": "en",
	} {
		r := httptest.NewRequest("GET", "/desk/", nil)
		r.Header.Set("Accept-Language", header)
		if got := spoken(r); got != want {
			t.Errorf("%q is answered in %s, want %s", header, got, want)
		}
	}
}

// What follows after signing in is a path of the desk, whatever is asked for.
func FuzzBelow(f *testing.F) {
	for _, s := range []string{"/desk/", "//evil.example/desk/", "/desk/..//evil.example", "/desk/?next=//x", "/desk/#x", "http:/desk/", "/desk/%2f%2fevil"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := below(path)
		if len(got) < 6 || got[:6] != "/desk/" || below(got) != got {
			t.Errorf("%q leads to %q, and that to %q", path, got, below(got))
		}
	})
}

// Whoever listens hears all that was rung, once; places are given back.
func TestBell(t *testing.T) {
	b := NewBell()
	var ears []*ear
	for range mostEars {
		ears = append(ears, b.listen("Li Wei"))
	}
	if b.listen("Li Wei") != nil || b.listen("Ann") == nil {
		t.Error("a user listens too often, or keeps another from it")
	}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { b.Ring(BellQueue); b.Ring(BellSource) })
	}
	all.Wait()
	for _, e := range ears {
		<-e.rung
		if got := b.heard(e); len(got) != 2 || got[0] != BellQueue || got[1] != BellSource || len(b.heard(e)) != 0 {
			t.Errorf("heard %v", got)
		}
		b.leave(e, "Li Wei")
	}
	if len(b.users) != 1 || len(b.ears) != 1 || b.listen("Li Wei") == nil {
		t.Errorf("places are kept: %v", b.users)
	}
	(*Bell)(nil).Ring(BellQueue) // nobody hears
}
