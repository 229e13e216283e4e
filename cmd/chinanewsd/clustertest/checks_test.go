package clustertest

import (
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// at is a request of a made-up log.
func at(ms, node int, source string) request {
	return request{node: node, host: "127.30.0.1", source: source, at: noon.Add(time.Duration(ms) * time.Millisecond)}
}

func TestOverlapsAreSeen(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked []request
		falls []fall
		want  string
	}{
		{"nothing", nil, nil, ""},
		{"one node, faster than it should", []request{at(0, 0, "a"), at(10, 0, "a")}, nil, ""},
		{"another takes over", []request{at(0, 0, "a"), at(3000, 1, "a")}, nil, ""},
		{"another source", []request{at(0, 0, "a"), at(10, 1, "b")}, nil, ""},
		{"pages and robots.txt", []request{at(0, 0, ""), at(10, 1, "")}, nil, ""},
		{"two at once", []request{at(0, 0, "a"), at(2999, 1, "a")}, nil, "source a was asked by node 1, and by node 2 2.999s later, within its interval of 3s"},
		{"back again", []request{at(0, 0, "a"), at(3000, 1, "a"), at(3500, 0, "a")}, nil, "by node 2, and by node 1 500ms later"},
		{"with another between", []request{at(0, 0, "a"), at(1, 1, "b"), at(2, 2, "a")}, nil, "by node 1, and by node 3 2ms later"},
		{"the first fell with its answer", []request{at(0, 0, "a"), at(2000, 1, "a")}, []fall{{0, noon.Add(time.Second)}}, ""},
		{"nobody recorded while one fell", []request{at(0, 1, "a"), at(2000, 2, "a")}, []fall{{0, noon.Add(-10 * time.Second)}}, ""},
		{"the fall was later", []request{at(0, 0, "a"), at(2000, 1, "a")}, []fall{{0, noon.Add(time.Minute)}}, "source a"},
		{"the fall was long before", []request{at(0, 0, "a"), at(2000, 1, "a")}, []fall{{0, noon.Add(-time.Minute)}}, "source a"},
	} {
		got := strings.Join(overlaps(c.asked, 3*time.Second, c.falls), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCrowdsAreSeen(t *testing.T) {
	rush, pace := []request{}, []request{}
	for n := range 20 {
		rush, pace = append(rush, at(60*n, 0, "a")), append(pace, at(100*n, 0, "a"))
	}
	elsewhere := at(10, 1, "b")
	elsewhere.host = "127.30.0.2"
	for _, c := range []struct {
		name  string
		asked []request
		want  string
	}{
		{"at the pace", pace, ""},
		{"the first came late", append([]request{at(80, 0, "a")}, pace[1:]...), ""},
		{"another host", []request{at(0, 0, "a"), elsewhere}, ""},
		{"another node, in its turn", []request{at(0, 0, "a"), at(100, 1, "b")}, ""},
		{"faster than the pace", rush, "127.30.0.1 was asked by node 1"},
		{"two nodes at once", []request{at(0, 0, "a"), at(20, 1, "")}, "by node 1, and by node 2 20ms later"},
	} {
		got := strings.Join(crowds(c.asked, 100*time.Millisecond), "\n")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestUnequalRecordsAreSeen(t *testing.T) {
	listed := map[string][]string{"a": {"a-1", "a-0"}, "b": {"b-0"}}
	of := func(source, guid string, classes ...string) item {
		i := item{Source: source, GUID: guid}
		for _, class := range classes {
			i.Revisions = append(i.Revisions, revision{class})
		}
		return i
	}
	one := []item{of("a", "a-0", "first"), of("a", "a-1", "first", "fill"), of("b", "b-0", "first")}
	for _, c := range []struct {
		name           string
		items          []item
		missing, twice string
	}{
		{"all", one, "", ""},
		{"one that is no longer listed", append(one[:3:3], of("a", "a-older", "first")), "", ""},
		{"one too few", one[:2], "b-0", ""},
		{"under another source", append(one[:2:2], of("a", "b-0", "first")), "b-0", ""},
		{"one twice", append(one[:3:3], one[2]), "", "b b-0 is there 2 times"},
		{"an unlisted one twice", append(one[:3:3], of("a", "x", "first"), of("a", "x", "first")), "", "a x is there 2 times"},
		{"edited by nobody", append(one[:2:2], of("b", "b-0", "first", "edit")), "", "b-0 was published once, and has the revisions [{first} {edit}]"},
		{"come twice", append(one[:2:2], of("b", "b-0", "first", "first")), "", "b-0 was published once"},
		{"filled twice", append(one[:2:2], of("b", "b-0", "first", "fill", "fill")), "", "b-0 was published once"},
		{"without a beginning", append(one[:2:2], of("b", "b-0")), "", "b-0 was published once"},
	} {
		missing, twice := unequal(listed, c.items)
		if got := strings.Join(missing, " "); got != c.missing {
			t.Errorf("%s: missing %q, want %q", c.name, got, c.missing)
		}
		if got := strings.Join(twice, " "); (got == "") != (c.twice == "") || !strings.Contains(got, c.twice) {
			t.Errorf("%s: twice %q, want %q", c.name, got, c.twice)
		}
	}
}

func TestDifferencesAreSeen(t *testing.T) {
	same := map[string]document{"all.rss": {`"1"`, "x"}, "all.atom": {`"2"`, "y"}}
	other := map[string]document{"all.rss": {`"1"`, "x"}, "all.atom": {`"2"`, "z"}}
	tagged := map[string]document{"all.rss": {`"3"`, "x"}, "all.atom": {`"2"`, "y"}}
	for _, c := range []struct {
		nodes []map[string]document
		want  string
	}{
		{[]map[string]document{same}, ""},
		{[]map[string]document{same, same, same}, ""},
		{[]map[string]document{same, same, other}, "all.atom"},
		{[]map[string]document{same, tagged, other}, "all.atom all.rss"},
		{[]map[string]document{same, {}}, "all.atom all.rss"},
	} {
		if got := strings.Join(differing(c.nodes), " "); got != c.want {
			t.Errorf("%v: %q, want %q", c.nodes, got, c.want)
		}
	}
}

// The origin knows who asked, and answers as a ministry does.
func TestOriginRemembers(t *testing.T) {
	o := newOrigin(30, 6)
	w := ask(o.proxy(1), o.sources["s000"].feed(), "")
	if w.Code != 200 || strings.Count(w.Body.String(), "<item>") != 3 || o.unread() != 29 {
		t.Errorf("%d, %d unread:\n%s", w.Code, o.unread(), w.Body)
	}
	if again := ask(o.proxy(0), o.sources["s000"].feed(), w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("asked again: %d", again.Code)
	}
	address, guid := o.publish("s000")
	if o.unread() != 30 || ask(o.proxy(0), o.sources["s000"].feed(), w.Header().Get("ETag")).Code != 200 {
		t.Error("what was published is not listed")
	}
	if page := ask(o.proxy(2), address, ""); !strings.Contains(page.Body.String(), guid) {
		t.Errorf("the page of %s: %s", guid, page.Body)
	}
	if strange := ask(o.proxy(2), "http://127.30.0.99/s000/feed.xml", ""); strange.Code != 404 {
		t.Errorf("a listing at another host: %d", strange.Code)
	}
	var who []int
	for _, r := range o.requests() {
		if r.source == "s000" {
			who = append(who, r.node)
		}
	}
	if len(o.requests()) != 5 || len(who) != 3 || who[0] != 1 || who[1] != 0 {
		t.Errorf("%+v", o.requests())
	}
	for range 30 {
		o.publish("s001")
	}
	if n := len(o.owed()["s001"]); n != mostListed {
		t.Errorf("%d are listed", n)
	}
	ask(o.proxy(0), o.sources["s001"].feed(), `"s001-33"`)
	ask(o.proxy(0), o.sources["s001"].feed(), `"s001-99"`)
	for range 30 {
		o.publish("s001")
	}
	if owed := strings.Join(o.owed()["s001"], " "); len(o.owed()["s001"]) != 2*mostListed || !strings.HasPrefix(owed, "s001-13 ") || !strings.Contains(owed, " s001-32 s001-43 ") {
		t.Errorf("a node has said that it has 13 to 32, and 43 to 62 are listed: %s", owed)
	}
}
