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
	if one, ok := ones[english]; ok && lang != "zh" && first(args) == 1 {
		text = one
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// ones are what is said in English when the first number is one.
var ones = map[string]string{
	"%d sources, %d to look at, %d not read yet": "%d source, %d to look at, %d not read yet",
	"%d releases":       "%d release",
	"%d releases of %s": "%d release of %s",
	"%d releases came at once and have old dates or none.": "%d release came with an old date or none.",
	"%d of %d releases pass.":                              "%d of %d releases passes.",
	"%s: %d articles are still to be read.":                "%s: %d article is still to be read.",
	"%s: %d of %d articles are read.":                      "%s: %d of %d articles is read.",
	"And %d other sources.":                                "And %d other source.",
	"%d texts":                                             "%d text",
	"%d captures":                                          "%d capture",
	"%d seconds":                                           "%d second",
	"%d minutes":                                           "%d minute",
	"Last %d days":                                         "Last %d day",
	"%s: readers a day in the last %d days":                "%s: readers a day in the last %d day",
	"Releases of the last %d days: %d; a day:":             "Releases of the last %d day: %d; a day:",
	"Releases a day, the last %d days; %d in all":          "Releases a day, the last %d day; %d in all",
}

// first is the first number of what is put into words; 0: there is none.
func first(args []any) int {
	for _, a := range args {
		if n, ok := a.(int); ok {
			return n
		}
	}
	return 0
}

// dictionaries are the desk's own words, a part of the desk each. English ones
// are their keys.
var dictionaries = []map[string]string{frameWords, peopleWords, queueWords, scoutWords, sourceWords, benchWords, figureWords, journalWords}

var frameWords = map[string]string{
	"Desk": "编辑台", "Queue": "待办", "Find": "查找", "Rules": "规则", "Add a source": "添加来源", "Sources": "来源", "Log": "日志", "Figures": "统计",
	"Skip to content": "跳到正文", "Parts of the desk": "编辑台各部分", "Signed in as %s": "已登录：%s",
	"Not found": "未找到", "Not done": "未执行", "Not now": "暂时不行",
	TooFewNodes: "据目前所知未执行：共享记录的节点中能连上的太少。请等它们恢复后再试，并先看一看是否其实已经执行。站点管理者可用 chinanewsd cluster status 查看哪些节点不在。",
	StrayNode:   "未执行：本节点已不再参与其他节点的记录，只显示已有的内容。站点管理者可在其警报中找到原因；可以在另一个节点上操作。",
	LateNode:    "未执行：本节点（例如刚刚启动）尚未跟上其他节点，只显示已有的内容。请过一分钟再试，或在另一个节点上操作；如果一直如此，站点管理者可在其警报中找到原因。",
	"There is no such page, or what it was about is not in the record.": "没有这个页面，或记录中没有相应内容。",
}
