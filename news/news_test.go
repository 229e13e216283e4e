package news

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

// Values frozen for ever: what is stored was computed by these rules.
func TestFrozenIdentities(t *testing.T) {
	id := NewItemID("mfa-en-top", ByURL, "1//www.mfa.gov.cn/eng/1.html")
	for _, tt := range []struct{ what, got, want string }{
		{"item id", id.String(), "d3aeaba27b55e895be48db5859b9bad9"},
		{"entry id", EntryURN("site-1", StoryID(id)), "urn:uuid:05e737cf-fb4b-836f-ad08-8564c301ecdb"},
		{"feed id", FeedURN("site-1", "china-news"), "urn:uuid:57bf4611-8e98-8930-ac9e-4c9839f122e3"},
		{"address", StoryID(id).Address(AddressLength), "teqaq8kvaq"},
		{"text digest", TextDigest("The Ministry said: ＡＢＣ 外交部！"), "a0aefb0110c73b57f18ecaef305a0994"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %q, was %q", tt.what, tt.got, tt.want)
		}
	}
}

func TestAddress(t *testing.T) {
	s := StoryID{0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff}
	if got := s.Address(10); got != "zzzzzzzz00" {
		t.Errorf("address %q, want zzzzzzzz00", got)
	}
	if a, b := s.Address(10), s.Address(25); !strings.HasPrefix(b, a) || len(b) != 25 {
		t.Errorf("a longer address %q does not begin with %q", b, a)
	}
}

func TestIDsAsText(t *testing.T) {
	id := NewItemID("a", ByID, "b")
	text, err := json.Marshal(struct {
		I ItemID
		S StoryID
		B BatchID
	}{id, StoryID(id), BatchID(id)})
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		I ItemID
		S StoryID
		B BatchID
	}
	if err := json.Unmarshal(text, &back); err != nil || back.I != id || back.S != StoryID(id) || back.B != BatchID(id) {
		t.Errorf("%s came back as %+v, %v", text, back, err)
	}
	for _, bad := range []string{`{"I":"xyz"}`, `{"S":"00"}`, `{"B":"zz000000000000000000000000000000"}`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	if id.IsZero() || !(ItemID{}).IsZero() || !(StoryID{}).IsZero() || !(BatchID{}).IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestCanonicalURL(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"https://www.mfa.gov.cn/eng/1.html", "1//www.mfa.gov.cn/eng/1.html"},
		{"http://WWW.MFA.GOV.CN:80/eng/1.html", "1//www.mfa.gov.cn/eng/1.html"},
		{"https://www.mfa.gov.cn:443/eng/1.html#top", "1//www.mfa.gov.cn/eng/1.html"},
		{"https://www.mfa.gov.cn:8443/", "1//www.mfa.gov.cn:8443/"},
		{"http://m.example:443/", "1//m.example:443/"},
		{"https://m.example", "1//m.example/"},
		{"https://user:pw@m.example/a", "1//m.example/a"},
		{"https://m.example/a?utm_source=x&id=7&spm=1", "1//m.example/a?id=7"},
		{"https://m.example/a?b=2&a=1", "1//m.example/a?b=2&a=1"},
		{"https://m.example/a?UTM_Medium=rss", "1//m.example/a"},
		{"https://m.example/a?from=beijing&from_app=1&share_token=2", "1//m.example/a?from=beijing"},
		{"https://m.example/%E4%B8%AD/A.HTML", "1//m.example/%E4%B8%AD/A.HTML"},
		{"https://m.example/a//b/../c", "1//m.example/a//b/../c"},
		{"https://[2001:db8::1]:443/x", "1//[2001:db8::1]/x"},
		{"ftp://m.example/a", "ftp://m.example/a"},
		{"urn:x:y", "urn:x:y"},
		{"", ""},
		{"https://m.example/%zz", "https://m.example/%zz"},
	} {
		if got := CanonicalURL(tt.raw); got != tt.want {
			t.Errorf("CanonicalURL(%q) = %q, want %q", tt.raw, got, tt.want)
		}
	}
}

func TestPart(t *testing.T) {
	same := [][]string{
		{"www.mfa.gov.cn", "us.mfa.gov.cn", "MFA.gov.cn"},
		{"a.example.com", "b.c.example.com"},
		{"x.china-embassy.gov.cn", "china-embassy.gov.cn"},
	}
	for _, hosts := range same {
		for _, h := range hosts[1:] {
			if Part(h) != Part(hosts[0]) {
				t.Errorf("%s and %s are in different parts", h, hosts[0])
			}
		}
	}
	for host, want := range map[string]string{
		"localhost": "localhost", "127.0.0.1": "127.0.0.1", "[::1]": "[::1]", "a.b.co.uk": "b.co.uk",
		"a.b.de": "b.de", "gov.cn": "gov.cn", "people.com.cn": "people.com.cn", "": "",
	} {
		if got := registrable(host); got != want {
			t.Errorf("registrable(%q) = %q, want %q", host, got, want)
		}
	}
	if Host("https://WWW.Mfa.gov.cn:443/x") != "www.mfa.gov.cn" || Host("::") != "" {
		t.Error("Host is wrong")
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{"30s": 30 * time.Second, "15m": 15 * time.Minute, "24h": 24 * time.Hour, "7d": 168 * time.Hour, "1.5d": 36 * time.Hour} {
		d, err := ParseDuration(text)
		if err != nil || d.Std() != want {
			t.Errorf("%s = %v, %v; want %v", text, d.Std(), err, want)
		}
		var back Duration
		if b, _ := d.MarshalText(); back.UnmarshalText(b) != nil || back != d {
			t.Errorf("%s was written as %s and read as %v", text, b, back)
		}
	}
	for _, bad := range []string{"", "fast", "-5m", "d", "-1d", "1e9d", "5"} {
		if d, err := ParseDuration(bad); err == nil {
			t.Errorf("%q was read as %v", bad, d)
		}
	}
	for d, want := range map[Duration]string{Duration(30 * time.Minute): "30m", Duration(48 * time.Hour): "2d", Duration(24 * time.Hour): "24h", Duration(90 * time.Second): "1m30s"} {
		if d.String() != want {
			t.Errorf("%d is written %q, want %q", d, d.String(), want)
		}
	}
}

func TestDate(t *testing.T) {
	d := Date{Precision: Minute, Zone: "Asia/Shanghai", Time: time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)}
	if d.Day() != "2026-11-23" || (Date{}).Day() != "" {
		t.Errorf("day %q, want 2026-11-23", d.Day())
	}
	d.Zone = "-05:00"
	if d.In().Hour() != 12 {
		t.Errorf("hour %d at -05:00, want 12", d.In().Hour())
	}
	if Location("nowhere") != time.UTC || Location("Local") != time.UTC {
		t.Error("an unknown zone is UTC")
	}
}

func TestLanguage(t *testing.T) {
	for _, tt := range []struct{ row, text, lang, locale string }{
		{"en", "Wang meets Lavrov", "en", "en"},
		{"en", "外交部发言人主持例行记者会", "zh", "zh"},
		{"zh-CN", "外交部发言人", "zh", "zh-CN"},
		{"zh-CN", "Regular press conference", "zh", "zh-CN"},
		{"auto", "Regular press conference", "en", "en"},
		{"", "首相は会見で述べた", "ja", "ja"},
		{"en", "한국어 보도자료", "ko", "ko"},
		{"en", "MOFCOM 公告 2026", "en", "en"},
		{"en", "", "en", "en"},
	} {
		if lang, locale := Language(tt.row, tt.text); lang != tt.lang || locale != tt.locale {
			t.Errorf("Language(%q, %q) = %s, %s; want %s, %s", tt.row, tt.text, lang, locale, tt.lang, tt.locale)
		}
	}
}

func TestLegal(t *testing.T) {
	for in, want := range map[string]string{
		"plain 中文\n": "plain 中文\n", "a\x00b\x0bc": "abc", "bad\xff": "bad\uFFFD", "\u202eevil": "evil",
		"a\uFFFEb": "ab", "\uFEFFa": "a", "\u2066x\u2069": "x", "\U0001FFFFx": "x", "\uFDD0x": "x", "tab\t": "tab\t", "\u0085x": "x",
	} {
		if got := Legal(in); got != want {
			t.Errorf("Legal(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Line("  a\u3000 b\r\n\tc "); got != "a b c" {
		t.Errorf("Line gives %q, want %q", got, "a b c")
	}
}

func TestRights(t *testing.T) {
	for _, tt := range []struct {
		r    Rights
		c    Content
		want Content
	}{{Government, Full, Full}, {Open, Summary, Summary}, {Media, Full, Summary}, {"", Full, Summary}, {Restricted, Full, Title}, {Media, Title, Title}} {
		if got := tt.c.Least(tt.r.Most()); got != tt.want {
			t.Errorf("%s of a %s source is %s, want %s", tt.c, tt.r, got, tt.want)
		}
	}
}

func TestPublisherIn(t *testing.T) {
	s := Source{ID: "mfa", Publisher: NamesOf(map[string]string{"en": "Foreign Ministry", "zh-CN": "外交部"})}
	for lang, want := range map[string]string{"en": "Foreign Ministry", "zh": "外交部", "zh-CN": "外交部", "zh-TW": "外交部", "fr": "Foreign Ministry", "": "Foreign Ministry"} {
		if got := s.PublisherIn(lang); got != want {
			t.Errorf("publisher in %q is %q, want %q", lang, got, want)
		}
	}
	for want, s := range map[string]Source{"外交部": {Publisher: NamesOf(map[string]string{"zh-CN": "外交部"})}, "Label": {ID: "x", Name: "Label"}, "x": {ID: "x"}, "Any": {Publisher: NamesOf(map[string]string{"": "Any"})}} {
		if got := s.PublisherIn("fr"); got != want {
			t.Errorf("publisher is %q, want %q", got, want)
		}
	}
}

func TestPublisherIsAlwaysTheSame(t *testing.T) {
	s := Source{Publisher: NamesOf(map[string]string{"zh-TW": "外交部（繁）", "zh-CN": "外交部", "en-US": "A", "en-GB": "B"})}
	for range 50 {
		if zh, en := s.PublisherIn("zh"), s.PublisherIn("fr"); zh != "外交部" || en != "B" {
			t.Fatalf("publisher is %s and %s", zh, en)
		}
	}
}

func TestRuleFor(t *testing.T) {
	f := Fetching{Hosts: []HostRule{{Pattern: "*.mfa.gov.cn", Connections: 2}, {Pattern: "one.example", Connections: 3}, {Pattern: "*", Connections: 4}}}
	for host, want := range map[string]int{"www.mfa.gov.cn": 2, "mfa.gov.cn": 4, "one.example": 3, "two.example": 4} {
		if got := f.RuleFor(host).Connections; got != want {
			t.Errorf("%s: %d connections, want %d", host, got, want)
		}
	}
	if (Fetching{}).RuleFor("x").Connections != 1 {
		t.Error("without rules there is one connection")
	}
}

func TestItem(t *testing.T) {
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	i := Item{ShownRev: 2, Revisions: []Revision{{Pos: 2, Kind: TaskListing, Class: First}, {Pos: 4, Kind: TaskArticle, Class: Fill}, {Pos: 6, Kind: TaskLook, Class: Edit, At: at}}}
	if r, ok := i.Last(true); !ok || r.Pos != 2 {
		t.Errorf("last listing reading %+v, want that at 2", r)
	}
	if r, ok := i.Last(false); !ok || r.Pos != 6 {
		t.Errorf("last page reading %+v, want that at 6", r)
	}
	if i.ShownPos() != 4 || i.Edited() != at || !(Item{}).Edited().IsZero() {
		t.Error("ShownPos or Edited is wrong")
	}
	if _, ok := (Item{}).Last(true); ok {
		t.Error("an item without readings has a last one")
	}
}

func TestRulingEmpty(t *testing.T) {
	if !(Ruling{Curator: "1"}).Empty() || (Ruling{Fill: []FillRuling{{}}}).Empty() {
		t.Error("Empty is wrong")
	}
}

func TestTaskName(t *testing.T) {
	a := Task{Kind: TaskListing, Source: "a", URL: "u"}
	b := Task{Kind: TaskLook, Source: "a", URL: "u", Item: ItemID{1}}
	if a.Name() != "listing a u" || b.Name() != "look 01000000000000000000000000000000" {
		t.Errorf("names %q, %q", a.Name(), b.Name())
	}
	if p := (&Problem{Words: "w"}); p.Error() != "w" {
		t.Error("a problem says its words")
	}
	if !OK.Well() || !UnreadableDates.Well() || Redesigned.Well() {
		t.Error("Well is wrong")
	}
}

func TestFolded(t *testing.T) {
	for _, same := range [][]string{
		{"Ministers, meet!", "ministers meet", "ＭＩＮＩＳＴＥＲＳ　ＭＥＥＴ", "Ministers — meet"},
		{"up 6.1% in 2026", "Up 6.1％ in 2026.", "up, 6.1% (in 2026)"},
		{"-5 degrees", "−5 degrees", "–5 degrees"},
		{"3-5 days", "3–5 days", "3~5 days"},
		{"外交部：发言人", "外交部发言人"},
	} {
		for _, text := range same {
			if Folded(text) != Folded(same[0]) {
				t.Errorf("%q is folded to %q, and %q to %q", text, Folded(text), same[0], Folded(same[0]))
			}
		}
	}
	for _, differ := range [][2]string{
		{"6.1", "61"}, {"-5", "5"}, {"5%", "5"}, {"$5", "€5"}, {"1,5", "15"}, {"9:30", "930"}, {"3-5", "35"}, {"5℃", "5"}, {"增长6.1%", "增长61%"}, {"5‰", "5%"},
	} {
		if Folded(differ[0]) == Folded(differ[1]) {
			t.Errorf("%q and %q are both folded to %q", differ[0], differ[1], Folded(differ[0]))
		}
	}
}

func TestTogetherSince(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 20, h, 0, 0, 0, time.UTC) }
	a := Item{Joined: []Joining{{Story: StoryID{1}, At: at(1)}, {Story: StoryID{2}, At: at(9)}}} // merged into 2 at nine
	b := Item{Joined: []Joining{{Story: StoryID{1}, At: at(3)}, {Story: StoryID{2}, At: at(9)}}}
	c := Item{Joined: []Joining{{Story: StoryID{2}, At: at(0)}}}
	for _, tt := range []struct {
		what string
		x, y Item
		want time.Time
	}{{"of one story before the merge", a, b, at(3)}, {"of two stories", a, c, at(9)}} {
		for _, pair := range [][2]Item{{tt.x, tt.y}, {tt.y, tt.x}} {
			if since, ok := pair[0].With(pair[1]); !ok || !since.Equal(tt.want) {
				t.Errorf("%s: together since %v, want %v", tt.what, since, tt.want)
			}
		}
	}
	if a.In(StoryID{1}, at(0)) || !a.In(StoryID{1}, at(8)) || a.In(StoryID{1}, at(9)) || !a.In(StoryID{2}, at(9)) {
		t.Error("the item was in 1 from one, and in 2 from nine")
	}
	if _, ok := a.With(Item{Joined: []Joining{{Story: StoryID{7}, At: at(1)}}}); ok {
		t.Error("two that never were in one story are together")
	}
}

func FuzzCanonicalURL(f *testing.F) {
	f.Add("https://WWW.example.com:443/a?b=1#c")
	f.Fuzz(func(t *testing.T, raw string) {
		c := CanonicalURL(raw)
		if back, ok := strings.CutPrefix(c, "1//"); ok && c != raw {
			scheme, _, _ := strings.Cut(raw, ":") // which port is the default depends on it
			if again := CanonicalURL(scheme + "://" + back); again != c {
				t.Errorf("%q became %q, and that %q", raw, c, again)
			}
		}
	})
}

func TestOctetsSurviveJSON(t *testing.T) {
	survives := func(bytes []byte, plain string) bool {
		want := struct{ A, B Octets }{Octets(bytes), Octets(plain)}
		text, err := json.Marshal(want)
		if err != nil {
			return false
		}
		got := want
		got.A, got.B = "", ""
		return json.Unmarshal(text, &got) == nil && got == want
	}
	if err := quick.Check(survives, nil); err != nil {
		t.Error(err)
	}
	for _, text := range []string{`{"A":7}`, `{"A":[7]}`, `{"A":["not base64"]}`} {
		if err := json.Unmarshal([]byte(text), &struct{ A Octets }{}); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
