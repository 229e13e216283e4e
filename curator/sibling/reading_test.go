package sibling

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// noted is the date of the texts of these tests.
var noted = news.Date{Precision: news.Day, Zone: "+08:00", Time: time.Date(2026, 11, 5, 16, 0, 0, 0, time.UTC)} // the 6th there

func textOf(lang, title, body string) *Text {
	return Of(news.Entry{Lang: lang, Title: title, Summary: body, Date: noted})
}

func TestTables(t *testing.T) {
	var words table
	if err := words.read(names); err != nil {
		t.Error(err)
	}
	if len(words.meanings) < 1200 {
		t.Errorf("names.txt has %d meanings, want 1200", len(words.meanings))
	}
	known := 0
	for _, r := range spoken().block {
		if r != (reading{}) {
			known++
		}
	}
	if known < 3000 {
		t.Errorf("pinyin.txt has %d characters, want 3000", known)
	}
	for _, bad := range []string{"@people\n王 = Wang", "@topic\n关税", "@topic\n关税 = tariff\n税 = tariffs", "王 = Wang", "@topic\n关税 = "} {
		if err := new(table).read(bad); err == nil {
			t.Errorf("%q was read without an error", bad)
		}
	}
	for _, line := range strings.Split(pinyin, "\n") {
		if letters, characters, ok := strings.Cut(line, " "); ok && letters != "#" {
			sorted := slices.Sorted(slices.Values([]rune(characters)))
			if len(slices.Compact(sorted)) != len([]rune(characters)) {
				t.Errorf("pinyin.txt: %s has a character twice", letters)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, row := range []struct{ zh, en, want string }{
		{"投资124亿元", "an investment of 12.4 billion yuan", "1.24e+10"},
		{"共3.2万人", "a total of 32,000 people", "32000"},
		{"总额38.54万亿元", "a total of 38.54 trillion yuan", "3.854e+13"},
		{"三分之一的企业", "one third of the companies", "33.33333333"},
		{"三分之二的企业", "two-thirds of the companies", "66.66666667"},
		{"四分之三的企业", "three quarters of the companies", "75"},
		{"九成以上", "over nine tenths", "90"},
		{"百分之十二点五", "", "12.5"},
		{"增长百分之二十二", "a rise of twenty-two percent", "22"},
		{"建交四十二周年", "forty-two years of ties", "42"},
		{"六百余人参加", "six hundred people took part", "600"},
		{"一万二千四百人", "12,400 people", "12400"},
		{"10多万人", "100,000 people", "100000"},
		{"一亿二千万人", "one hundred and twenty million people", "120000000"},
		{"输电18亿千瓦时", "1.8 billion kilowatt-hours", "1800000000"},
		{"５．７３元", "5.73 yuan", "5.73"},
		{"2026年第31号", "No. 31 of 2026", "31"},
		{"第三轮", "the third round", "3"},
		{"由380万吨增加到1270万吨", "from 3.8 to 12.7 million tonnes", "3800000 12700000"},
		{"2028年前", "before 2028", ""},
		{"两国一致同意", "the two countries agreed as one", ""},
		{"咨询电话：010-12308", "Hotline: 12308", ""},
	} {
		for lang, text := range map[string]string{"zh": row.zh, "en": row.en} {
			var got []string
			for _, n := range textOf(lang, "", text).numbers {
				got = append(got, n.key())
			}
			want := strings.Fields(row.want)
			slices.Sort(want)
			if row.zh != "" && text != "" && !slices.Equal(got, want) {
				t.Errorf("%q has the numbers %q, want %q", text, got, want)
			}
		}
	}
}

func TestDays(t *testing.T) {
	for _, row := range []struct {
		lang, text string
		want       []day
	}{
		{"zh", "2026年11月5日上午举行", []day{1105}},
		{"zh", "十一月五日", []day{1105}},
		{"zh", "4月27日至5月3日", []day{427, 503}},
		{"zh", "11月9日至10日访问", []day{1109, 1110}},
		{"zh", "从14日起，", []day{1114}},
		{"zh", "30日内提出", nil},
		{"zh", "5月份出口", nil},
		{"zh", "（记者林知远）新华社北京11月5日电 会议召开。", nil},
		{"en", "On November 5, 2026, they met.", []day{1105}},
		{"en", "On 5th of November they met.", []day{1105}},
		{"en", "from 27 April to 3 May", []day{427, 503}},
		{"en", "from November 9 to 10, 2026", []day{1109, 1110}},
		{"en", "on 9 and 10 November", []day{1109, 1110}},
		{"en", "Since Nov. 5 it rains.", []day{1105}},
		{"en", "a visit in May of 25 people", nil},
		{"en", "They may 5 times.", nil},
		{"en", "YUNJIN, May 6 (BNA) -- The meeting opened.", nil},
		{"en", "Updated: 2026-11-05", nil},
		{"en", "held on 2026-11-05.", []day{1105}},
		{"en", "on 31 April 45", []day{431}},
	} {
		if got := textOf(row.lang, "", row.text).days; !slices.Equal(got, row.want) {
			t.Errorf("%q names the days %v, want %v", row.text, got, row.want)
		}
	}
}

func TestNamesBySound(t *testing.T) {
	for _, row := range []struct {
		zh, en string
		want   bool
	}{
		{"外长王毅出席会议", "Foreign Minister Wang Yi attended.", true},
		{"处长林淑芬介绍", "said Lin Shufen, head of the office.", true},
		{"处长林淑芬介绍", "said Lin Shu-fen, head of the office.", true},
		{"处长林淑芬介绍", "said Shufen Lin, head of the office.", true},
		{"處長林淑芬介紹", "said Lin Shufen, head of the office.", true},
		{"曾庆安和单立文", "with Zeng Qing'an of the office.", true},
		{"吕绿野出席", "met Lyu Lüye there.", true},
		{"外长王毅出席会议", "Foreign Minister Wang Wei attended.", false},
		{"处长林淑芬介绍", "said Lin Fenshu, head of the office.", false},
	} {
		zh, en := textOf("zh", "", row.zh), textOf("en", "", row.en)
		if len(en.persons) != 1 {
			t.Errorf("%q names %d people, want 1", row.en, len(en.persons))
			continue
		}
		if got := en.persons[0].in(zh.spoken); got != row.want {
			t.Errorf("%s stands in %q: %v, want %v", en.persons[0].name, row.zh, got, row.want)
		}
	}
	for zh, en := range map[string]string{"阿雷尔·万蒂斯": "Arel Vantis", "门卡鲁": "Menkaru", "多维亚": "Torvia", "彼得罗维奇": "Petrovic", "卢里塔尼亚": "Ruritania"} {
		var run string
		for _, c := range strings.ReplaceAll(zh, "·", "") {
			run += heard(spoken().read(c))
		}
		if s := sound(strings.ToLower(strings.ReplaceAll(en, " ", ""))); !alike(run, s) {
			t.Errorf("%s (%s) and %s (%s) are not alike", zh, run, en, s)
		}
	}
}

func TestAddress(t *testing.T) {
	for raw, want := range map[string]string{
		"https://www.mfa.gov.cn/web/fyrbt_673021/202611/t20261104_11523344.shtml": "mfa.gov.cn 11523344",
		"https://english.www.gov.cn/news/2026-11/04/content_7038123.htm":          "www.gov.cn 7038123",
		"https://www.health.example/en/detail?id=12027581":                        "health.example 12027581",
		"https://a.example/20261104/index.html":                                   "a.example",
		"::not an address":                                                        "",
		"":                                                                        "",
	} {
		site, serials := address(raw)
		if got := strings.Join(append([]string{site}, serials...), " "); got != want {
			t.Errorf("address(%q) = %q, want %q", raw, got, want)
		}
	}
}

// A character that writes foreign names has a sound: one without ended the
// program.
func TestEveryNameIsHeard(t *testing.T) {
	for r := range rune(1 << 16) {
		c := string(r)
		if !sounds.has(r) {
			continue
		}
		if spoken().of(r) == (reading{}) {
			t.Errorf("%s is not in pinyin.txt", c)
		}
		Of(news.Entry{Title: c + "纳电影节", Lang: "zh", HTML: "<p>" + c + "然而止。</p>"})
	}
}
