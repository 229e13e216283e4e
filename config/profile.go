package config

import (
	"fmt"
	"sync"

	"chinanews/news"
)

// What a row may write in place of a profile's name.
const (
	profileAuto = "auto" // recognise it from the page
	profileNone = "none"
)

// profile takes the name of a site family.
func (v value) profile(into *string) {
	known := []string{profileAuto, profileNone}
	for _, p := range v.config.Profiles {
		known = append(known, p.Name)
	}
	enum(v, into, known...)
}

// families is their file, parsed once.
var families = sync.OnceValue(func() value { return new(reading).shipped("profiles/profiles.yaml") })

// profiles takes the site families that come with the program.
func (d *decoder) profiles() []news.Profile {
	var all []news.Profile
	seen := make(map[string]bool)
	for _, item := range families().within(d.reading).rows() {
		var p news.Profile
		item.mapping(profileKeys(&p))
		if p.Name == "" || p.About == "" || len(p.Signs) == 0 {
			item.bad("a profile needs name, about and signs", "")
		}
		if seen[p.Name] || p.Name == profileAuto || p.Name == profileNone {
			item.bad(fmt.Sprintf("profile %s stands twice", p.Name), "")
		}
		seen[p.Name] = true
		all = append(all, p)
	}
	return all
}

func profileKeys(p *news.Profile) keys {
	return keys{
		"name": takes(func(v value) { v.id(&p.Name) }), "about": takes(func(v value) { v.string(&p.About) }),
		"signs": takes(func(v value) { v.signs(&p.Signs) }),
		"list":  takes(func(v value) { v.list(&p.List) }), "pages": takes(func(v value) { v.pages(&p.Pages) }),
		"article":          takes(func(v value) { v.article(&p.Article) }),
		"date_from":        takes(func(v value) { v.dateFrom(&p.DateFrom) }),
		"date_layouts":     takes(func(v value) { v.layouts(&p.DateLayouts) }),
		"title_date_regex": takes(func(v value) { v.regex(&p.TitleDateRegex) }),
		"url_date_regex":   takes(func(v value) { v.regex(&p.URLDateRegex) }),
	}
}

func (v value) signs(into *[]news.Sign) {
	for _, item := range v.rows() {
		var s news.Sign
		item.mapping(keys{
			"has": takes(func(v value) { v.selector(&s.Has) }), "text": takes(func(v value) { v.regex(&s.Text) }),
			"url": takes(func(v value) { v.regex(&s.URL) }),
		})
		if s == (news.Sign{}) {
			item.bad("a sign says nothing", "write has, text or url")
		}
		*into = append(*into, s)
	}
}
