package news

import (
	"strings"
	"unicode"
)

// Primary is the primary subtag of a BCP 47 tag, in lower case: "zh" of
// "zh-CN".
func Primary(tag string) string {
	p, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	return p
}

// firstEastern is before all letters of Han, kana and hangul.
const firstEastern = 0x1100

// LanguageOf is the language that a text's letters show beyond doubt: zh, ja
// or ko, and empty when they do not tell. Han at 30 % of the letters is zh,
// kana above 5 % ja, hangul above 20 % ko.
func LanguageOf(text string) string {
	var letters, han, kana, hangul int
	for _, r := range text {
		if r >= 0x4e00 && r <= 0x9fff { // all of this block are
			letters++
			han++
			continue
		}
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if r < firstEastern {
			continue
		}
		switch {
		case r < 0x1100: // before any of these scripts
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Hiragana, r), unicode.Is(unicode.Katakana, r):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		}
	}
	switch {
	case kana*100 > letters*5:
		return "ja"
	case hangul*100 > letters*20:
		return "ko"
	case han*100 >= letters*30 && han > 0:
		return "zh"
	}
	return ""
}

// Language decides an item's language and locale: the row's tag, overruled by
// the text when that is clear. An empty or "auto" row with a text that does not
// tell gives English.
func Language(row, text string) (lang, locale string) {
	if row == "" || strings.EqualFold(row, "auto") {
		row = "en"
		if l := LanguageOf(text); l != "" {
			row = l
		}
		return Primary(row), row
	}
	if l := LanguageOf(text); l != "" && l != Primary(row) {
		return l, l
	}
	return Primary(row), row
}
