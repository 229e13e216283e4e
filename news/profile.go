package news

import "cmp"

// With is the row with what it leaves unset taken from a profile, key by key.
func (s Source) With(p Profile) Source {
	s.List = s.List.with(p.List)
	s.Pages.Pattern = cmp.Or(s.Pages.Pattern, p.Pages.Pattern)
	s.Pages.First = cmp.Or(s.Pages.First, p.Pages.First)
	s.Pages.Max = cmp.Or(s.Pages.Max, p.Pages.Max)
	s.Article = s.Article.with(p.Article)
	s.DateFrom = either(s.DateFrom, p.DateFrom)
	s.DateLayouts = either(s.DateLayouts, p.DateLayouts)
	s.TitleDateRegex = cmp.Or(s.TitleDateRegex, p.TitleDateRegex)
	s.URLDateRegex = cmp.Or(s.URLDateRegex, p.URLDateRegex)
	return s
}

func (l List) with(p List) List {
	l.Markup = either(l.Markup, p.Markup)
	l.Item = either(l.Item, p.Item)
	l.Link = either(l.Link, p.Link)
	l.Title = either(l.Title, p.Title)
	l.Date = either(l.Date, p.Date)
	l.DateRegex = cmp.Or(l.DateRegex, p.DateRegex)
	l.DateLayouts = either(l.DateLayouts, p.DateLayouts)
	l.LinkMatch = cmp.Or(l.LinkMatch, p.LinkMatch)
	l.LinkSkip = cmp.Or(l.LinkSkip, p.LinkSkip)
	l.SameHost = l.SameHost || p.SameHost
	l.Limit = cmp.Or(l.Limit, p.Limit)
	return l
}

func (a Article) with(p Article) Article {
	a.Title = either(a.Title, p.Title)
	a.TitleRegex = cmp.Or(a.TitleRegex, p.TitleRegex)
	a.Date = either(a.Date, p.Date)
	a.DateRegex = cmp.Or(a.DateRegex, p.DateRegex)
	a.Body = either(a.Body, p.Body)
	a.Remove = either(a.Remove, p.Remove)
	return a
}

func either[T any](a, b []T) []T {
	if len(a) > 0 {
		return a
	}
	return b
}
