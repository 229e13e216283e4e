package induce

import (
	"fmt"
	"slices"
	"strings"
)

// families are lists as the systems write them that ministries and agencies
// use, with the furniture that stands around them.
func families() []made {
	e, c, q := english(20), chinese(20), chinese(20)
	for n := range q {
		q[n].path = fmt.Sprintf("/show.aspx?id=%d", 700-n)
	}
	return []made{
		{name: "mission, first generation", want: c, dated: true,
			page: site("使馆新闻", `<table width="760"><tr><td width="180">`+menuTable()+`</td><td><div id="docMore"><table>`+each(c, `<tr><td valign="top"><img src="dot.gif"></td><td><a href="%[1]s" target="_blank">%[2]s</a>(%[3]s)</td></tr>`, "2006/01/02")+`</table></div></td></tr></table>`)},
		{name: "portal with parted rows", want: c, dated: true,
			page: site("要闻", `<div class="news_box"><div class="list list_1 list_2"><ul>`+partedRows(c, `<li><h4><a href="%[1]s">%[2]s</a><span class="date">%[3]s</span></h4></li>`, `<li class="line"></li>`)+`</ul></div></div>`)},
		{name: "each row a table of its own", want: c, dated: true,
			page: site("沟通交流", `<div id="12007"><table><tr><td>`+each(c, `<table width="100%%"><tbody><tr><td height="22"><font class="newslist_style"><a href="%[1]s" title="%[2]s">%[2]s</a></font><span class="hui12">%[3]s</span></td></tr></tbody></table>`, "2006-01-02")+`</td></tr></table></div>`)},
		{name: "portal cards without dates", want: e,
			page: site("News", `<div class="column_left"><ul>`+each(e, `<li><a href="%[1]s"><img src="t.jpg"></a><h4><a href="%[1]s">%[2]s</a></h4></li>`)+`</ul></div>`)},
		{name: "agency stream", want: e, dated: true,
			page: site("Latest", `<div id="list"><div class="columnBox">`+each(e, `<div class="item"><div class="tit"><a href="%[1]s">%[2]s</a></div><div class="abs">A few words on it.</div><div class="time">%[3]s</div></div>`, "2006-01-02 15:04:05")+`</div></div>`)},
		{name: "a ul for each five", want: c, dated: true,
			page: site("时政", `<div class="p2j_list">`+fives(c)+`</div>`)},
		{name: "cards with two links each", want: e, dated: true,
			page: site("World", `<div class="lft_art">`+each(e, `<div class="mb10 tw3_01_2"><span class="tw3_01_2_p"><a href="%[1]s"><img src="a.jpg"></a></span><span class="tw3_01_2_t"><h4><a shape="rect" href="%[1]s">%[2]s</a></h4><b>%[3]s</b></span></div>`, "2006-01-02 15:04")+`</div>`)},
		{name: "weblog", want: e, dated: true,
			page: site("Newsroom", `<main>`+weblog(e)+`</main><aside class="widget"><h3>Recent posts</h3><ul>`+each(e[:10], `<li><a href="%[1]s">%[2]s</a></li>`)+`</ul></aside>`)},
		{name: "views of a content system", want: e, dated: true,
			page: site("Press releases", `<div class="view-content">`+views(e)+`</div>`)},
		{name: "document list of a government", want: e, dated: true,
			page: site("News and communications", `<ul class="gem-c-document-list">`+each(e, `<li class="gem-c-document-list__item"><div class="gem-c-document-list__item-title"><a class="govuk-link" href="%[1]s">%[2]s</a></div><p>The agency said so.</p><ul class="gem-c-document-list__item-metadata"><li>Updated: <time datetime="%[3]s">%[4]s</time></li></ul></li>`, "2006-01-02", "2 January 2006")+`</ul>`)},
		{name: "table with number, title, document and file", want: c, dated: true,
			page: site("政策文件", `<div class="dataBox"><table><tbody><tr><td>序号</td><td>标题</td><td>文号</td><td>发布日期</td></tr>`+each(c, `<tr><td>1</td><td><a href="%[1]s">%[2]s</a></td><td>北发〔2025〕17号</td><td>%[3]s</td></tr>`, "2006年01月02日")+`</tbody></table></div>`)},
		{name: "link around everything", want: c, dated: true,
			page: site("动态", `<ul class="wide">`+each(c, `<li><a href="%[1]s"><span class="tit">%[2]s</span><span class="day">%[3]s</span></a></li>`, "2006-01-02")+`</ul>`)},
		{name: "a day over a month with a year, before the link", want: c, dated: true,
			page: site("新闻中心", `<div class="nlist">`+each(c, `<dl><dt><em>%[3]s</em><i>%[4]s</i></dt><dd><a href="%[1]s">%[2]s</a></dd></dl>`, "02", "2006-01")+`</div>`)},
		{name: "no names at all", want: e, dated: true,
			page: `<html><head><title>Press</title></head><body><table><tr><td><a href="/">Home</a></td><td><a href="/x/">Departments of the ministry</a></td></tr></table><ul>` + each(e, `<li><a href="%[1]s">%[2]s</a>, %[3]s</li>`, "2 January 2006") + `</ul></body></html>`},
		{name: "query addresses", want: q, dated: true,
			page: site("公告", `<div class="gg"><ul>`+each(q, `<li>[%[3]s] <a href="%[1]s">%[2]s</a></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "two columns with names of their own", want: e, dated: true,
			page: site("All news", `<div class="colA"><ul>`+each(e[:10], `<li><a href="%[1]s">%[2]s</a> <span>%[3]s</span></li>`, "2006-01-02")+`</ul></div><div class="colB"><ul>`+each(e[10:], `<li><a href="%[1]s">%[2]s</a> <span>%[3]s</span></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "title and date in one link", want: dayFirst(c), dated: true,
			page: site("公告", `<div class="one"><ul>`+each(dayFirst(c), `<li><a href="%[1]s">%[2]s</a></li>`)+`</ul></div>`)},
		{name: "titles and long summaries, one after the other", want: e,
			page: site("Digest", `<div class="digest">`+each(e, `<h3><a href="%[1]s">%[2]s</a></h3><p>`+summary+`</p>`)+`</div>`)},
		{name: "cards with long summaries and no dates", want: c,
			page: site("要闻", `<div class="big">`+each(c, `<div class="one"><h4><a href="%[1]s">%[2]s</a></h4><p>`+strings.Repeat("部长表示，双方将继续推进已经开始的工作。", 8)+`</p></div>`)+`</div>`)},
		{name: "two releases in a row of a table", want: e, dated: true,
			page: site("Press", `<table class="pairs">`+pairsOf(e, `<td><a href="%[1]s">%[2]s</a> <i>%[3]s</i></td>`, "2006-01-02")+`</table>`)},
		{name: "years above their releases", want: c, dated: true,
			page: site("年度", `<div class="years"><h3>2026年</h3><ul>`+each(c[:12], `<li><div class="l"><a href="%[1]s">%[2]s</a></div><div class="r">%[3]s</div></li>`, "2006-01-02")+`</ul><h3>2025年</h3><ul>`+each(c[12:], `<li><div class="l"><a href="%[1]s">%[2]s</a></div><div class="r">%[3]s</div></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "paragraphs", want: e, dated: true,
			page: site("Notices", `<div class="body">`+each(e, `<p><b>%[3]s</b> <a href="%[1]s">%[2]s</a></p>`, "2 Jan 2006")+`</div>`)},
		{name: "picture, title and summary, all linked", want: c, dated: true,
			page: site("要闻", `<div class="trio">`+each(c, `<div class="u"><a class="p" href="%[1]s"><img src="a.jpg"></a><a class="tt" href="%[1]s">%[2]s</a><a class="ss" href="%[1]s">`+strings.Repeat("部长表示，双方将继续推进已经开始的工作，港口将重新开放。", 3)+`</a><span>%[3]s</span></div>`, "2006-01-02")+`</div>`)},
		{name: "time in an attribute only", want: e, dated: true,
			page: site("Stream", `<div class="st">`+stamped(e)+`</div>`)},
		{name: "a hundred", want: english(100), dated: true,
			page: site("Archive", `<ol class="arch">`+each(english(100), `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ol>`)},
		{name: "tabs, of which one is shown", want: c[:10], dated: true,
			page: site("信息公开", `<div class="tab"><div id="con_1"><ul>`+each(c[:10], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul></div></div><div class="hot"><h3>热点</h3><ul>`+each(c[10:], `<li><a href="/hot%[1]s">%[2]s</a></li>`)+`</ul></div>`)},
	}
}

const summary = "The minister said that the two sides would go on with what they had begun, that the port would be open again before the winter, and that she thanked the crews, who had worked day and night since the storm, for what they had done."

// dayFirst are releases whose titles say the day.
func dayFirst(rs []release) []release {
	out := slices.Clone(rs)
	for n, r := range out {
		out[n].title = r.on("2006年1月2日") + r.title
	}
	return out
}

func stamped(rs []release) string {
	var b strings.Builder
	for _, r := range rs {
		fmt.Fprintf(&b, `<h4 class="cg-title"><a data-time="%d" href="%s">%s</a></h4>`, r.day.UnixMilli(), r.path, r.title)
	}
	return b.String()
}

func pairsOf(rs []release, form, layout string) string {
	var b strings.Builder
	for n := 0; n < len(rs); n += 2 {
		b.WriteString("<tr>" + each(rs[n:n+2], form, layout) + "</tr>")
	}
	return b.String()
}

func menuTable() string {
	var b strings.Builder
	b.WriteString("<table>")
	for _, name := range []string{"首页", "大使致辞", "使馆介绍", "双边关系", "领事服务", "经贸合作", "教育交流", "文化往来"} {
		fmt.Fprintf(&b, `<tr><td><a href="/chn/%d/">%s</a></td></tr>`, len(b.String()), name)
	}
	return b.String() + "</table>"
}

func partedRows(rs []release, form, line string) string {
	var b strings.Builder
	for n, r := range rs {
		if n%5 == 4 {
			b.WriteString(line)
		}
		fmt.Fprintf(&b, form, r.path, r.title, r.on("2006-01-02"))
	}
	return b.String()
}

func fives(rs []release) string {
	var b strings.Builder
	for n := 0; n < len(rs); n += 5 {
		b.WriteString(`<ul class="list_16 mt10">` + each(rs[n:n+5], `<li><a href="%[1]s">%[2]s</a><em>%[3]s</em></li>`, "2006-01-02") + `</ul>`)
	}
	return b.String()
}

func weblog(rs []release) string {
	var b strings.Builder
	for n, r := range rs {
		fmt.Fprintf(&b, `<article id="post-%d" class="post-%d post type-post category-%s"><header class="entry-header"><h2 class="entry-title"><a href="%s" rel="bookmark">%s</a></h2><div class="entry-meta"><time class="entry-date">%s</time> by <a href="/author/press-office/">press office of the ministry</a> in <a href="/category/lakes-and-rivers/">Lakes and rivers</a></div></header><div class="entry-summary"><p>What was said there, in a sentence or two, so that a reader knows.</p><a class="more-link" href="%s">Continue reading</a></div></article>`,
			n+900, n+900, []string{"lakes", "trade"}[n%2], r.path, r.title, r.on("January 2, 2006"), r.path)
	}
	return b.String()
}

func views(rs []release) string {
	var b strings.Builder
	for n, r := range rs {
		fmt.Fprintf(&b, `<div class="views-row views-row-%d views-row-%s"><span class="views-field views-field-created"><span class="field-content">%s</span></span><span class="views-field views-field-title"><span class="field-content"><a href="%s">%s</a></span></span></div>`,
			n+1, []string{"odd", "even"}[n%2], r.on("02.01.2006"), r.path, r.title)
	}
	return b.String()
}
