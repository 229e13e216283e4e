package fetcher

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/goccy/go-yaml"

	"chinanews/news"
)

// families are the profiles that the program comes with, and the page of an
// article of each.
func families(b *testing.B) (profiles []news.Profile, pages []answer) {
	b.Helper()
	text, err := os.ReadFile("../config/profiles/profiles.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if text, err = yaml.YAMLToJSON(text); err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &profiles); err != nil {
		b.Fatal(err)
	}
	files, err := filepath.Glob("../config/profiles/*/article.html")
	if err != nil || len(files) == 0 {
		b.Fatalf("no pages: %v", err)
	}
	address := regexp.MustCompile(`<!-- (\S+) -->`)
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, answer{url: string(address.FindSubmatch(body)[1]), status: http.StatusOK, proto: "HTTP/1.1", header: http.Header{}, body: body})
	}
	return profiles, pages
}

// BenchmarkPages reads the pages of articles as answers, each with all that is
// made of one: its entry, what it shows of the release, where it goes on.
func BenchmarkPages(b *testing.B) {
	profiles, pages := families(b)
	o := Options{Fetching: settings(), Profiles: profiles}
	f, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name, profile string
		kind          news.TaskKind
		same          bool // bytes as the release is shown by
	}{{"article by profile", "", news.TaskArticle, false}, {"article by readability", "none", news.TaskArticle, false},
		{"look by profile", "", news.TaskLook, false}, {"look at the same bytes", "", news.TaskLook, true}} {
		b.Run(bb.name, func(b *testing.B) {
			requests := make([]request, len(pages))
			for n, a := range pages {
				u, err := url.Parse(a.url)
				if err != nil {
					b.Fatal(err)
				}
				src := row(a.url)
				src.Kind, src.Profile = news.KindHTML, bb.profile
				task := news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: a.url, Listed: news.Entry{URL: a.url}}
				if bb.kind == news.TaskLook {
					first := answered(b, f, request{src: src, task: task, url: u, now: noon}, a)
					e := first.Entries[0]
					task.Kind, task.Listed, task.Text = news.TaskLook, e, e.HTML
					if bb.same {
						task.State = shownState(first, a.url)
					}
				}
				requests[n] = request{src: src, task: task, url: u, now: noon}
			}
			i := 0
			for b.Loop() {
				answered(b, f, requests[i%len(pages)], pages[i%len(pages)])
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

func answered(b *testing.B, f *Fetcher, r request, a answer) news.Batch {
	b.Helper()
	batch := f.batch(r.src, r.task, r.now)
	if p := f.read(context.Background(), &batch, r, a, &leaf{shown: 1}); p != nil {
		b.Fatal(p)
	}
	return batch
}
