package page

import (
	"testing"

	"chinanews/news"
)

// The name of a reader that is remembered is that which its row has, whichever
// rows were asked for before.
func TestReaderIsRemembered(t *testing.T) {
	changes := map[string]func(*news.Source){
		"plain": func(*news.Source) {}, "kind": func(s *news.Source) { s.Kind = news.KindFeed }, "body": func(s *news.Source) { s.Body = news.BodyPage },
		"charset": func(s *news.Source) { s.Charset = "gb18030" }, "zone": func(s *news.Source) { s.Timezone = "Asia/Tokyo" }, "profile": func(s *news.Source) { s.Profile = "auto" },
		"no profile": func(s *news.Source) { s.Profile = profileNone }, "language": func(s *news.Source) { s.Language = "zh" },
		"list": func(s *news.Source) { s.List.Limit = 3 }, "article": func(s *news.Source) { s.Article.DateRegex = "x" }, "title": func(s *news.Source) { s.TitleDateRegex = "x" },
		"address": func(s *news.Source) { s.URLDateRegex = "x" }, "dates": func(s *news.Source) { s.DateFrom = []news.DateOrigin{"url"} }, "layouts": func(s *news.Source) { s.DateLayouts = []string{"2006"} },
		"rewrite": func(s *news.Source) { s.Rewrite = [][2]string{{"a", "b"}} }, "empty": func(s *news.Source) { s.DateLayouts = []string{} },
	}
	names := make(map[string]string)
	for range 2 {
		for what, change := range changes {
			for _, profiles := range []string{"", "p1", "p2"} {
				var src news.Source
				change(&src)
				got, known := Reader(src, profiles), profiles
				if src.Profile == profileNone {
					known = ""
				}
				if want := readerOf(src, known); got != want {
					t.Errorf("%s, profiles %q: %s, want %s", what, profiles, got, want)
				}
				if before, ok := names[got]; ok && before != what+known {
					t.Errorf("%s and %s have one reader, %s", before, what+known, got)
				}
				names[got] = what + known
			}
		}
	}
}
