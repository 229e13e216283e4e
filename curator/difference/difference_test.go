package difference

import (
	"html"
	"strings"
	"testing"

	"chinanews/news"
)

// body is one of plain paragraphs; a line is one.
func body(lines string) Reading {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		b.WriteString("<p>" + html.EscapeString(strings.TrimSpace(line)) + "</p>")
	}
	return Reading{Title: "A title", HTML: b.String()}
}

func classesOf(r Result) string {
	if r.Noise() {
		return "noise"
	}
	var all []string
	for _, c := range r.Classes {
		all = append(all, string(c))
	}
	return strings.Join(all, ", ")
}

const both = "passage removed, passage added"

var cases = []struct{ want, was, now string }{
	// numbers
	{"number", "Exports rose 12.4 percent in March.", "Exports rose 14.2 percent in March."},
	{"number", "Exports rose by three per cent.", "Exports rose by four per cent."},
	{"number", "The fund holds 3 million yuan.", "The fund holds 3 billion yuan."},
	{"number", "The fee is $40 a year.", "The fee is $45 a year."},
	{"number", "A total of 1,204 firms took part.", "A total of 1,240 firms took part."},
	{"number", "Call 010-6512-3344 for help.", "Call 010-6512-3345 for help."},
	{"number", "Supported versions are 2.1.3, 2.1.4 and 3.0.", "Supported versions are 2.1.3, 2.1.5 and 3.0."},
	{"number", "The rate fell to -0.5 percent.", "The rate fell to 0.5 percent."},
	{"number", "Growth was 5% last year.", "Growth was 6% last year."},
	{"number", "The share grew by 2 percent.", "The share grew by 2 percentage points."},
	{"number", "It is the third meeting of the group.", "It is the fourth meeting of the group."},
	{"number", "At least twenty-one people were hurt.", "At least twenty-three people were hurt."},
	{"number", "3.5 percent of homes are empty.", "3.6 percent of homes are empty."},
	{"number", "工业增加值同比增长百分之十二。", "工业增加值同比增长百分之十五。"},
	{"number", "共有三个省份参加。", "共有四个省份参加。"},
	{"number", "进口额达3.2万亿元。", "进口额达3.2亿元。"},
	{"number", "占比为５％。", "占比为６％。"},
	{"number", "资金为12亿元。", "资金为12亿美元。"},
	{"number", "会议通过十二项措施。", "会议通过十五项措施。"},
	{"number", "电话：010-65123344", "电话：010-65123345"},
	{"number", "三成企业扩大了投资。", "四成企业扩大了投资。"},
	{"number", "补贴期限为三个月。", "补贴期限为六个月。"},
	{"number", "工期为5年。", "工期为8年。"},
	// dates
	{"date", "The meeting is on Tuesday, 14 March.", "The meeting is on Wednesday, 15 March."},
	{"date", "The bill was passed on Monday.", "The bill was passed on Friday."},
	{"date", "Offices open at 9:30 a.m. each day.", "Offices open at 10 a.m. each day."},
	{"date", "The law takes effect in May 2026.", "The law takes effect in June 2026."},
	{"date", "The budget of Fiscal 2025 was approved.", "The budget of Fiscal 2026 was approved."},
	{"date", "Output fell in the first quarter of the year.", "Output fell in the second quarter of the year."},
	{"date", "Bids close on 2026-03-14 at noon.", "Bids close on 2026-03-16 at noon."},
	{"date", "新规自3月1日起施行。", "新规自4月1日起施行。"},
	{"date", "会议将于星期三举行。", "会议将于星期四举行。"},
	{"date", "会议定于上午9时开始。", "会议定于下午3时开始。"},
	{"date", "截至二〇二五年底，共有八家。", "截至二〇二六年底，共有八家。"},
	{"date", "第一季度进口下降。", "第二季度进口下降。"},
	// names
	{"name", "The talks were led by Minister Wang Fang and her deputy.", "The talks were led by Minister Li Na and her deputy."},
	{"name", "The delegation will visit Brazil next.", "The delegation will visit Chile next."},
	{"name", "The Ministry of Commerce issued the notice.", "The Ministry of Finance issued the notice."},
	{"name", "He was received by the vice minister of trade.", "He was received by the minister of trade."},
	{"name", "A spokesperson for the office took questions.", "The director for the office took questions."},
	{"name", "Wang Fang said the plan was ready.", "Li Na said the plan was ready."},
	{"name", "会议由副部长李明主持。", "会议由部长李明主持。"},
	{"name", "会议由部长李明主持。", "会议由部长王建国主持。"},
	{"name", "商务部今天发布公告。", "财政部今天发布公告。"},
	{"name", "代表团将访问巴西。", "代表团将访问智利。"},
	{"name", "工程位于江苏省南部。", "工程位于浙江省南部。"},
	{"name", "北岭大学承担了研究。", "东山大学承担了研究。"},
	{"name", "发言人陈静表示，谈判将继续。", "发言人周文表示，谈判将继续。"},
	{"name", "铁木尔·萨宾出席了会议。", "奥尔加·萨宾出席了会议。"},
	{"name", "项目由青河建设有限公司承建。", "项目由白山建设有限公司承建。"},
	{"name", "出席会议的有李明、王芳、赵强。", "出席会议的有李明、刘洋、赵强。"},
	// passages
	{"passage added", "Private use is permitted in the zone.", "Private use is not permitted in the zone."},
	{"passage added", "该区域允许捕鱼。", "该区域不允许捕鱼。"},
	{"passage removed", "One sentence stays here. Another gives 40 percent and goes.", "One sentence stays here."},
	{"passage removed", "第一句保留在这里。第二句含有40%的数字。", "第一句保留在这里。"},
	{"passage added", "The first stays.\nThe last stays.", "The first stays.\nOn 3 May Minister Li Na met 12 envoys.\nThe last stays."},
	{both, "The ministry strongly condemns the act.", "The ministry regrets the act."},
	{both, "北方对此强烈谴责。", "北方对此表示关切。"},
	{both, "The plan will be finished soon.", "The plan will be finished eventually."},
	{both, "扩大市场准入。", "放宽市场准入。"},
	// order
	{"moved", "The first sentence is here. The second one follows it. The third ends.", "The second one follows it. The first sentence is here. The third ends."},
	{"moved", "甲说了第一件事情。\n乙说了第二件事情。\n丙说了第三件事情。", "乙说了第二件事情。\n甲说了第一件事情。\n丙说了第三件事情。"},
	// typography
	{"typography", `He said "yes" to the plan.`, "He said “yes” to the plan."},
	{"typography", "The years 2021-2025 were good.", "The years 2021–2025 were good."},
	{"typography", "Tea, coffee and sugar.", "Tea , coffee and sugar ."},
	{"typography", "粮食、棉花、油料。", "粮食，棉花，油料。"},
	{"typography", "增长５％，达１２亿元。", "增长5%，达12亿元。"},
	{"typography", "the MINISTRY of trade met.", "The Ministry of Trade met."},
	{"typography", "One thing is here. Another is here.", "One thing is here.\nAnother is here."},
	{"typography", "A total of 1,204 firms took part.", "A total of 1204 firms took part."},
	{"typography", "An e-mail was sent to all.", "An email was sent to all."},
	{"typography", "1. Scope\nThe rule is here.\n2. Terms\nThe terms are here.", "(1) Scope\nThe rule is here.\n(2) Terms\nThe terms are here."},
	{"typography", "共有三个省份参加。", "共有3个省份参加。"},
	{"passage added", "1. Scope of the law\n2. Terms of the law", "1. Scope of the law\n2. Aims of the law are many\n3. Terms of the law"},
	{"passage removed", "一、总体要求\n二、主要任务是什么\n三、保障措施", "一、总体要求\n二、保障措施"},
}

func TestClasses(t *testing.T) {
	for _, tt := range cases {
		if got := classesOf(Of(body(tt.was), body(tt.now))); !beside(got, tt.want) {
			t.Errorf("%q -> %q: got %s, want %s: %q", tt.was, tt.now, got, tt.want, Of(body(tt.was), body(tt.now)).Differences)
		}
	}
}

// beside allows typography beside what is wanted: a passage that goes may take a
// paragraph's end with it, or a number of a list.
func beside(got, want string) bool {
	return got == want || got == want+", typography"
}

func TestNoise(t *testing.T) {
	const text = "The ministry published 12 notices.\nThey take effect on 1 May."
	for _, tt := range [][2]string{
		{"Views: 1,204", "Views: 1,310"}, {"1,204 views", "1,310 views"}, {"阅读：1204次", "阅读：1310次"}, {"浏览量：88", "浏览量：97"}, {"已有1204人阅读", "已有1310人阅读"},
		{"This page has been viewed 1204 times", "This page has been viewed 1211 times"}, {"您是第12345位访客", "您是第12399位访客"}, {"点击次数：55", "点击次数：58"},
		{"打印日期：2026年11月24日", "打印日期：2026年11月25日 星期三 09:12"}, {"Printed on 24 November 2026 at 10:00", "Printed on 25 November 2026 at 11:12"}, {"Date of printing: Tuesday, 24 November 2026", "Date of printing: Wednesday, 25 November 2026"},
		{"今天是2026年11月24日 星期二", "今天是2026年11月25日 星期三"}, {"Page last updated: 24 November 2026", "Page last updated: 25 November 2026"}, {"Page generated in 0.12 seconds", "Page generated in 0.31 seconds"},
		{"Editor: Li Ming", "Editor: Wang Fang"}, {"责任编辑：李明", "责任编辑：王芳"}, {"（责任编辑：李明）", "（责任编辑：王芳）"}, {"编辑：李明 校对：王芳", "编辑：赵强 校对：王芳"},
		{"Next article: Ministry opens lake", "Next article: Ministry closes lake"}, {"上一篇：关于渔业的公告", "上一篇：关于农业的公告"}, {"Previous: Talks begin", "Previous: Talks end"}, {"下一条：通知", ""},
		{"Advertisement", ""}, {"广告：冬季机票49元起", "广告：春季机票39元起"}, {"Share this article: Facebook Twitter WeChat", ""}, {"分享到：微博 微信 空间", ""}, {"扫一扫在手机打开当前页", ""},
		{"Home > News > Notices", "Home > Press > Notices"}, {"当前位置：首页 > 新闻 > 公告", "当前位置：首页 > 要闻 > 公告"}, {"Page 1 of 3", "Page 1 of 4"}, {"Comments (3)", "Comments (17)"}, {"点赞 12", "点赞 15"},
		{"责任编辑：沈青 / 浏览次数：2,732 次", "浏览次数：3,004 次 / 责任编辑：沈青"}, {"推荐给朋友　收藏　打印", "扫一扫在手机打开当前页"}, {"Share this page | Email | Print", "Scan to open on your phone"}, {"This page was last generated: 2026-11-10 20:26:00", ""},
		{"Comments (3)\nVery good, says a reader.", "Comments (4)\nVery bad, says another."}, {"网站地图 | 联系我们 | 浏览次数：4,164 次", "网站地图 | 联系我们 | 浏览次数：4,199 次"},
		{"字号：大 中 小", ""}, {"Print | E-mail | Share", ""}, {"【打印】【关闭】", ""}, {"Copyright © 2025 Ministry", "Copyright © 2026 Ministry"}, {"Follow us on Facebook, Twitter, WeChat", ""},
	} {
		places := []string{text + "\n%", "%\n" + text}
		if strings.Contains(tt[0], "\n") {
			places = places[:1]
		}
		for _, place := range places {
			was, now := body(strings.Replace(place, "%", tt[0], 1)), body(strings.Replace(place, "%", tt[1], 1))
			if r := Of(was, now); !r.Noise() {
				t.Errorf("%q -> %q: got %s: %q", tt[0], tt[1], classesOf(r), r.Differences)
			}
		}
	}
}

// What another template shows of a page's head and foot is no edit; what the
// text says there is one.
func TestHeadsAndFeet(t *testing.T) {
	const text = "The lake opens at noon.\nAll may come, said the office."
	for _, tt := range []struct{ line, want string }{
		{"Embassy of Beiling in Lanshan", "noise"}, {"Source: Ministry of Lakes", "noise"}, {"A title", "noise"}, {"来源：新华社", "noise"},
		{"Lake Office, 24 November 2026", "noise"}, {"外交部，2026年11月18日", "noise"},
		{"教育部高等教育司", "noise"}, {"经济改革委员会价格司", "noise"}, {"驻松洲国大使馆", "noise"}, {"国家网络安全应急中心", "noise"}, {"新闻办公室", "noise"}, {"驻松洲国使馆经济商务处", "noise"}, {"水运局", "noise"},
		{"National Statistics Office of Norland", "noise"}, {"Office of the Spokesperson", "noise"}, {"Ministry of Health, Centre for Disease Control", "noise"}, {"Press Service", "noise"},
		{"加强部门协调", "passage"}, {"三、保障措施", "passage"}, {"Documents", "passage"}, {"Conditions of participation", "passage"},
		{"Open every day", "passage"}, {"Fee: 12 crowns", "passage"}, {"The lake is cold.", "passage"}, {"门票免费", "passage"},
	} {
		for _, now := range []string{tt.line + "\n" + text, text + "\n" + tt.line} {
			added, removed := Of(body(text), body(now)), Of(body(now), body(text))
			if got := classesOf(added); got != tt.want && got != tt.want+" added" {
				t.Errorf("%q: got %s, want %s", now, got, tt.want)
			}
			if got := classesOf(removed); got != tt.want && got != tt.want+" removed" {
				t.Errorf("%q, gone: got %s, want %s", now, got, tt.want)
			}
		}
	}
	if got := classesOf(Of(body("Lake Office, 24 November 2026\n"+text), body("Lake Office, 25 November 2026\n"+text))); got != "date" {
		t.Errorf("another day at the head: %s", got)
	}
}

// What looks like noise and is what the ministry says is told.
func TestNoNoise(t *testing.T) {
	for _, tt := range []struct{ want, was, now string }{
		{"number", "The notice was viewed 1,204 times by bidders last week.", "The notice was viewed 1,310 times by bidders last week."},
		{"number", "网站访问量达到1204万人次。", "网站访问量达到1310万人次。"},
		{"date", "The form must be printed on 24 November 2026 at the latest.", "The form must be printed on 25 November 2026 at the latest."},
		{"name", "The editor of the atlas is Li Ming.", "The editor of the atlas is Wang Fang."},
		{"number", "Advertising revenue rose 12 percent.", "Advertising revenue rose 14 percent."},
		{"number", "Share prices fell 3 percent.", "Share prices fell 4 percent."},
		{"number", "Promotion: 12 officers were raised in rank.", "Promotion: 15 officers were raised in rank."},
		{"number", "评论认为，增长12%。", "评论认为，增长15%。"},
		{"number", "访问松洲国的12名记者已回国。", "访问松洲国的15名记者已回国。"},
		{"number", "广告收入增长12%。", "广告收入增长15%。"},
		{"number", "Total: 1,204 tonnes", "Total: 1,310 tonnes"},
		{"date", "活动时间：2026年11月24日", "活动时间：2026年11月25日"},
		{"date", "商务部\n2026年3月5日", "商务部\n2026年3月6日"},
		{"number", "下一页列出了12项措施。", "下一页列出了15项措施。"},
		{"number", "Visits: the minister made 12 visits abroad.", "Visits: the minister made 14 visits abroad."},
	} {
		if got := classesOf(Of(body(tt.was), body(tt.now))); got != tt.want {
			t.Errorf("%q -> %q: got %s, want %s", tt.was, tt.now, got, tt.want)
		}
	}
}

func TestHeadlines(t *testing.T) {
	for _, tt := range []struct{ want, was, now string }{
		{"headline, number", "Exports up 12.4 percent in March", "Exports up 14.2 percent in March"},
		{"headline", "Ministry condemns attack", "Ministry regrets attack"},
		{"typography", "Ministry opens “lake”", `Ministry opens "lake"`},
		{"typography", "关于２０２６年的通知", "关于2026年的通知"},
		{"headline", "关于开放渔业的通知", "关于渔业的通知"},
		{"noise", "The same  title", "The same title"},
		{"noise", "", "A title that was not read before"},
	} {
		r := Of(Reading{Title: tt.was, HTML: "<p>Text.</p>"}, Reading{Title: tt.now, HTML: "<p>Text.</p>"})
		if got := classesOf(r); got != tt.want {
			t.Errorf("%q -> %q: got %s, want %s", tt.was, tt.now, got, tt.want)
		}
	}
}

func TestMarkup(t *testing.T) {
	for _, tt := range []struct{ want, was, now string }{
		{"noise", "<p>One <b>two</b> three.</p>", "<p>One two three.</p>"},
		{"noise", "<p>A &amp; B are here.</p>", "<div>A &#38; B are here.</div>"},
		{"number", "<table><tr><th>Steel</th><td>12.4</td></tr><tr><th>Coal</th><td>3.1</td></tr></table>", "<table><tr><th>Steel</th><td>14.2</td></tr><tr><th>Coal</th><td>3.1</td></tr></table>"},
		{"number", "<table><tr><td>12.4</td></tr></table>", "<table><tr><td>14.2</td></tr></table>"},
		{"passage added", "<ul><li>Steel and iron</li></ul>", "<ul><li>Steel and iron</li><li>Coal, 12 kinds of it</li></ul>"},
		{"noise", `<p>Text is here.</p><ul><li><a href="https://m.example/1">Lake opens</a></li><li><a href="https://m.example/2">Road closes</a></li></ul>`,
			`<p>Text is here.</p><ul><li><a href="https://m.example/3">Port grows</a></li><li><a href="https://m.example/4">Rain falls</a></li></ul>`},
		{"noise", `<p>Text is here.</p><h3>Related links</h3><p><a href="https://m.example/1">Lake opens</a></p>`, `<p>Text is here.</p>`},
		{"passage added", `<p>Text is here.</p>`, `<p>Text is here.</p><p>Annex: <a href="https://m.example/a.pdf">List of firms</a></p>`},
		{"noise", "<p>汉<ruby>字<rt>zi</rt></ruby>在此。</p>", "<p>汉字在此。</p>"},
		{"noise", "", ""},
		{"passage removed", "<p>All of it.</p>", ""},
	} {
		r := Of(Reading{HTML: tt.was}, Reading{HTML: tt.now})
		if got := classesOf(r); got != tt.want {
			t.Errorf("%s -> %s: got %s, want %s: %q", tt.was, tt.now, got, tt.want, r.Differences)
		}
	}
}

// A difference is told with enough around it to be understood.
func TestWords(t *testing.T) {
	for _, tt := range []struct{ was, now, wantWas, wantNow string }{
		{"In the long spring exports rose 12.4 percent.", "In the long spring exports rose 14.2 percent.", "…long spring exports rose 12.4 percent.", "…long spring exports rose 14.2 percent."},
		{"The lock admits 340 vessels a day and cost 12 million marks.", "The lock admits 430 vessels a day and cost 12 million marks.", "The lock admits 340 vessels a day and…", "The lock admits 430 vessels a day and…"},
		{"Use is permitted.", "Use is not permitted.", "Use is permitted.", "Use is not permitted."},
		{"今年上半年出口额增长12.4%，进口额略有下降趋势明显。", "今年上半年出口额增长14.2%，进口额略有下降趋势明显。", "今年上半年出口额增长12.4%，进口额略有下降趋势明显。", "今年上半年出口额增长14.2%，进口额略有下降趋势明显。"},
		{"It goes.\nIt stays here.", "It stays here.", "It goes.", ""},
		{"It stays here.", "It stays here.\nOne more comes.\nAnd another.", "", "One more comes.\nAnd another."},
	} {
		r := Of(body(tt.was), body(tt.now))
		if len(r.Differences) != 1 || r.Differences[0].Was != tt.wantWas || r.Differences[0].Now != tt.wantNow {
			t.Errorf("%q -> %q: got %q", tt.was, tt.now, r.Differences)
		}
	}
}

func TestStatedDate(t *testing.T) {
	day := func(d string) news.Date {
		return news.Date{Precision: news.Day, Origin: news.FromArticle, Time: news.Date{}.Time.AddDate(2025, 0, int(d[0]))}
	}
	was, now := body("Exports rose 12 percent."), body("Exports rose 14 percent.")
	was.Date, now.Date = day("a"), day("b")
	if r := Of(was, now); classesOf(r) != "number, date" || r.Redated {
		t.Errorf("a date that moves with the text: %s", classesOf(r))
	}
	now.HTML = was.HTML
	if r := Of(was, now); classesOf(r) != "date" || !r.Redated {
		t.Errorf("a date that moves alone: %s", classesOf(r))
	}
	now.Date.Origin = news.FromURL
	if r := Of(was, now); !r.Noise() {
		t.Errorf("a date that was read elsewhere: %s", classesOf(r))
	}
}
