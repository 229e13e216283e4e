package sibling

import "strings"

// sounds are the characters that write the sounds of foreign names.
var sounds = setOf("阿埃艾安昂奥巴拜班鲍贝本比彼宾波伯博布查茨达戴丹道德登迪蒂丁东杜多顿厄恩尔法凡菲费芬弗福夫盖冈戈格根贡古哈海汉赫亨胡华霍基吉加贾杰金卡凯坎康考柯科克肯库昆拉莱兰朗劳勒雷里理丽利莉林琳隆卢鲁路伦罗洛马玛迈曼芒梅门蒙米密明莫默姆穆纳娜南内尼涅宁纽诺努帕潘佩蓬皮普珀奇齐钱乔切琴丘热日萨塞桑瑟沙莎山尚绍舍申圣史施舒斯丝司思苏索塔泰坦汤唐特滕提图托瓦万维威韦文翁沃乌伍武西希夏谢辛欣许逊雅亚扬杨耶叶伊以因英尤于约泽扎詹张珍朱佐娅妮黛薇兹戛蒂卓麦什")

// characters is a set of characters of the plane that nearly all are in; it has
// no others.
type characters [1 << 10]uint64

func setOf(text string) *characters {
	set := new(characters)
	for _, r := range text {
		set.add(r)
	}
	return set
}

func (s *characters) add(r rune) { s[r>>6] |= 1 << (r & 63) }

func (s *characters) has(r rune) bool { return r < 1<<16 && s[r>>6]&(1<<(r&63)) != 0 }

// heard is the sound of a character in classes of consonants: what remains of
// a name on its way from one script to another.
func heard(r reading) string {
	s := spoken().spelling[r[0]]
	end := ""
	if strings.HasSuffix(s, "n") || strings.HasSuffix(s, "ng") {
		end = "n"
	}
	if s == "er" {
		return "l"
	}
	switch s[0] {
	case 'b', 'p':
		return "p" + end
	case 'd', 't':
		return "t" + end
	case 'g', 'k':
		return "k" + end
	case 'l', 'r':
		return "l" + end
	case 'j', 'q':
		return "j" + end
	case 'z', 'c':
		if len(s) > 1 && s[1] == 'h' {
			return "j" + end
		}
		return "s" + end
	case 's', 'x':
		return "s" + end
	case 'w', 'f':
		if s == "wu" || s == "wo" {
			return ""
		}
		return "f" + end
	case 'm', 'n', 'h':
		return s[:1] + end
	}
	return end
}

// sound is the sound of a word in lower case, in the same classes.
func sound(w string) string {
	var room [64]byte
	letters := single(room[:0], w)
	out, last := room[:0], byte(0) // what was read is written over
	for n, before := 0, byte(0); n < len(letters); n++ {
		c, letter := consonant(letters, n), letters[n]
		if c != 0 && !(letter == before && c == last) {
			out = append(out, c)
			last = c
		}
		before = letter
	}
	return string(out)
}

// pairs are sounds that have several letters, and one that says as much; x is two.
var pairs = [...]struct{ from, to string }{{"ph", "f"}, {"sch", "s"}, {"sh", "s"}, {"tch", "j"}, {"ch", "j"}, {"th", "t"}, {"ck", "k"}, {"x", "ks"}, {"ng", "n"}, {"qu", "k"}}

// single writes each sound of pairs as the other says it.
func single(b []byte, w string) []byte {
	for n := 0; n < len(w); {
		from, to := w[n:n+1], w[n:n+1]
		if strings.IndexByte("cnpqstx", w[n]) >= 0 {
			for _, p := range pairs {
				if strings.HasPrefix(w[n:], p.from) {
					from, to = p.from, p.to
					break
				}
			}
		}
		b = append(b, to...)
		n += len(from)
	}
	return b
}

func consonant(w []byte, n int) byte {
	vowel := n+1 < len(w) && strings.IndexByte("aeiouy", w[n+1]) >= 0
	switch c := w[n]; c {
	case 'b', 'p':
		return 'p'
	case 'd', 't':
		return 't'
	case 'g', 'k', 'q':
		return 'k'
	case 'c':
		if vowel && strings.IndexByte("eiy", w[n+1]) >= 0 {
			return 's'
		}
		return 'k'
	case 'r':
		if vowel {
			return 'l'
		}
	case 'h':
		if vowel {
			return 'h'
		}
	case 'v', 'w', 'f':
		if c != 'w' || vowel {
			return 'f'
		}
	case 'z', 's':
		return 's'
	case 'j', 'l', 'm', 'n':
		return c
	}
	return 0
}

// alike reports that a name in characters may be the name in letters: most of
// the sounds of the longer are in the other, in that order.
func alike(a, b string) bool { return inOrder(a, b)*5 >= max(len(a), len(b))*3 && len(b) > 0 }

// inOrder is the length of the longest sequence of sounds that both have.
func inOrder(a, b string) int {
	var row [64]int
	for i := range min(len(a), 60) {
		diagonal := 0
		for j := range min(len(b), 60) {
			above := row[j+1]
			if row[j+1] = max(above, row[j]); a[i] == b[j] {
				row[j+1] = diagonal + 1
			}
			diagonal = above
		}
	}
	return row[min(len(b), 60)]
}
