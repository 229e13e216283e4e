package sibling

import "sync"

// surnames are the characters with which Chinese names begin.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申殷詹欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季成霍涂盛骆裴苗曲翁柴谷蓝冉穆习岑祁晏游麦卓辛管甄车佟简沙隋仲屈窦宫褚楚冷池"

var surname = func() map[rune]bool {
	set := make(map[rune]bool)
	for _, c := range surnames {
		set[c] = true
	}
	return set
}()

// surnameLetters are the ways to write them.
var surnameLetters = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, c := range surnames {
		for _, s := range spoken().of(c) {
			set[spoken().spelling[s]] = s > 0
		}
	}
	for _, s := range []string{"ouyang", "sima", "shangguan", "zhuge", "situ", "ximen", "murong"} {
		set[s] = true
	}
	delete(set, "")
	return set
})

// deeds stand behind who does them, offices before or behind, and what befalls
// them before.
var (
	deeds   = words("表示 指出 强调 说 介绍 认为 主持 出席 会见 率 透露 宣布 要求 致辞 讲话 发言 参加 解读 陪同 访问 签署 回应 答 称 在 当选 就 到 赴 同 与 和 对 应 会 将 通 抵 向 致 主")
	offices = words("部长 外长 主席 总理 总统 发言人 大使 局长 司长 主任 书记 省长 市长 委员 秘书长 副部长 行长 署长 代表 特使 总领事 参赞 州长 院长 所长 首相 议长 国王 先生 女士 助理 记者 教授 任命 免去 提名")
)

// called finds Chinese people by what stands beside their names. It serves the
// features; who is missed is compared all the same.
func (r *reader) called(p *paragraph) {
	for n := range p.tokens {
		if p.form(n) != han || !surname[first(p.key(n))] {
			continue
		}
		behind := p.endsWith(n, offices)
		for _, length := range []int{3, 2} {
			if p.joined(n, length) && (p.beginsWith(n+length, offices) || p.beginsWith(n+length, deeds) && (behind || p.gap(n) != "" || n == 0) || behind) {
				for _, letters := range p.read(n, length) {
					r.calls(letters)
				}
			}
		}
	}
}

// joined reports characters with nothing between.
func (p *paragraph) joined(n, length int) bool {
	for i := n; i < n+length; i++ {
		if p.form(i) != han || i > n && p.gap(i) != "" {
			return false
		}
	}
	return true
}

// beginsWith reports that a word of a list begins at character n.
func (p *paragraph) beginsWith(n int, list map[string]bool) bool {
	w := ""
	for i := n; i < n+4 && p.gap(i) == ""; i++ {
		if w += p.key(i); list[w] {
			return true
		}
	}
	return false
}

// endsWith reports that a word of a list ends before character n.
func (p *paragraph) endsWith(n int, list map[string]bool) bool {
	w := ""
	for i := n; i > n-4 && p.gap(i) == ""; i-- {
		if w = p.key(i-1) + w; list[w] {
			return true
		}
	}
	return false
}

// read are the ways to write characters in letters, a few at most.
func (p *paragraph) read(n, length int) (all []string) {
	t := spoken()
	all = []string{""}
	for i := n; i < n+length; i++ {
		var next []string
		for _, s := range t.of(first(p.key(i))) {
			for _, so := range all {
				if s > 0 && len(next) < 3 {
					next = append(next, so+t.spelling[s])
				}
			}
		}
		all = next
	}
	return all
}
