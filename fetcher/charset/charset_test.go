package charset

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"chinanews/news"
)

const (
	chinese     = "水利部发布关于加强河道管理的公告，自二〇二七年一月一日起施行。国务院有关部门和地方人民政府应当按照规定做好工作。"
	traditional = "水利部發布關於加強河道管理的公告，國務院有關部門和地方人民政府應當按照規定做好工作，發言人在記者會上說。"
	kana        = "水利省は新しいダムの建設計画を発表しました。地元の人々は期待しています。"
	korean      = "수자원부는 새로운 댐 건설 계획을 발표했다. 지역 주민들은 기대하고 있다."
	cyrillic    = "Министерство водных ресурсов сообщило о строительстве новой плотины на реке."
	hangulHan   = "河川部 공고: 국토교통부와 함께 하천 정비 사업을 시작한다고 밝혔다."
)

func in(t *testing.T, label, text string) []byte {
	t.Helper()
	e, _ := lookup(label)
	if e == nil {
		t.Fatalf("no encoding for %q", label)
	}
	return encoded(t, e, text)
}

func encoded(t *testing.T, e encoding.Encoding, text string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func xml(label, text string) string {
	return `<?xml version="1.0" encoding="` + label + `"?><t>` + text + `</t>`
}

type decideCase struct {
	name, header, override string
	body                   []byte
	want, charset          string
	warned                 bool
}

func decideCases(t *testing.T) []decideCase {
	utf16le := encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), xml("utf-16", chinese))
	utf16be := encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), xml("utf-16", chinese))
	return []decideCase{
		{"UTF-8, nothing said", "", "", []byte(chinese), chinese, "utf-8 (content)", false},
		{"UTF-8 with a mark", "", "", []byte("\uFEFF" + chinese), chinese, "utf-8 (byte order mark)", false},
		{"UTF-8 labelled GBK", "text/html; charset=gbk", "", []byte(chinese), chinese, "utf-8 (content)", true},
		{"UTF-8 declared gb2312", "", "", []byte(xml("gb2312", chinese)), chinese, "utf-8 (content)", true},
		{"UTF-8 declared utf-16", "", "", []byte(xml("utf-16", chinese)), chinese, "utf-8 (content)", true},
		{"GBK, nothing said", "", "", in(t, "gbk", chinese), chinese, "gb18030 (content)", false},
		{"GBK labelled UTF-8", "text/xml; charset=utf-8", "", in(t, "gbk", chinese), chinese, "gb18030 (content)", true},
		{"GBK labelled latin", "text/xml; charset=ISO-8859-1", "", in(t, "gbk", chinese), chinese, "gb18030 (content)", true},
		{"GBK labelled Big5", "text/xml; charset=big5", "", in(t, "gbk", chinese), chinese, "gb18030 (content)", true},
		{"GBK in the header", "text/xml; charset=GBK", "", in(t, "gbk", chinese), chinese, "gb18030 (header)", false},
		{"four-byte GB18030 as gb2312", "text/xml; charset=gb2312", "", in(t, "gb18030", "镕𠀀"+chinese), "镕𠀀" + chinese, "gb18030 (header)", false},
		{"header before declaration", "text/xml; charset=gb2312", "", in(t, "gbk", xml("big5", chinese)), chinese, "gb18030 (header)", false},
		{"meta of a page", "text/html", "", in(t, "gbk", `<html><meta charset="gb2312">`+chinese), chinese, "gb18030 (declaration)", false},
		{"short GBK that is UTF-8 by chance", "text/html; charset=gbk", "", []byte("\xd0\xc2"), "新", "gb18030 (header)", false},
		{"unknown name", "text/xml; charset=x-river", "", []byte(chinese), chinese, "utf-8 (content)", true},
		{"us-ascii that is not", "text/xml; charset=us-ascii", "", in(t, "gbk", chinese), chinese, "gb18030 (content)", true},
		{"the row's word", "text/xml; charset=utf-8", "big5", in(t, "big5", traditional), traditional, "big5 (row)", false},
		{"the row's word unknown", "", "x-river", []byte(chinese), chinese, "utf-8 (content)", true},
		{"Big5 declared", "", "", in(t, "big5", xml("Big5", traditional)), traditional, "big5 (declaration)", false},
		{"Big5, nothing said", "", "", encoded(t, traditionalchinese.Big5, strings.Repeat(traditional, 6)), traditional, "big5 (content)", true},
		{"EUC-JP declared", "", "", encoded(t, japanese.EUCJP, xml("euc-jp", kana)), kana, "euc-jp (declaration)", false},
		{"EUC-JP, nothing said", "", "", in(t, "euc-jp", kana), kana, "euc-jp (content)", true},
		{"Shift_JIS, nothing said", "", "", in(t, "shift_jis", kana), kana, "shift_jis (content)", true},
		{"ISO-2022-JP declared", "", "", in(t, "iso-2022-jp", xml("iso-2022-jp", kana)), kana, "iso-2022-jp (declaration)", false},
		{"ISO-2022-JP, nothing said", "", "", in(t, "iso-2022-jp", kana), kana, "iso-2022-jp (content)", false},
		{"EUC-KR declared", "", "", in(t, "euc-kr", xml("euc-kr", korean)), korean, "euc-kr (declaration)", false},
		{"EUC-KR with hanja declared", "", "", in(t, "euc-kr", xml("ks_c_5601-1987", hangulHan)), hangulHan, "euc-kr (declaration)", false},
		{"KOI8-R in the header", "text/xml; charset=koi8-r", "", in(t, "koi8-r", cyrillic), cyrillic, "koi8-r (header)", false},
		{"windows-1251, nothing said", "", "", in(t, "windows-1251", strings.Repeat(cyrillic, 3)), cyrillic, "windows-1251 (content)", true},
		{"HZ declared", "text/plain; charset=hz-gb-2312", "", encoded(t, simplifiedchinese.HZGB2312, "水利部发布公告"), "水利部发布公告", "hz-gb-2312 (header)", false},
		{"HZ, nothing said", "", "", encoded(t, simplifiedchinese.HZGB2312, "水利部发布关于工作的公告"), "水利部发布关于工作的公告", "hz-gb-2312 (content)", false},
		{"UTF-16 with a mark", "", "", append([]byte("\xff\xfe"), utf16le...), chinese, "utf-16le (byte order mark)", false},
		{"UTF-16LE without", "", "", utf16le, chinese, "utf-16le (content)", false},
		{"UTF-16BE without", "", "", utf16be, chinese, "utf-16be (content)", false},
		{"UTF-32 with a mark", "", "", append([]byte("\xff\xfe\x00\x00"), in(t, "utf-32le", chinese)...), chinese, "utf-32le (byte order mark)", false},
		{"one bad byte", "", "", []byte(chinese + "\xff" + chinese), chinese + "\uFFFD" + chinese, "utf-8 (content)", true},
		{"one bad byte in GBK", "text/xml; charset=gbk", "", append(in(t, "gbk", chinese), 0xff, '<'), chinese + "\uFFFD<", "gb18030 (header)", true},
		{"French", "", "", in(t, "windows-1252", "Le ministère a publié « l’arrêté » à l’été dernier"), "ministère a publié « l’arrêté »", "windows-1252 (content)", true},
		{"ASCII with a label", "text/xml; charset=gbk", "", []byte("abc"), "abc", "gb18030 (header)", false},
		{"nothing", "", "", nil, "", "utf-8 (content)", false},
	}
}

func TestDecodeDecides(t *testing.T) {
	for _, c := range decideCases(t) {
		t.Run(c.name, func(t *testing.T) {
			got, p := Decode(c.body, c.header, c.override)
			if p != nil {
				t.Fatalf("problem: %s", p.Words)
			}
			if !strings.Contains(string(got.UTF8), c.want) || got.Charset != c.charset {
				t.Errorf("got %q as %s, want %q as %s", got.UTF8, got.Charset, c.want, c.charset)
			}
			if (len(got.Warnings) > 0) != c.warned {
				t.Errorf("got warnings %q, want some: %v", got.Warnings, c.warned)
			}
			if strings.HasPrefix(string(got.UTF8), "\uFEFF") {
				t.Error("the byte order mark is still there")
			}
		})
	}
}

func TestEveryGBLabelIsGB18030(t *testing.T) {
	for _, l := range []string{"gb2312", "GBK", "gb_2312-80", "GB_2312", "x-gbk", "cp936", "CP936", "MS936", "windows-936", "EUC-CN", "x-euc-cn", "csGB2312", "gb18030", "GB18030-2000", "chinese", "iso-ir-58", " 'gbk' "} {
		if _, name := lookup(l); name != gbName {
			t.Errorf("%q is read as %q, want %s", l, name, gbName)
		}
	}
}

func TestOneBadByteNeverLosesTheDocument(t *testing.T) {
	for _, label := range []string{"gbk", "euc-kr", "euc-jp", "utf-8"} {
		text := map[string]string{"euc-kr": korean, "euc-jp": kana}[label]
		if text == "" {
			text = chinese
		}
		body := in(t, label, strings.Repeat(text, 20))
		if label == "utf-8" {
			body = []byte(strings.Repeat(text, 20))
		}
		for at := 0; at < len(body); at += 37 {
			bad := append([]byte(nil), body...)
			bad[at] = 0xff
			got, p := Decode(bad, "text/xml; charset="+label, "")
			if p != nil || strings.Count(string(got.UTF8), "\uFFFD") > 3 || len(got.Warnings) == 0 {
				t.Fatalf("%s, byte %d: problem %v, %s, warnings %q", label, at, p, got.Charset, got.Warnings)
			}
		}
	}
}

func TestRubbishIsANamedProblem(t *testing.T) {
	var b []byte
	for i := range 4000 {
		b = append(b, byte(0x80+i%3), byte(i*7), 0xff)
	}
	_, p := Decode(b, "", "utf-8")
	if p == nil || p.Class != news.ClassEncoding {
		t.Fatalf("got %v, want class %s", p, news.ClassEncoding)
	}
}

func FuzzDecode(f *testing.F) {
	for _, l := range []string{"", "gbk", "utf-8", "utf-16", "big5", "hz-gb-2312", "x-none"} {
		f.Add([]byte(chinese), "text/xml; charset="+l, "")
		f.Add([]byte(xml(l, "Dam \xff")), "", l)
	}
	f.Add([]byte("\xff\xfe\x00"), "", "")
	f.Add([]byte("~{;F~}\x1b$B"), "", "")
	f.Fuzz(func(t *testing.T, body []byte, header, override string) {
		got, _ := Decode(body, header, override)
		if !utf8.Valid(got.UTF8) {
			t.Errorf("%q is no UTF-8", got.UTF8)
		}
		if len(got.UTF8) > 4*len(body)+16 {
			t.Errorf("%d bytes became %d", len(body), len(got.UTF8))
		}
		if !strings.HasSuffix(got.Charset, ")") {
			t.Errorf("decision %q gives no ground", got.Charset)
		}
	})
}
