package news

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// slowFolded says letter by letter what Folded does in one pass.
func slowFolded(text string) string {
	runes := []rune(text)
	for n, r := range runes {
		runes[n] = narrow(r)
	}
	at := func(n int) rune {
		if n < 0 || n >= len(runes) {
			return ' '
		}
		return runes[n]
	}
	var b strings.Builder
	for n, r := range runes {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			b.WriteRune(unicode.ToLower(r))
		} else if counts(r, at(n-1), at(n+1)) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func slowLegal(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' || r == '\uFEFF' || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func slowLanguageOf(text string) string {
	counts := map[string]int{}
	for _, r := range text {
		for name, table := range map[string]*unicode.RangeTable{"letters": unicode.Letter, "zh": unicode.Han, "ja": unicode.Hiragana, "ja+": unicode.Katakana, "ko": unicode.Hangul} {
			if unicode.Is(unicode.Letter, r) && unicode.Is(table, r) {
				counts[name]++
			}
		}
	}
	switch all := counts["letters"]; {
	case (counts["ja"]+counts["ja+"])*100 > all*5:
		return "ja"
	case counts["ko"]*100 > all*20:
		return "ko"
	case counts["zh"]*100 >= all*30 && counts["zh"] > 0:
		return "zh"
	}
	return ""
}

// Whether a text takes the short way or the long one, it comes out the same.
func TestTextsComeOutTheSameBothWays(t *testing.T) {
	piece := rapid.OneOf(rapid.SampledFrom([]string{"a", "B", "1", " ", "  ", "\r\n", "\t", "\x00", "\x7f", "\xff", "\xe4\xb8", "\uFFFD", "\uFEFF", "\uFFFE", "\u202e", "\u061c", "\u00a0", "\u3000", "\u2028",
		"中", "ア", "が", "한", "É", "٣", "-", "–", "~", "～", ".", ",", ":", "/", "%", "％", "6.1", "-5", "€", "￥", "${", "Ｇ７", "́", "℃", "𠮷", "\U0001FFFF"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		for _, tt := range []struct{ what, got, want string }{
			{"Legal", Legal(s), slowLegal(s)},
			{"Line", Line(s), strings.Join(strings.Fields(slowLegal(strings.ReplaceAll(s, "\r", "\n"))), " ")},
			{"Folded", Folded(s), slowFolded(s)},
			{"LanguageOf", LanguageOf(s), slowLanguageOf(s)},
		} {
			if tt.got != tt.want {
				t.Fatalf("%s(%q) is %q, want %q", tt.what, s, tt.got, tt.want)
			}
		}
	})
}
