package induce

import (
	"fmt"
	"strings"
	"time"
)

// release is one release of a ministry that does not exist.
type release struct {
	title string
	path  string // /202611/t20261120_4000.html
	day   time.Time
}

func (r release) on(layout string) string { return r.day.Format(layout) }

var englishTitles = []string{
	"Minister Okafor meets the ambassador of Norland in the capital",
	"Spokesperson's remarks on the fishing grounds of the Grey Sound",
	"Lanshan and Beiling sign an agreement on cross-border railways",
	"Statement on the floods in the southern provinces",
	"Vice Minister Tarrant attends the forum on inland navigation",
	"Regular press conference of the ministry, third week of the month",
	"New rules for the inspection of imported grain take effect",
	"Joint communique of the four lake states on water quality",
	"Consular notice on travel during the harvest festival",
	"The ministry publishes its yearly report on foreign trade",
	"Ambassador Lindqvist presents credentials to the president",
	"Second round of talks on the eastern boundary concludes",
	"Remarks by the minister at the opening of the school of diplomacy",
	"Relief goods arrive in the port of Sandhaven after the storm",
	"Call for comments on the draft law on coastal shipping",
	"Trade in services grew by four per cent in the third quarter",
	"Delegation of young farmers returns from a visit to Osterley",
	"The ministry on the detention of two sailors in Port Vesper",
	"Exhibition on a hundred years of postal treaties opens",
	"Tender for the repair of the bridge at Low Ferry is open",
}

var chineseTitles = []string{
	"北岭国外交部长会见兰山国驻华大使奥卡福", "发言人就灰海峡渔业问题答记者问", "北岭与兰山签署跨境铁路合作协定", "关于南部省份洪涝灾害的声明",
	"副部长出席内河航运国际论坛并致辞", "外交部发言人主持十一月第三周例行记者会", "进口粮食检验新规定自下月起施行", "四湖国家就水质保护发表联合公报",
	"秋收节期间出行领事提醒", "商务部发布对外贸易年度报告", "林德大使向总统递交国书", "东部边界问题第二轮会谈结束",
	"部长在外交学院开学典礼上的讲话", "救灾物资运抵沙港支援灾区重建", "关于沿海航运法草案公开征求意见的通知", "前三季度服务贸易同比增长百分之四",
	"青年农民代表团结束对奥斯特利的访问", "外交部就两名船员被扣押事件表明立场", "邮政条约一百周年展览开幕", "低渡桥修缮工程公开招标公告",
}

func releases(titles []string, n int) []release {
	out := make([]release, n)
	for i := range out {
		day := now.AddDate(0, 0, -2*i-1)
		out[i] = release{titles[i%len(titles)], fmt.Sprintf("/xw/%s/t%s_%d.html", day.Format("200601"), day.Format("20060102"), 4000-7*i), day}
	}
	return out
}

func english(n int) []release { return releases(englishTitles, n) }
func chinese(n int) []release { return releases(chineseTitles, n) }

// each writes releases by a form: %[1]s is the address, %[2]s the title.
func each(rs []release, form string, layouts ...string) string {
	var b strings.Builder
	for _, r := range rs {
		args := []any{r.path, r.title}
		for _, l := range layouts {
			args = append(args, r.on(l))
		}
		fmt.Fprintf(&b, form+"\n", args...)
	}
	return b.String()
}

// site is a page of a ministry around a middle.
func site(title, middle string) string {
	return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>` + title + `</title><style>a{color:#036}</style></head><body>
<div class="header"><a href="/"><img src="/logo.png"></a><a href="/en/">English</a><a href="/search.html">Search</a></div>
<div class="menu"><ul><li><a href="/">Home</a></li><li><a href="/zz/">The ministry and its departments</a></li><li><a href="/xw/">News of the ministry</a></li><li><a href="/fw/">Services for citizens</a></li></ul></div>
<div class="crumbs"><a href="/">Home</a> &gt; <a href="/xw/">News</a></div>
` + middle + `
<div class="footer"><a href="/about.html">About this site and its makers</a><a href="/contact.html">How to reach the ministry</a><p>Ministry of Lakes, 1 Shore Road. All rights reserved.</p></div>
<script>var x = 1;</script></body></html>`
}

// made is a page that we wrote, and what an expert reads of it.
type made struct {
	name  string
	page  string
	want  []release
	dated bool   // the listing itself gives every date, and gives it right
	kind  Kind   // empty: a list
	item  string // a part of the item selector
}

func madeLists() []made {
	e, c := english(20), chinese(20)
	return []made{
		{name: "ul with span", want: e, dated: true, item: "ul.releases",
			page: site("Releases", `<ul class="releases">`+each(e, `<li><a href=".%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul>`)},
		{name: "ul, classes of rows differ", want: c, dated: true,
			page: site("要闻", `<div class="newsbox"><ul>`+each(c[:1], `<li class="first top"><a href="%[1]s">%[2]s</a><em>%[3]s</em></li>`, "2006-01-02")+
				each(c[1:10], `<li class="odd"><a href="%[1]s">%[2]s</a><em>%[3]s</em></li>`, "2006-01-02")+each(c[10:], `<li class="even hot"><a href="%[1]s">%[2]s</a><em>%[3]s</em></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "date in the text", want: c, dated: true,
			page: site("发言人表态", `<div class="rebox"><ul>`+each(c, `<li><a href="%[1]s">%[2]s</a>(%[3]s)</li>`, "2006-01-02")+`</ul></div>`)},
		{name: "a summary that names the day of what it announces", want: c, dated: true,
			page: site("要闻", `<ul class="news">`+each(c, `<li><a href="%[1]s">%[2]s</a><p class="sum">会议已于%[3]s3日在湖滨举行</p><span class="when">%[4]s</span></li>`, "2006年1月", "2006-01-02")+`</ul>`)},
		{name: "a summary with one day for all", want: e, dated: true,
			page: site("News", `<ul class="news">`+each(e, `<li><a href="%[1]s">%[2]s</a><p class="sum">In force on 1 November 2026, it says</p><p class="when">By the ministry, %[3]s</p></li>`, "2 Jan 2006")+`</ul>`)},
		{name: "the day on which each thing ends", want: e, dated: true,
			page: site("News", `<ul class="news">`+each(e, `<li><a href="%[1]s">%[2]s</a><p class="ends">2026-11-%[3]s</p><p class="when">By the ministry, %[4]s</p></li>`, "02", "2 Jan 2006")+`</ul>`)},
		{name: "dates before the links", want: e, dated: true,
			page: site("News", `<div id="list"><ul>`+each(e, `<li><i>[%[3]s]</i> <a href="%[1]s">%[2]s</a></li>`, "02 Jan 2006")+`</ul></div>`)},
		{name: "month and day only", want: c, dated: true,
			page: site("工作动态", `<div class="list_con"><ul>`+each(c, `<li><span>%[3]s</span><a href="%[1]s" title="%[2]s">%[2]s</a></li>`, "01-02")+`</ul></div>`)},
		{name: "table with a header row", want: e, dated: true,
			page: site("Press", `<table class="docs"><tr><th>No.</th><th>Title</th><th>Date</th></tr>`+each(e, `<tr><td>7</td><td><a href="%[1]s">%[2]s</a></td><td>%[3]s</td></tr>`, "2006/01/02")+`</table>`)},
		{name: "layout tables without names", want: c, dated: true,
			page: site("使馆消息", `<table width="90%"><tr><td><table width="100%"><tr><td><table>`+each(c, `<tr><td>·<a href="%[1]s">%[2]s</a> (%[3]s)</td></tr>`, "2006/01/02")+`</table></td></tr></table></td></tr></table>`)},
		{name: "dl", want: e, item: "dl.notices",
			page: site("Notices", `<dl class="notices">`+each(e, `<dt><a href="%[1]s">%[2]s</a></dt><dd>Published on %[3]s</dd>`, "2006-01-02")+`</dl>`)},
		{name: "cards with picture and summary", want: e, dated: true,
			page: site("Newsroom", `<div class="cards">`+each(e, `<div class="card"><a class="pic" href="%[1]s"><img src="p.jpg" alt=""></a><div class="text"><h3><a href="%[1]s">%[2]s</a></h3><p>The ministry said on the day that work goes on as agreed, and that more will be told when it is done.</p><span class="day">%[3]s</span> <a href="%[1]s">Read more</a></div></div>`, "January 2, 2006")+`</div>`)},
		{name: "cards that are links", want: e, dated: true,
			page: site("Newsroom", `<section class="grid">`+each(e, `<a class="tile" href="%[1]s"><img src="p.jpg"><h4>%[2]s</h4><p>A summary of what was said there, in one sentence.</p><time>%[3]s</time></a>`, "2006-01-02")+`</section>`)},
		{name: "bare links with br", want: c,
			page: site("公告", `<div class="txt">`+each(c, `·<a href="%[1]s">%[2]s</a> %[3]s<br>`, "2006-01-02")+`</div>`)},
		{name: "a day above its month", want: c, dated: true,
			page: site("要闻", `<ul class="calendar">`+each(c, `<li><div class="leaf"><b>%[3]s</b><br><span>%[4]s</span></div><a href="%[1]s">%[2]s</a><p>北岭国有关部门表示，将继续推进相关工作。</p></li>`, "02", "2006-01")+`</ul>`)},
		{name: "section before the title", want: c, dated: true,
			page: site("滚动", `<div class="roll"><ul>`+each(c, `<li><span class="r">(%[3]s)</span><a class="sec" href="/xw/zhengwu/">[政务]</a> <a href="%[1]s">%[2]s</a></li>`, "2006-01-02 15:04:05")+`</ul></div>`)},
		{name: "two columns of one list", want: e, dated: true,
			page: site("All news", `<div class="col"><ul>`+each(e[:10], `<li><a href="%[1]s">%[2]s</a> <span>%[3]s</span></li>`, "2006-01-02")+`</ul></div><div class="col"><ul>`+each(e[10:], `<li><a href="%[1]s">%[2]s</a> <span>%[3]s</span></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "parted by lines", want: c, dated: true,
			page: site("动态", `<ul class="txtList">`+each(c[:10], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`<li class="listline"></li>`+each(c[10:], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul>`)},
		{name: "a longer list of what is most read", want: e[:12], dated: true,
			page: site("Releases", `<div class="main"><ul class="pl">`+each(e[:12], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul></div><div class="sidebar"><h3>Most read</h3><ol>`+each(releases(reversed(englishTitles), 30)[5:], `<li><a href="/old%[1]s">%[2]s</a></li>`)+`</ol></div>`)},
		{name: "a menu of everything", want: c, dated: true,
			page: site("新闻", `<div class="megamenu"><ul>`+strings.Repeat(`<li><a href="/jg/1_10234.html">北岭国外交部各司局设置情况介绍</a></li><li><a href="/jg/2_10235.html">驻外使领馆通讯录和办公时间</a></li><li><a href="/jg/3_10236.html">部领导活动与重要讲话汇编目录</a></li>`, 1)+manyLinks(40)+`</ul></div><div class="right"><ul class="xwlist">`+each(c, `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02")+`</ul></div>`)},
		{name: "titles cut short, whole in an attribute", want: c, dated: true,
			page: site("要闻", `<div class="cut"><ul>`+cutTitles(c)+`</ul></div>`)},
		{name: "two links in a block, the second counts", want: e, dated: true,
			page: site("Releases", `<div class="rows">`+each(e, `<div class="row1"><a class="tag" href="/topic/lakes-and-rivers-of-the-north">Lakes and rivers of the north</a><a class="t" href="%[1]s">%[2]s</a><small>%[3]s</small></div>`, "2 January 2006")+`</div>`)},
		{name: "short list", want: e[:4], dated: true,
			page: site("Speeches", `<ul class="speeches">`+each(e[:4], `<li><a href="%[1]s">%[2]s</a> %[3]s</li>`, "2006-01-02")+`</ul>`)},
	}
}

func reversed(titles []string) []string {
	out := make([]string, 0, len(titles))
	for i := len(titles) - 1; i >= 0; i-- {
		out = append(out, "On record: "+titles[i])
	}
	return out
}

func manyLinks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<li><a href="/jg/%d/">北岭国第%d号公共服务窗口办事指南</a></li>`, i, i)
	}
	return b.String()
}

func cutTitles(rs []release) string {
	var b strings.Builder
	for _, r := range rs {
		fmt.Fprintf(&b, `<li><a href="%s" title="%s">%s...</a><span>%s</span></li>`, r.path, r.title, string([]rune(r.title)[:9]), r.on("2006-01-02"))
	}
	return b.String()
}

var (
	englishText = strings.Repeat("<p>The minister said that the two sides would go on with what they had begun, and that the port would be open again before the winter. She thanked the crews for their work.</p>", 6)
	chineseText = strings.Repeat("<p>　　部长表示，双方将继续推进已经开始的工作，港口将在冬季之前重新开放。她向全体船员的辛勤工作表示感谢。</p>", 6)
)

// madeOthers are pages that are no list, and what they are.
func madeOthers() []made {
	e, c := english(20), chinese(20)
	related := `<div class="related"><h3>Related</h3><ul>` + each(e[:8], `<li><a href="%[1]s">%[2]s</a><span>%[3]s</span></li>`, "2006-01-02") + `</ul></div>`
	return []made{
		{name: "article", kind: KindArticle, page: site(e[0].title, `<div class="view"><h1>`+e[0].title+`</h1><p class="info">2026-11-20 09:30 Source: the ministry</p><div id="zoom">`+englishText+`</div></div>`)},
		{name: "article with related releases", kind: KindArticle, page: site(c[0].title, `<div id="News_Body_Title">`+c[0].title+`</div><div id="News_Body_Time">2026-11-20 09:30</div><div id="News_Body_Txt_A">`+chineseText+`</div>`+related)},
		{name: "article by line breaks", kind: KindArticle, page: site(c[0].title, `<table><tr><td><b>`+c[0].title+`</b></td></tr><tr><td>（2026年11月20日）</td></tr><tr><td><div>`+strings.NewReplacer("<p>", "", "</p>", "<br>").Replace(chineseText)+`</div></td></tr></table>`)},
		{name: "article with links in its text", kind: KindArticle, page: site(e[0].title, `<h1>`+e[0].title+`</h1><div id="text">`+each(e[:8], `<p>The ministry, which spoke of it when it said <a href="%[1]s">%[2]s</a>, added that no more would be told before the talks end, and that they go well.</p>`)+`</div>`)},
		{name: "short article that says it is one", kind: KindArticle, page: strings.Replace(site(c[0].title, `<h1>`+c[0].title+`</h1><div class="TRS_Editor"><p>部长今日会见了兰山国大使，双方就渔业问题交换意见。</p></div>`+related), "<head>", `<head><meta name="ArticleTitle" content="`+c[0].title+`">`, 1)},
		{name: "home page of equal sections", kind: KindHome, page: site("Ministry", section("Diplomacy", "a", e[:6])+section("Trade", "b", e[6:12])+section("Works", "c", e[12:18])+section("Notices", "d", c[:6]))},
		{name: "list written by script", kind: KindScript, page: site("信息公开", `<div class="list"><ul id="showList"></ul><div>加载中</div></div><script>$.getJSON("/data/list_1.json?page=1", function(d){ for (var i in d.rows) $("#showList").append("<li><a href='"+d.rows[i].url+"'>"+d.rows[i].title+"</a></li>") })</script>`)},
		{name: "script application", kind: KindScript, page: `<!doctype html><html><head><title>Newsroom</title></head><body><div id="root"></div><script src="/app.8f3a.js"></script></body></html>`},
		{name: "bot wall", kind: KindWall, page: `<html><head><script>var _0x=["a"];document.cookie="k="+_0x[0];location.reload();</script></head><body></body></html>`},
		{name: "login", kind: KindLogin, page: site("Sign in", `<form action="/login" method="post"><label>Name <input name="u"></label><label>Password <input type="password" name="p"></label><button>Sign in</button></form>`)},
		{name: "nothing but menus", kind: KindOther, page: strings.Replace(site("About", `<p>The ministry stands by the lake.</p>`), "<script>var x = 1;</script>", "", 1)},
	}
}

// section is one box of a home page, with a newest release of its own.
func section(name, folder string, rs []release) string {
	var b strings.Builder
	for i, r := range rs {
		fmt.Fprintf(&b, `<li><a href="/%s%s">%s</a><span>%s</span></li>`, folder, r.path, r.title, now.AddDate(0, 0, -i-1).Format("2006-01-02"))
	}
	return `<div class="box"><div class="tit"><h2>` + name + `</h2><a href="/` + folder + `/">More</a></div><ul class="l">` + b.String() + `</ul></div>`
}
