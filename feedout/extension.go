package feedout

import (
	"time"

	"chinanews/news"
)

// Key documents one key of `_chinanews`, the extension of our JSON Feeds (JSON
// Feed 1.1, "Extensions"). Keys of what is in it are named in the text.
type Key struct {
	Name             string
	English, Chinese string
}

// Extension is what `_chinanews` may have: of a feed, then of an item. What is
// not known is left out. Programs must not mind keys that are not here.
var Extension = []Key{
	{"about", "The address of this list.", "本列表的地址。"},
	{"current", "Of a feed that is a document of an archive (RFC 5005): the address that is subscribed to. next_url leads to the older documents.", "仅见于归档文档（RFC 5005）：订阅所用的地址。next_url指向更早的文档。"},
	{"story", "The address of our page of the release, or of what a notice or withdrawal is about.", "本站关于该消息（或该通知、撤下所涉消息）的页面地址。"},
	{"carriers", "Who had the release when the entry last changed, the first to have it first: publisher, url, first_seen (when we first saw it there).", "条目最后更新时已刊载该消息的各方，先见者在前：publisher（发布方）、url（网址）、first_seen（本站首次所见）。"},
	{"date_precision", "How precise the source's own date is: minute or day; empty when it states none. Without a minute, the hour in date_published is this site's, not the source's.", "来源自身日期的精度：minute（分）、day（日），未注明则为空。除minute外，date_published中的时刻由本站所定，并非来源注明。"},
	{"revision", "How many readings of the release there have been until the one that is shown; 1 for the first.", "所示文本是本站第几次读得的内容；首次为1。"},
	{"removed", "Since when the release is no longer at its address, which looks over a day have confirmed. Who took it away, and why, is not known.", "自何时起已不在原网址，经一日内多次查看确认。由谁、因何移除，无从得知。"},
	{"source_title", "The source's own title, where an editor of this site gave another.", "本站编者另拟标题时，来源原有的标题。"},
	{"note", "What an editor of this site wrote on the release.", "本站编者的按语。"},
	{"siblings", "The release in other languages: language, story (our page), title.", "该消息的其他语言版本：language（语言）、story（本站页面）、title（标题）。"},
	{"notice", "Of an item of a feed of edits or removals: changed, removed or returned.", "改动或移除通知的种类：changed（有改动）、removed（原址已无）、returned（已恢复）。"},
	{"version", "Of an edit: the number of the new version.", "改动后版本的序号。"},
	{"last_seen", "Of a notice: when the text was last seen as it was before.", "旧文本最后所见的时间。"},
	{"since", "Of a removal: the first look that did not find the release.", "首次未能找到该消息的时间。"},
	{"classes", "Of an edit: what was touched, headline, number, name, date, passage removed, passage added, moved (the order of passages), typography.", "改动所涉：headline（标题）、number（数字）、name（名称）、date（日期）、passage removed（删去）、passage added（新增）、moved（次序）、typography（书写）。"},
	{"differences", "Of an edit: class, was and now of each place, as far as its rights allow.", "各处改动：class（种类）、was（原文）、now（现文），以来源许可为限。"},
	{"looks", "Of a removal: the looks that confirm it, each with at (when) and saw (what was found; not found, soft 404 and home, a front page in its place, say that it is gone).", "确认移除的各次查看：at（时间）、saw（所见；not found（无此页）、soft 404（页面称其不存在）、home（代之以首页）均表示已无）。"},
	{"withdrawn", "Of what this site took back: when. The text says why. A source's own removal is never called so.", "本站撤下此条的时间，原因见正文。来源自行移除的从不如此标示。"},
	{"day", "Of a digest: the day that it is of, in Beijing.", "每日汇编所属的日期（北京时间）。"},
	{"releases", "Of a digest: what is in it: id (of its entry in other feeds), story, url, title, publisher, language, date_published.", "汇编所含消息：id（在其他订阅源中的条目标识）、story、url、title、publisher、language、date_published。"},
}

// ExtensionPath is the page that has this list.
const ExtensionPath = "/about#chinanews"

// jsonDocument is what we say of a document as a whole.
type jsonDocument struct {
	About   string `json:"about"`
	Current string `json:"current,omitempty"` // of a document of the archive: what is subscribed to
}

func (d Document) documentExtension() jsonDocument {
	e := jsonDocument{About: d.Site.BaseURL + ExtensionPath}
	if d.archived() {
		e.Current = d.current(JSON)
	}
	return e
}

// jsonExtension is what we know and the format has no place for.
type jsonExtension struct {
	Story         string         `json:"story"` // our page
	Carriers      []jsonCarrier  `json:"carriers"`
	DatePrecision news.Precision `json:"date_precision"` // "": the source states no date
	Revision      int            `json:"revision"`
	Removed       string         `json:"removed,omitempty"`      // since when it is not at its address, confirmed by looks
	SourceTitle   string         `json:"source_title,omitempty"` // where the editor gave another
	Note          string         `json:"note,omitempty"`         // the editor's
	Siblings      []jsonSibling  `json:"siblings,omitempty"`     // versions in other languages
}

// jsonNotice is what a notice says, for programs.
type jsonNotice struct {
	Story       string            `json:"story"`  // our page
	Notice      string            `json:"notice"` // changed, removed or returned
	Version     int               `json:"version,omitempty"`
	LastSeen    string            `json:"last_seen,omitempty"` // as it was before
	Since       string            `json:"since,omitempty"`
	Classes     []news.EditClass  `json:"classes,omitempty"`
	Differences []news.Difference `json:"differences,omitempty"`
	Looks       []jsonLook        `json:"looks,omitempty"`
}

type jsonLook struct {
	At  string        `json:"at"`
	Saw news.Sighting `json:"saw"`
}

type jsonCarrier struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url"`
	FirstSeen string `json:"first_seen"`
}

func (d Document) noticeExtension(t Told) jsonNotice {
	e := jsonNotice{Story: d.Site.BaseURL + "/stories/" + t.Address, Notice: "returned", Version: t.Version, LastSeen: jsonTime(t.Words.Seen), Since: jsonTime(t.Words.Since)}
	switch {
	case t.Of == news.FeedEdits:
		e.Notice, e.Classes = "changed", classes(t.Words)
		e.Differences, _ = d.quotes(t)
	case t.State == news.Removed:
		e.Notice = "removed"
	}
	for _, l := range t.Words.Looks {
		e.Looks = append(e.Looks, jsonLook{rfc3339(l.At), l.Saw})
	}
	return e
}

// jsonTime is a moment; empty when it is not known.
func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return rfc3339(t)
}

// extension lists carriers and siblings as of the entry's last update, as the
// provenance line does.
func (d Document) extension(r news.Release) jsonExtension {
	e := jsonExtension{Story: d.storyURL(r), Carriers: []jsonCarrier{}, DatePrecision: r.Lead.Shown.Date.Precision, Revision: r.Lead.ShownRev,
		SourceTitle: r.Own(), Note: r.Note(), Siblings: d.jsonSiblings(r)}
	if r.Lead.Presence == news.Removed {
		e.Removed = jsonTime(r.Lead.Missed)
	}
	for _, c := range carriers(r) {
		e.Carriers = append(e.Carriers, jsonCarrier{publisherIn(c.Source, d.Feed.Language), address(c.Item.Shown.URL), rfc3339(c.Item.FirstSeen)})
	}
	return e
}
