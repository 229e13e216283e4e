package desk

import (
	"cmp"
	"slices"
	"strconv"

	"chinanews/news"
)

// deeds are what editors did, with the form that takes an act of it back.
type deeds struct {
	Acts []Deed
	Form form
}

// Deeds are those of a story.
func (f file) Deeds() deeds { return deeds{f.Acts, f.Forms} }

// Deeds are those of a flood.
func (f flooding) Deeds(lang string) deeds { return deeds{f.Acts, f.Form(lang)} }

// listed are stories in a list.
type listed struct {
	Lang  string
	Found []Brief
}

// Listed are those that were found.
func (s search) Listed(lang string) listed { return listed{lang, s.Found} }

// Listed are those that came with a flood.
func (f flooding) Listed(lang string) listed { return listed{lang, f.First} }

// Page is the page of what an act was on.
func (s settled) Page() string { return pageOf(s.Name) }

// Tongue is the language of the source's own title.
func (f file) Tongue() string {
	for _, p := range f.Parts {
		if news.Line(p.Item.Shown.Title) == f.Own {
			return cmp.Or(p.Item.Shown.Locale, p.Item.Shown.Lang)
		}
	}
	return f.Lang
}

// part is a part of a story on its page.
type part struct {
	Lang    string
	Address string
	Part    Part
	First   bool
}

// On is a part as the page shows it: the first with its text open.
func (f file) On(lang string, p Part) part {
	return part{lang, f.Address, p, p.Item.ID == f.Parts[0].Item.ID}
}

// Page is the public page of a version.
func (p part) Page(number int) string {
	return news.HistoryPath(p.Address, p.Part.Item.ID, "versions/"+strconv.Itoa(number))
}

// clause is a Clause with the language of the page.
type clause struct {
	Clause
	Lang string
}

// Clause is one as the page shows it.
func (f file) Clause(lang string, c Clause) clause { return clause{c, lang} }

// Below are its parts.
func (c clause) Below() (parts []clause) {
	for _, p := range c.Parts {
		parts = append(parts, clause{p, c.Lang})
	}
	return parts
}

// Has reports whether an act takes what is typed in a field.
func (u undone) Has(field string) bool {
	return slices.Contains(map[news.Act][]string{
		news.ActRetitle: {"text"}, news.ActSummary: {"text"}, news.ActNote: {"text"}, news.ActTag: {"tags"}, news.ActPin: {"until"}, news.ActEmbargo: {"until"},
		news.ActMerge: {"other"}, news.ActSplit: {"parts"}, news.ActWithdraw: {"reason"},
	}[u.Act], field)
}

// Chosen reports whether an item was chosen to be split off.
func (u undone) Chosen(id news.ItemID) bool { return slices.Contains(u.Parts, id.String()) }

// Page is the page of what it is on.
func (u undone) Page() string { return pageOf(u.asked.Name) }

// asking says what an editor was about to do.
var asking = map[news.Act]string{
	news.ActApprove: "You are about to approve it.", news.ActHide: "You are about to hide it.", news.ActHold: "You are about to hold it.", news.ActPin: "You are about to pin it.",
	news.ActEmbargo: "You are about to put it under embargo.", news.ActRetitle: "You are about to give it this title:", news.ActSummary: "You are about to write this summary:",
	news.ActNote: "You are about to write this note:", news.ActTag: "You are about to give it these tags:", news.ActMerge: "You are about to merge it with another story.",
	news.ActSplit: "You are about to split it.", news.ActWithdraw: "You are about to withdraw it.", Undo: "You are about to take an act back.",
}

// Asking says what an editor was about to do, and where.
func (u undone) Asking(lang string) string {
	said := say(lang, asking[u.Act])
	if u.Story == nil || u.Wish.Feed == "" {
		return said
	}
	for _, p := range u.Story.Places {
		if p.Feed.ID == u.Wish.Feed {
			said += say(lang, " In this feed alone: %s", p.Feed.Title)
		}
	}
	return said
}
