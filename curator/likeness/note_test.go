package likeness

import (
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// Texts that several desks carry to the letter. They leave to the title what a
// row of a series would have there.
var carried = map[string]string{
	"en": "The harbour office asks all masters to keep the fairway clear while the lanterns are being moved. Pilots meet incoming ships at the outer buoy from six in the morning, and small craft pass along the western mole. " +
		"Whoever has goods on the quay takes them to the long shed before the work begins; the office lends out carts at no charge. Signals are given by bell, and by flag where the fog allows it. " +
		"Questions are answered at the counter on weekdays, and the tide tables that hold for the time of the work hang at the gate of the office.",
	"zh": "港口文书院提醒各船船长，灯笼搬移期间请保持航道畅通。引水员清晨六时起在外侧浮标处迎候进港船只，小艇一律沿西堤通行。码头上堆放的货物应在开工前移入长棚，本院免费出借手推车。" +
		"信号以铜铃为准，雾气消散时辅以旗语。有疑问的，可在工作日到窗口咨询，施工期间适用的潮汐表已张贴在本院门口。请相互转告，共同维护港区秩序。",
}

// Desks put notes of their own before and behind the title of what they carry.
// That is no other title. What says which of several things a text is about, or
// how far it has come, is no note, wherever it stands.
var noted = []struct {
	lang, a, b string
	same       bool
}{
	{"en", "Reprint: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear (with picture)", true},
	{"en", "Masters asked to keep the fairway clear (photos)", "Reposted: Masters asked to keep the fairway clear", true},
	{"en", "[Video] Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear – full text", true},
	{"en", "Press release: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear | Photo gallery", true},
	{"en", "Republished: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear (with map)", true},
	{"en", "SHARED: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear [photos and video]", true},
	{"en", "Fwd: Masters asked to keep the fairway clear", "Just in: Masters asked to keep the fairway clear", true},
	{"en", "Infographic | Masters asked to keep the fairway clear", "Exclusive: Masters asked to keep the fairway clear (transcript)", true},
	{"en", "Reprint: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear, chancellery announces (with pictures)", true},
	{"en", "Reprint: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear - Saltmarsh Advertiser", true},

	{"en", "Notice No. 12: Masters asked to keep the fairway clear (photo)", "Reprint: Notice No. 13: Masters asked to keep the fairway clear", false},
	{"en", "Draft: Regulation of traffic in the fairway", "Regulation of traffic in the fairway (adopted)", false},
	{"en", "Northern basin: Masters asked to keep the fairway clear", "Masters asked to keep the fairway clear (southern basin)", false},
	{"en", "Reprint: Work on the lanterns of Ostra", "Work on the lanterns of Falk (with picture)", false},
	{"en", "Mara Hale is the new keeper of the fairway (photo)", "Reprint: Edda Voss is the new keeper of the fairway", false},
	{"en", "Weekly report on the fairway, week 18 (chart)", "Reprint: Weekly report on the fairway, week 19", false},
	{"en", "State of the fairway on 4 May (chart)", "Reprint: State of the fairway on 11 May", false},
	{"en", "Cancelled: Closing of the fairway", "Closing of the fairway (postponed)", false},
	{"en", "Opinion: Lanterns in the fairway", "Lanterns in the fairway (verdict)", false},
	{"en", "Yellow alert: Fog in the fairway", "Fog in the fairway (red alert)", false},
	{"en", "Winners: Contest for pictures of the fairway", "Contest for pictures of the fairway (rules)", false},
	{"en", "Photo gallery", "Video", false},
	{"en", "Tender for barrels", "Reprint: Tender for ladders", false},
	{"en", "Pictures: Auction of umbrellas", "Auction of sundials (pictures)", false},

	{"zh", "【转发】关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒（附图）", true},
	{"zh", "转载：关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒（组图）", true},
	{"zh", "图文丨关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒（附全文）", true},
	{"zh", "权威发布 | 关于灯笼搬移期间保持航道畅通的提醒", "【视频】关于灯笼搬移期间保持航道畅通的提醒", true},
	{"zh", "關於燈籠搬移期間保持航道暢通的提醒（附圖）", "【轉發】关于灯笼搬移期间保持航道畅通的提醒", true},
	{"zh", "快讯：关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒（高清多图）", true},
	{"zh", "【转载】关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒_盐泽告白", true},

	{"zh", "第12号公告：关于保持航道畅通的提醒（附图）", "【转发】第13号公告：关于保持航道畅通的提醒", false},
	{"zh", "北港池：关于灯笼搬移期间保持航道畅通的提醒", "关于灯笼搬移期间保持航道畅通的提醒（南港池）", false},
	{"zh", "航道通行规定（征求意见稿）", "【转发】航道通行规定（试行）", false},
	{"zh", "征求意见：航道通行规定", "航道通行规定（正式颁布）", false},
	{"zh", "水青就任航道主管（附图）", "【转发】云隘就任航道主管", false},
	{"zh", "航道周报第十八期（附图）", "【转发】航道周报第十九期", false},
	{"zh", "黄色预警：航道大雾", "航道大雾（红色预警）", false},
	{"zh", "【转发】渡船司招聘启事", "历书编修处招聘启事（附图）", false},
	{"zh", "取消：航道封闭", "航道封闭（延后）", false},
	{"zh", "获奖名单：航道征文", "航道征文（章程）", false},
	{"zh", "组图", "视频", false},
}

func TestNotesOfDesks(t *testing.T) {
	for _, c := range noted {
		of := func(title string, hour int) *Text {
			return Of(news.Entry{Lang: c.lang, Title: title, Summary: carried[c.lang], Date: news.Date{Precision: news.Minute, Zone: "UTC", Time: day0.Add(time.Duration(hour) * time.Hour)}})
		}
		e, same := Same(of(c.a, 0), of(c.b, 26))
		if same != c.same {
			t.Errorf("same is %v: %s / %s: %v", same, c.a, c.b, e)
		}
	}
}

// Notes make no release of texts that are not one.
func TestNotesDoNotHelpOtherTexts(t *testing.T) {
	for lang, change := range map[string][2]string{"en": {"western mole", "bridge of Dunmere"}, "zh": {"沿西堤通行", "绕行苇山桥"}} {
		for _, c := range noted {
			if c.lang != lang || !c.same {
				continue
			}
			date := news.Date{Precision: news.Day, Zone: "UTC", Time: day0}
			a := Of(news.Entry{Lang: lang, Title: c.a, Summary: carried[lang], Date: date})
			b := Of(news.Entry{Lang: lang, Title: c.b, Summary: strings.ReplaceAll(carried[lang], change[0], change[1]), Date: date})
			if e, same := Same(a, b); same {
				t.Errorf("another text: %s / %s: %v", c.a, c.b, e)
			}
			short := func(title string) *Text {
				return Of(news.Entry{Lang: lang, Title: title, Summary: string([]rune(carried[lang])[:60]), Date: date})
			}
			if e, same := Same(short(c.a), short(c.b)); same && e.title != sameTitle {
				t.Errorf("a line of text: %s / %s: %v", c.a, c.b, e)
			}
		}
	}
}

// A word that is folded to another spelling would never be found.
func TestEveryNoteIsFound(t *testing.T) {
	for note := range notes {
		for _, title := range []string{note + ": Ferry", "[" + note + "] Ferry", "Ferry (" + note + ")", "Ferry | " + note, "Ferry – " + note} {
			p := read([]string{title})
			if got := p.bare(); len(got.words) != 1 || got.text(0) != "ferry" {
				t.Errorf("%s: %d words are left", title, len(got.words))
			}
		}
	}
	for title, want := range map[string]int{"": 0, "Photos": 1, "Photos: Video": 1, "Ferry: map": 1, "Map of the ferry": 4, "Ferry (map) closes": 3, "转发": 2, "转发丨组图": 2} {
		p := read([]string{title})
		if got := p.bare(); len(got.words) != want {
			t.Errorf("%s: %d words are left, want %d", title, len(got.words), want)
		}
	}
}
