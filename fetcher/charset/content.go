package charset

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
)

// sample is how much of a document is weighed when its bytes must decide.
const sample = 128 << 10

// sevenBit settles for the encodings that hide Chinese or Japanese in ASCII,
// which would pass for UTF-8 otherwise.
func (d *decision) sevenBit(labels []label) bool {
	for _, l := range labels {
		if l.name == "hz-gb-2312" && ascii(d.body) || l.name == "iso-2022-jp" && bytes.IndexByte(d.body, 0x1b) >= 0 {
			d.take(read(d.body, l.enc, l.name), l.from)
			return true
		}
	}
	name := ""
	switch {
	case bytes.Contains(d.body, []byte("\x1b$B")), bytes.Contains(d.body, []byte("\x1b$@")):
		name = "iso-2022-jp"
	case bytes.Contains(d.body, []byte("~{")) && ascii(d.body):
		name = "hz-gb-2312"
	default:
		return false
	}
	e, name := lookup(name)
	r := read(d.body, e, name)
	if r.bad > 0 || !plausible(r.text, name) {
		return false
	}
	d.take(r, "content")
	return true
}

// guess lets the bytes decide.
func (d *decision) guess() {
	if r := read(d.body, nil, utf8Name); r.good() {
		d.take(r, "content")
		return
	}
	e, name := lookup(gbName)
	if r := read(d.body, e, name); looksGB(d.body) && r.good() {
		d.take(r, "content")
		return
	}
	if e, name := lookup(detected(d.body)); e != nil {
		if r := read(d.body, e, name); r.good() {
			d.take(r, "content")
			d.warn("nothing names the encoding; the bytes look like %s", name)
			return
		}
	}
	e, name = lookup("windows-1252")
	d.take(read(d.body, e, name), "last resort")
	d.warn("nothing names the encoding and the bytes do not show it; read as windows-1252")
}

// detected asks a statistical detector; empty when it is not sure.
func detected(body []byte) string {
	r := chardet.Detect(body[:min(len(body), sample)])
	if r.Confidence < 0.5 {
		return ""
	}
	return r.Encoding
}

// looksGB reports whether bytes read as GB18030 give Chinese as it is written.
func looksGB(body []byte) bool {
	e, _ := lookup(gbName)
	r := read(body[:min(len(body), sample)], e, gbName)
	return r.good() && plausible(r.text, gbName)
}

// plausible reports whether a text shows the script of its encoding's language.
func plausible(text []byte, name string) bool {
	var letters, han, kana, hangul, odd int
	for _, r := range string(text) {
		if r < utf8.RuneSelf {
			continue
		}
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.Is(unicode.Co, r), !unicode.IsPrint(r):
			odd++
		}
		letters++
	}
	switch name {
	case gbName, "big5", "hz-gb-2312":
		return han*2 > letters && kana*10 < letters && odd*20 < letters && chineseShare(text) >= 0.15
	case "euc-jp", "shift_jis", "iso-2022-jp":
		return kana*10 > letters && odd*20 < letters
	case "euc-kr":
		return hangul*2 > letters
	}
	return false
}

// chineseShare is the share of the commonest characters among the Han of a
// text: about a half in Chinese prose, under a tenth in bytes read wrongly.
func chineseShare(text []byte) float64 {
	han, common := 0, 0
	for _, r := range string(text) {
		if unicode.Is(unicode.Han, r) {
			han++
			if strings.ContainsRune(commonest, r) {
				common++
			}
		}
		if han == 4096 {
			break
		}
	}
	if han == 0 {
		return 0
	}
	return float64(common) / float64(han)
}

// commonest holds the most frequent characters of Chinese prose and of official
// news, in both forms of writing.
const commonest = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料员位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手期根论运农指几九区强放决西被干做必先回则任取据处世车台京北海市场务商告记交言环境会议规划报网络信息" +
	"這為個時來們於對會發動說產種後學經進著電裡現實兩體機當點從業應開還與關間樣線內數質氣變條沒結問無軍題黨員總設長頭資邊級圖統較將組見計論運農幾區強決處車臺場務記環規劃報網絡"
