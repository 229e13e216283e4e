package page

import (
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
