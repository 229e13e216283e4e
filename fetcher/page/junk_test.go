package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"pgregory.net/rapid"

	"chinanews/fetcher/clean"
)

// stripped is what remains of a body, a line a paragraph.
func stripped(t interface{ Fatal(...any) }, title string, paragraphs ...string) string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader("<div><p>" + strings.Join(paragraphs, "</p><p>") + "</p></div>"))
	if err != nil {
		t.Fatal(err)
	}
	body := doc.Find("div").First().Nodes[0]
	strip(body, title)
	return clean.NodeText(body)
}

const (
	opening = "林远亭11月19日会见来访的岚山国贸易代表。"
	closing = "换文自2027年1月1日起生效。"
)

// What belongs to the page goes, wherever it may stand.
func TestButtonsGo(t *testing.T) {
	for _, junk := range []string{"Suggest to a friend:", "推荐给朋友", "推荐给朋友：", "[字体：大 中 小]", "【字体：大 中 小】【打印】【关闭窗口】", "字号：A- A A+",
		"打印本页 | 关闭窗口", "分享到：", "分享到： 微信 QQ空间 新浪微博", "扫一扫在手机打开当前页", "阅读次数：1024", "浏览次数: 37 次", "Print this page", "Share on Facebook", "返回顶部", "+1", "[大 中 小]", "微信 微博 QQ空间", "微信扫一扫分享", "北岭国外交部 版权所有", "未经书面授权不得转载"} {
		for _, paragraphs := range [][]string{{junk, opening, closing}, {opening, junk, closing}, {opening, closing, junk}} {
			if got := stripped(t, "", paragraphs...); got != opening+"\n"+closing {
				t.Errorf("%q left %q", paragraphs, got)
			}
		}
	}
}

func TestEdgesGo(t *testing.T) {
	for _, junk := range []string{"会见岚山国贸易代表", "您的位置：首页 > 新闻", "当前位置: 首页 &gt; 要闻", "Home &gt; News &gt; Text", "发布时间：2026-11-20 09:30 来源：礼宾司", "2026-11-20", "2026-11-20 09:30:00 礼宾司", "By Bai Chuan | Beiling Daily | Updated: 2026-11-20 09:30", "By BAI CHUAN in Wuxi", "Updated 15:00, 20-Nov-2026 Beiling Daily", "November 20, 2026", "Source: Beiling Daily", "发布时间：2026-11-20 来源：礼宾司 浏览次数：37次 [字体：大 中 小] 打印本页", "2026年11月20日 09:30 来源：礼宾司", "来源：礼宾司"} {
		if got := stripped(t, "会见岚山国贸易代表", junk, opening, closing); got != opening+"\n"+closing {
			t.Errorf("%q above the text left %q", junk, got)
		}
	}
	for _, junk := range []string{"【责任编辑：江白】", "(责编：苏木、白川)", "编辑：江白", "Editor: Jiang Bai", "上一篇：渔业部公布结果", "下一条：无", `<a href="/2">Next: Results of patrols</a>`, "更新时间：2026-11-20 09:30", "【未经授权，不得转载】"} {
		if got := stripped(t, "", opening, closing, junk); got != opening+"\n"+closing {
			t.Errorf("%q below the text left %q", junk, got)
		}
	}
	if got := stripped(t, "", opening, closing, "编辑：江白", "附件：议程", `<a href="/1">渔业部公布第三季度近海巡查结果</a>`); got != opening+"\n"+closing+"\n附件：议程" {
		t.Errorf("an editor and what stands under it left %q", got)
	}
	if got := stripped(t, "", opening, closing, "相关链接：", `<a href="/1">渔业部公布第三季度近海巡查结果</a>`, "（此件公开发布）"); got != opening+"\n"+closing+"\n（此件公开发布）" {
		t.Errorf("a line after related links: %q", got)
	}
	if got := stripped(t, "", opening, closing, "相关链接：", `<a href="/1">渔业部公布第三季度近海巡查结果</a>`, `<a href="/2">首届山地农业论坛举行</a>`); got != opening+"\n"+closing {
		t.Errorf("related links left %q", got)
	}
}

// What only looks like it stays.
func TestSentencesStay(t *testing.T) {
	for _, line := range []string{"2026年11月20日，林远亭会见代表。", "2026年11月20日下午", "来源：无锡交警说，道路已经开放。", "编辑部11月20日迁往新址，读者来信请寄新址，旧址不再收信，咨询电话照旧，欢迎各位读者来信来访并提出宝贵意见和建议。",
		"打印机和关闭的窗口都要检查。", "分享到手的成果是大家的愿望。", "相关新闻办公室主任出席。", "首页的改版方案已经通过。", "大 会 小 组", "上一篇文章引起了讨论。", "附件：1. 统计表", "Home is where the heart is.", "Print media grew by two percent.", "Next week the talks go on.",
		"By 2035 China will cut emissions by half", "By land and sea, since 1999", "2026 marks the 55th anniversary of relations", "Date palms planted in 1978 bear fruit", "Sources said on November 20, 2026 that talks go on",
		"时间：2026年11月23日（星期一）上午10时", "地点：无锡市", "2026年1—10月原煤生产情况", "外交部发言人2026年11月20日15:00答记者问", "日期待定", "Published in 1978 and again in 2026",
		"郑重声明：双方反对一切单边措施", "Next: the ministers will meet in Wuxi", "Previous talks were held in 2025", "Updated guidelines are out", "November 20, 2026 is the last day to apply", "By Friday all 2026 forms must be in", "2026-11-20 起施行",
		"标准", "中", "下载", "微信", "（三）推广二维码支付", "扫码支付的规定", "未经授权的飞行活动", "您的来信收到了", "责任：由各部门承担", "审核：企业应当在三十日内完成，逾期不办", "当前位置已经查明", "阅读量", "Top"} {
		for _, paragraphs := range [][]string{{line, opening, closing}, {opening, line, closing}, {opening, closing, line}} {
			if got := stripped(t, "会见", paragraphs...); !strings.Contains(got, line) {
				t.Errorf("%q left %q", paragraphs, got)
			}
		}
	}
}

// Lines of credits, as sites write them.
func TestCredits(t *testing.T) {
	for _, line := range []string{"Source: Xinhua| 2026-11-20 09:30:15|Editor: bai", "2026-11-20 09:30:15 Beiling.example Editor:Bai Chuan", "beilingdaily.example | Updated: 2026-11-20 09:30",
		"文章来源：北岭国工程部新闻办公室　　2026-11-20 15:30　　文章类型：原创　　内容分类：新闻", "2026-11-20 15:30 来源：北岭新闻网 参与互动", "2026年11月20日 09:30 北岭新闻网 大字体 小字体 分享到：",
		"2026-11-20 09:30 来源： 北岭社 【字体：大 中 小】 打印 分享到微信", "2026-11-20 09:30 来源：教育部 收藏", "发布者：白川 发布时间：2026-11-20", "发布于：2026-11-20 09:30", "发表于 2026-11-20", "发布时间：2026-11-20 浏览量：1,234",
		"Source: Ministry of Works", "Source: Ministry of Works 2026-11-20", "Updated: November 20, 2026 09:30 Ministry of Commerce of the Republic of Beiling", "2026-11-20 09:30 北岭网客户端", "2026年11月20日09时30分 来源：北岭网"} {
		if !credited(line) {
			t.Errorf("%q is not seen as credits", line)
		}
	}
	for _, line := range []string{"（2026年11月20日于无锡签署）", "（2026年11月20日，无锡）", "（2026年11月20日 无锡国家会议中心）", "2026年11月20日疫情通报", "2026年11月20日全国粮油价格日报", "11月20日，代表团参观国家博物馆", "2026年11月20日任命白川为工程部",
		"2026年11月20日起施行的新规由工程部", "Wuxi, 28 September 2026", "Wuxi, November 20, 2026", "Joint Statement 20 November 2026", "Remarks by Bai Chuan", "Statement by Foreign Minister Bai Chuan", "11月18日", "11月20日（星期五）上午10:00",
		"2026年11月20日-2026年11月22日", "11月20日—11月21日", "（2026年11月20日公布）", "Time: 10:00 a.m., November 23, 2026", "会议时间：2026年11月18日", "一、时间：2026年11月18日", "报名截止日期：2026年11月10日", "2026年11月20日15:00林远亭抵达工程部"} {
		if credited(line) {
			t.Errorf("%q is taken for credits", line)
		}
	}
}

// What comes with a text stays under it, whatever else stands there.
func TestWhatComesWithATextStays(t *testing.T) {
	for _, kept := range [][]string{{"附件：", `<a href="/1.pdf">1. 申报表</a>`, `<a href="/list">2. 名单</a>`}, {`<a href="/1.docx">申报表</a>`}, {"北岭国外交部", "2026年11月20日"}} {
		for _, under := range []string{"（编辑：白川）", "相关链接："} {
			want := opening + "\n" + closing + "\n" + clean.Text("<p>"+strings.Join(kept, "</p><p>")+"</p>")
			if got := stripped(t, "", slices.Concat([]string{opening, closing, under}, kept)...); got != want {
				t.Errorf("under %s\n%s\nwant\n%s", under, got, want)
			}
		}
	}
	for _, lines := range [][]string{{"初审：11月20日前", "复审：11月25日前", "终审：11月30日前"}, {"郑重声明：岚山的做法不代表国际社会，北岭坚决反对。"}, {"发表评论员文章"}, {"日期：2026年11月23日", "地点：无锡市"}} {
		if got := stripped(t, "", lines...); got != strings.Join(lines, "\n") {
			t.Errorf("%q left %q", lines, got)
		}
	}
	doc, _ := goquery.NewDocumentFromReader(strings.NewReader(`<div><p>` + opening + `</p><p>` + closing + `</p><p>相关链接：</p><p><a href="/1">渔业部公布结果</a></p></div>`))
	strip(doc.Find("div").Nodes[0], "")
	if doc.Find("a").Length() > 0 {
		t.Error("a link without words was left")
	}
}

// No text of sentences loses one.
func TestNoSentenceIsLost(t *testing.T) {
	sentence := rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.RuneFrom([]rune("的一是在不了有和人这中大为上个国我以要他时来用们年月日位置首页编辑来源打印相关")), 8, 60).Draw(t, "letters")) + "。"
	})
	rapid.Check(t, func(t *rapid.T) {
		paragraphs := rapid.SliceOfN(sentence, 1, 12).Draw(t, "paragraphs")
		if got, want := stripped(t, "", paragraphs...), strings.Join(paragraphs, "\n"); got != want {
			t.Fatalf("%q\nwant\n%q", got, want)
		}
	})
}

// A box of links in the midst of a text goes; what comes after it stays.
func TestBoxesWithinTexts(t *testing.T) {
	link := func(n string) string {
		return `<a href="/` + n + `">渔业部公布第三季度近海巡查结果之` + n + `</a>`
	}
	summary := "渔业部今天公布了第三季度近海巡查的结果，共巡查三十七次。"
	middle := "双方就扩大海产品贸易、便利人员往来和加强近海搜救合作交换了意见，同意明年春天再次会谈。"
	for _, tt := range []struct {
		what string
		in   []string
		want []string
	}{
		{"a box and one paragraph", []string{opening, "热点新闻", link("1"), link("2"), link("3"), closing}, []string{opening, closing}},
		{"a box between paragraphs", []string{opening, middle, link("1"), "2026-11-20", link("2"), "2026-11-20", link("3"), "2026-11-20", middle, closing}, []string{opening, middle, middle, closing}},
		{"two boxes", []string{opening, link("1"), link("2"), link("3"), middle, link("4"), link("5"), link("6"), closing}, []string{opening, middle, closing}},
		{"links in the text", []string{opening, link("1"), middle, link("2"), closing}, []string{opening, "渔业部公布第三季度近海巡查结果之1", middle, "渔业部公布第三季度近海巡查结果之2", closing}},
		{"a list with summaries", []string{opening, closing, link("1"), summary, link("2"), summary, link("3"), summary}, []string{opening, closing}},
		{"a list and its dates", []string{opening, closing, link("1"), "2026-11-20", link("2"), "2026-11-20", link("3"), "2026-11-20"}, []string{opening, closing}},
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader("<div><p>" + strings.Join(tt.in, "</p><p>") + "</p></div>"))
		if err != nil {
			t.Fatal(err)
		}
		body := doc.Find("div").Nodes[0]
		dropList(clean.Lines(body))
		if got := clean.NodeText(body); got != strings.Join(tt.want, "\n") {
			t.Errorf("%s left %q", tt.what, got)
		}
	}
}
