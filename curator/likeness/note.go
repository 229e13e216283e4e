package likeness

import (
	"slices"
	"strings"
)

// notes are words that desks put before and behind the title of what they
// carry: that it is somebody else's, and what there is beside the text. None of
// them says which of several things a text is about, or how far it has come (a
// draft, the second reading, a warning that is over).
var notes = set(strings.Join(strings.Fields(`
	reprint reprinted repost reposted republished republication reproduced forwarded fwd fw rt via share shared syndicated
	picture pictures pic pics photo photos photograph photographs image images illustration illustrations illustrated infographic infographics
	graphic graphics chart charts map maps diagram diagrams poster posters slideshow slides gallery album
	video videos clip clips footage audio recording podcast live livestream webcast watch listen
	full complete text transcript original attachment attachments attached annex download pdf link links bilingual
	press media news release official exclusive breaking flash newsflash just latest
	转 转发 转载 转帖 转贴 分享 推荐 荐读 附 配 含 图 组图 图文 多图 高清 图片 图集 照片 插图 长图 动图 海报 图解 图表 地图
	视频 录像 影像 音频 直播 回放 实录 全文 原文 双语 链接 下载 附件 快讯 速递 要闻 新闻 新闻稿 通稿 消息 最新 刚刚 重磅 突发 独家 头条 首发
	权威 官方 授权 受权 发布`), "|"))

const longestNote = 4 // characters

// bare is a title without the notes at its ends, where a bracket, a colon, a
// bar or a dash parts them from the rest; never nothing.
func (p *passage) bare() *passage {
	from, to := 0, len(p.words)
	for n := 1; n < to; n++ {
		if p.parted(n) {
			if !p.noted(from, n) {
				break
			}
			from = n
		}
	}
	for n := to - 1; n > from; n-- {
		if p.parted(n) {
			if !p.noted(n, to) {
				break
			}
			to = n
		}
	}
	return p.part(from, to)
}

// parted reports that a mark parts a word from the one before. One of the marks
// is written like a Han character.
func (p *passage) parted(n int) bool { return p.words[n].is(parted) || p.text(n-1) == "丨" }

// noted reports that a part of a title is notes and nothing else.
func (p *passage) noted(from, to int) bool {
	for from < to {
		length := p.note(from, to)
		if length == 0 {
			return false
		}
		from += length
	}
	return true
}

// note is how many words from one on are a note, or hold notes together; 0:
// they are none.
func (p *passage) note(from, to int) int {
	if text := p.text(from); little[text] || text == "丨" {
		return 1
	}
	for length := min(longestNote, to-from); length > 0; length-- {
		first, last := p.words[from], p.words[from+length-1]
		if (length == 1 || first.is(han)) && notes[string(p.letters[first.at:last.end])] {
			return length
		}
	}
	return 0
}

// noted reports titles that are the same but for notes of desks.
func (c *comparison) noted() bool {
	a, b := c.a.title.bare(), c.b.title.bare()
	if len(a.words) == len(c.a.title.words) && len(b.words) == len(c.b.title.words) {
		return false
	}
	agreed, _ := titles(a, b)
	return agreed == sameTitle
}

// labelled reports titles that share a part, as marks part them, and have each
// another beside it: that says which of several things either is about, and be
// it in the same words (a yellow warning, a red one).
func labelled(a, b *passage) bool {
	partsA, partsB := a.bare().parts(), b.bare().parts()
	sharing := func(p passage) bool {
		return slices.ContainsFunc(partsB, func(q passage) bool { return slices.EqualFunc(p.words, q.words, word.says) })
	}
	return len(partsA) > 1 && len(partsB) > 1 && slices.ContainsFunc(partsA, sharing)
}

// parts are a title between the marks that part it.
func (p *passage) parts() (all []passage) {
	from := 0
	for n := 1; n <= len(p.words); n++ {
		if n == len(p.words) || p.parted(n) {
			all = append(all, *p.part(from, n))
			from = n
		}
	}
	return all
}
