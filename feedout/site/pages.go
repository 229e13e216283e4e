package site

import (
	"net/http"
	"strconv"

	"chinanews/news"
)

// home makes Home in a language; "" is the site's own.
func (s *site) home(lang string) func(*http.Request) (view, error) {
	return func(r *http.Request) (view, error) {
		chrome := lang
		if chrome == "" {
			chrome = interfaceOf(s.Site().Language)
		}
		items, err := s.Newest(lang, onHome)
		return view{name: "home", Lang: chrome, Title: s.Site().Title, Path: r.URL.Path, Items: items}, err
	}
}

// maxPages bounds how far back pages go.
const maxPages = 1000

func (s *site) feed(r *http.Request) (view, error) {
	n := 1
	if q := r.URL.Query().Get("page"); q != "" {
		var err error
		if n, err = strconv.Atoi(q); err != nil || n < 1 || n > maxPages {
			return view{}, ErrNotFound
		}
	}
	l, err := s.Page(r.PathValue("feed"), n, perPage)
	if err != nil {
		return view{}, err
	}
	if n > 1 && len(l.Items) == 0 {
		return view{}, ErrNotFound
	}
	return view{name: "feed", Lang: interfaceOf(l.Feed.Language), Title: l.Feed.Title, Path: r.URL.Path, Feed: l.Feed,
		Items: l.Items, Page: n, Pages: (l.Total + perPage - 1) / perPage}, nil
}

func (s *site) story(r *http.Request) (view, error) {
	address := r.PathValue("story")
	if len(address) < news.AddressLength || len(address) > 26 {
		return view{}, ErrNotFound
	}
	i, err := s.Story(address)
	if err != nil {
		return view{}, err
	}
	if i.Address != address {
		return view{moved: "/stories/" + i.Address}, nil
	}
	return view{name: "story", Lang: interfaceOf(i.Lead.Shown.Lang), Title: i.Lead.Shown.Title, Path: r.URL.Path, Feed: i.Feed, Item: i}, nil
}

func (s *site) polling(r *http.Request) (view, error) {
	sources, err := s.Sources()
	return view{name: "polling", Lang: interfaceOf(s.Site().Language), Title: "How we poll", Path: r.URL.Path, Sources: sources}, err
}

func (s *site) about(r *http.Request) (view, error) {
	return view{name: "about", Lang: interfaceOf(s.Site().Language), Title: "About", Path: r.URL.Path}, nil
}

// interfaceOf is the language that a page's own words are in.
func interfaceOf(language string) string {
	if news.Primary(language) == "zh" {
		return "zh"
	}
	return "en"
}

func locale(lang string) string {
	if lang == "zh" {
		return "zh-CN"
	}
	return "en"
}
