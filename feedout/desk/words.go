package desk

import "fmt"

// say says something of our own in the interface's language.
func say(lang, english string, args ...any) string {
	text := english
	for _, words := range dictionaries {
		if t, ok := words[english]; ok && lang == "zh" {
			text = t
		}
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// dictionaries are the desk's own words, a part of the desk each. English ones
// are their keys.
var dictionaries = []map[string]string{frameWords, peopleWords, queueWords, scoutWords, sourceWords, benchWords, figureWords, journalWords}

var frameWords = map[string]string{
	"Desk": "编辑台", "Queue": "待办", "Find": "查找", "Rules": "规则", "Add a source": "添加来源", "Sources": "来源", "Log": "日志", "Figures": "统计",
	"Skip to content": "跳到正文", "Parts of the desk": "编辑台各部分", "Signed in as %s": "已登录：%s",
	"Not found": "未找到", "Not done": "未执行", "Not now": "暂时不行",
	"There is no such page, or what it was about is not in the record.": "没有这个页面，或记录中没有相应内容。",
}
