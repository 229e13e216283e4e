package desk

var queueWords = map[string]string{
	// the queue
	"Nothing waits.": "没有待办。", "Nothing waits yet.": "尚无待办。", "%s: its list is still to be read.": "%s：列表尚待读取。", "%s: %d articles are still to be read.": "%s：还有%d篇文章待读取。", "%s: %d of %d articles are read.": "%s：已读取%d篇文章，共%d篇。",
	"And %d other sources.": "另有%d个来源。", "What waits for you appears here when all are read.": "全部读完后，待您处理的会出现在这里。", "What waits for you appears here as it is read.": "读完后，待您处理的会陆续出现在这里。",
	"What sources bring comes here when its pages have been read.": "来源的消息在其页面读完后进入此处。", "1 new line": "有1项新待办", "%d new lines": "有%d项新待办", "It waits no more: somebody has decided.": "已有人处理，不再等待。", "It is no more on this page: somebody has decided, or others stand before it now.": "它已不在本页：已有人处理，或前面有了新的待办。", "It is not as it was: open the page anew.": "内容已有变化，请重新打开本页。",
	"%d releases of %s": "%[2]s的%[1]d条消息", "Since %s.": "自%s起。", "%s for %s": "%[1]s（%[2]s）", "Note: %s": "编者按：%s", "Last: ": "上次操作：", " (taken back)": "（已撤销）", "(record %d)": "（记录%d）", ": ": "：", ".": "。",
	"Let them in": "全部放行", "Leave them in pages": "只留在网页中", "Approve everywhere": "在所有订阅源批准", "End the embargo": "提前解除禁发", "Hide": "隐藏", "Pin for 24 hours": "置顶24小时", "Read all of it": "阅读全文", "Pages": "页码", "Older": "较早", "Newer": "较新", "%d of %d": "%d条，共%d条",
	"Waits for your approval for the feed “%s”.": "等待您批准进入订阅源“%s”。", "Waits for your approval.": "等待您批准。", "It has changed since it was approved for %s, which shows what was approved.": "在%s获批准后内容有变，该处仍显示已批准的版本。",
	"%s holds it.": "被%s暂扣。", "Under embargo until %s, by %s.": "由%[2]s设为禁发，至%[1]s。",
	"Its source has changed it, and what an editor wrote stands over it. The source's title is now: “%s”": "来源已作修改，编辑所写的内容仍覆盖其上。来源现在的标题：“%s”",
	"Its source has changed it, and what an editor wrote stands over it.":                                 "来源已作修改，编辑所写的内容仍覆盖其上。",
	"They came at once and have old dates or none. They are in no feed until somebody decides.":           "这些消息同时涌入，日期较旧或没有日期，在有人决定之前不进入任何订阅源。",
	"Approve the change": "批准修改", "Let it go": "放行", "Keep what we wrote": "保留我们所写的", "Approve": "批准", "every feed": "所有订阅源", ", ": "、",

	// acts
	"Retitle": "改标题", "Title": "标题", "Give this title": "使用此标题", "Note": "按语", "A line for readers": "写给读者的一行按语", "Write this note": "写入按语", "Tag": "标签", "Tags, with commas between them": "标签，用逗号分隔", "Give these tags": "加上这些标签",
	"Summary": "摘要", "A summary in its place": "代替原摘要", "Write this summary": "写入摘要", "Pin or embargo until": "置顶或禁发至", "Pin it": "置顶", "Embargo it": "禁发", "Until (2026-12-01T08:00 or 2026-12-01 as it is in Beijing, or 3d)": "截止时间（北京时间2026-12-01T08:00或2026-12-01，或3d即三天后）",
	"Undo": "撤销", "Acts": "操作", "Where": "范围", "everywhere": "所有订阅源", "Hold until somebody approves it": "暂扣，待人批准", "Text": "文字", "Address of the other story": "另一条消息的地址", "Why, for readers": "原因（读者可见）",
	"Destroy its texts and captures too; there is no way back": "同时销毁其正文和抓取内容，无法恢复", "What is another release": "属于另一条消息的部分", "Leave it": "放弃", "Try again": "重试", "Do it all the same": "仍然执行", "Withdraw it": "撤下", "Withdraw it…": "撤下……", "Withdraw it?": "确定撤下？",
	"Not done yet: it is not as you saw it": "尚未执行：内容已与您所见不同", "Since you looked:": "您查看之后：", "Its source has changed what it says. This is how it stands now:": "来源修改了内容，现在如下：", "%d more releases came with it.": "又来了%d条消息。", "It has become part of another story, the one above. What you do is done to all of it.": "它已并入上面的另一报道，您的操作将作用于整个报道。",
	"It leaves every feed. A stub with your reason stands in its place for 30 days, and its page says why. A withdrawal cannot be taken back.": "它将离开所有订阅源。原处在30天内留有说明原因的存根，其网页也会写明原因。撤下后不能撤销。",
	"Its texts in every version and its captures are destroyed.":                                                                               "其各版本的正文和抓取内容将被销毁。",
	"What was sent could not be read: %s":                                                                                                      "无法读取所提交的内容：%s", "The form does not say what was seen. Open the page anew.": "表单没有说明您看到的版本，请重新打开本页。",
	"Write something.": "请填写内容。", "That is %d characters; the most is %d.": "共%d个字符，最多%d个。", "Write 1 to %d tags, with commas between them.": "请填写1至%d个标签，用逗号分隔。", "The tag “%s” is too long; the most is %d characters.": "标签“%s”过长，最多%d个字符。",
	"Choose the story that is the same release.": "请选择内容相同的消息。", "Choose what is another release.": "请选择属于另一条消息的部分。", "Say why, in %d characters at most: readers are told.": "请说明原因，最多%d个字符，读者可见。", "Choose what is to be taken back.": "请选择要撤销的操作。",
	"There is no such act: %s.": "没有这种操作：%s。", "Say until when: 2026-12-01T08:00 or 2026-12-01 as it is in Beijing, or 3d.": "请填写截止时间：北京时间2026-12-01T08:00或2026-12-01，或3d。", "That moment is over.": "该时间已过。",
	"You are about to approve it.": "您将批准它。", "You are about to hide it.": "您将隐藏它。", "You are about to hold it.": "您将暂扣它。", "You are about to pin it.": "您将把它置顶。", "You are about to put it under embargo.": "您将对它禁发。", "You are about to give it this title:": "您将使用此标题：",
	"You are about to write this summary:": "您将写入此摘要：", "You are about to write this note:": "您将写入此按语：", "You are about to give it these tags:": "您将加上这些标签：", "You are about to merge it with another story.": "您将把它与另一条消息合并。", "You are about to split it.": "您将拆分它。",
	"You are about to withdraw it.": "您将撤下它。", "You are about to take an act back.": "您将撤销一项操作。", " In this feed alone: %s": "仅限此订阅源：%s",

	// what was done
	"let them in": "将其全部放行", "left them in pages": "将其只留在网页中",
	"hid it": "隐藏了它", "withdrew it: “%s”": "撤下了它：“%s”", "pinned it until %s": "将它置顶至%s", "held it": "暂扣了它", "approved it": "批准了它", "put it under embargo until %s": "对它禁发至%s", "gave it the title “%s”": "将标题改为“%s”",
	"wrote the summary “%s”": "写了摘要“%s”", "wrote the note “%s”": "写了按语“%s”", "tagged it %s": "加了标签%s", "merged it with %s": "将它与%s合并", "split off what %s has": "拆出了%s的部分", "%s in %s": "在%[2]s中%[1]s", "took back: %s": "撤销：%s", "taken back by %s (record %d)": "由%s撤销（记录%d）",
	"Nobody has acted on it.": "尚无操作。", "It has left %s; a stub says so there for %d days.": "已离开%s，该处%d天内留有存根。", "It has left %s.": "已离开%s。", "Into %s came %d releases.": "进入%s的消息有%d条。", "In the pages of %s, and in none of its documents, are %d releases.": "在%s的网页中（不在其订阅文档中）有%d条消息。",
	"It has entered %s.": "已进入%s。", "It is in the pages of %s, and in none of its documents.": "在%s的网页中，不在其订阅文档中。", "It is marked as updated in %s.": "在%s标为已更新。", "What it says now is in %s.": "现在的内容已在%s显示。", "It stands first in %s until %s.": "在%s置顶至%s。", "It stands in its own place again in %s.": "在%s恢复原位。",
	"%s leads to %s from now on.": "%s今后指向%s。", "%s is a story of its own.": "%s成为独立的消息。", "It waits for %s.": "等待进入：%s。", "It is recorded, and no feed changes now.": "已记录，目前没有订阅源变化。", "Its tags change in %s.": "其标签在%s改变。", "It is recorded, and nothing changes now in %s.": "已记录，%s目前没有变化。",
	"Its texts and captures are destroyed. Free pages of news.db may hold bytes of it until `chinanewsd compact`.": "其正文和抓取内容已销毁。运行`chinanewsd compact`之前，news.db的空闲页可能仍有残留。", "These files may hold it still; delete them, and think of copies elsewhere:": "以下文件可能仍含其内容，请删除，并留意别处的副本：", "It was taken back.": "已撤销。",

	// stories
	"Find a story": "查找消息", "There was no time to look at everything. Use more words.": "时间不足，未能查看全部内容，请增加词语。", "The newest of the record, published or not.": "记录中最新的消息，无论是否已发布。", "Nothing found. Try fewer words, or the address of the release.": "没有找到。请减少词语，或输入消息的地址。", "There are more. Use more words.": "还有更多，请增加词语。",
	"Words in title or text, an address, or an id": "标题或正文中的词语、地址或标识", "Title by an editor; the source's own: ": "标题由编辑所拟，来源的标题：", "as readers see it": "读者所见", "readers have no page of it": "读者没有它的网页", "Withdrawn %s by %s: %s": "%[2]s于%[1]s撤下：%[3]s", "It came with a flood: ": "它属于一批涌入的消息：",
	"Editor's note: ": "编者按：", "Editor's summary: ": "编者摘要：", "Tags: ": "标签：", "Where it is, and why": "所在位置及原因", "The configuration is not the one that was last at work: feeds are judged by it, and are as they were.": "现有配置与上次运行时不同：以下按现有配置判断，各订阅源仍保持原状。",
	"passes": "符合", "does not pass": "不符合", "There are no feeds.": "没有订阅源。", "Other stories": "其他消息", "Merged into it: %s": "已并入：%s", "Merge": "合并", "Find the story that is the same release: words, an address, or an id": "查找内容相同的消息：词语、地址或标识", "The same release": "内容相同的消息",
	"The older one's address stays; the other leads to it.": "保留较早一条的地址，另一条指向它。", "Merge with it": "与它合并", "Nothing else is found.": "没有找到其他消息。", "Split": "拆分", "Split these off": "拆出这些", "It has one part, so there is nothing to split.": "它只有一个部分，无可拆分。", "Withdraw": "撤下", "Withdraw it for good": "永久撤下", "What editors did": "编辑的操作",
	"first seen %s": "首次收录：%s", "It joined the story: ": "并入原因：", "What has changed": "变化之处", "What no longer stands is struck out, what is new is underlined.": "已不存在的文字加删除线，新增的文字加下划线。", "The text as it is now": "现在的全文", "The text is no longer kept here.": "正文不再保存于此。", "There is no text of it.": "没有正文。",
	"Versions: %d": "版本：%d个", "Version %d": "第%d版", "is true:": "成立：", "is false:": "不成立：", "The record has no release yet.": "记录中还没有消息。", "true": "成立", "false": "不成立", "first": "首次", "its text came": "正文到达", "edited": "有修改", "slightly changed": "略有改动", "%s: %s": "%s：%s",
	"headline": "标题", "number": "数字", "name": "名称", "date": "日期", "passage removed": "删除段落", "passage added": "新增段落", "moved": "移动段落", "typography": "排印",
	"Readers are shown a summary only, as the rights of source %s say (rights: %s). To change that, change its row in config.yaml.": "按来源%s的权利设定（rights: %s），读者只能看到摘要。如需更改，请修改config.yaml中的相应行。",
	"Readers are shown the title only, as the rights of source %s say (rights: %s). To change that, change its row in config.yaml.": "按来源%s的权利设定（rights: %s），读者只能看到标题。如需更改，请修改config.yaml中的相应行。",

	// floods
	"Flood of %s, %s": "%s涌入的消息，%s", "%d releases": "%d条消息", "These are the newest %d.": "以上为最新的%d条。",
	"They came at once and have old dates or none, so that nobody's reader is flooded. Let them in: each enters the feeds that take it. Leave them in pages: they can be found and read, and enter no feed.": "这些消息同时涌入，日期较旧或没有日期，为免刷屏而暂缓。全部放行：各自进入接收它的订阅源。只留在网页中：可以查到和阅读，但不进入任何订阅源。",

	// why
	"It passes.": "符合规则。", "It stays until the configuration changes, and would not enter today.": "在配置改变之前保留，但今天不会进入。", "It stays, and would not enter today.": "予以保留，但今天不会进入。", "It would enter with a change of the configuration.": "配置改变后会进入。",
	"An editor withdrew it.": "已被编辑撤下。", "The feed has no contents yet; it has its first when every source has been asked.": "该订阅源尚无内容，待所有来源都查询过后才有。", "None of its parts is of a source and language that the feed takes.": "没有一个部分属于该订阅源接收的来源和语言。", "None of its parts passes the rules.": "没有一个部分符合规则。",
	"Its text is waited for.": "正在等待正文。", "It is held back as part of a flood until somebody decides.": "作为一批涌入的消息暂缓，待人决定。", "%s hides it.": "被%s隐藏。", "It waits for your approval: the feed shows only what an editor has approved.": "等待您批准：该订阅源只显示编辑已批准的内容。", "The feed has it in the language that it prefers.": "该订阅源已有其首选语言的版本。",
	"Its source is configured no more.": "其来源已不在配置中。", "The feed does not take its language.": "该订阅源不接收其语言。", "It is no longer at its address, and the feed drops such.": "原网址上已没有它，而该订阅源会移除这类消息。", "The feed does not take its source.": "该订阅源不接收其来源。",
	"The feed holds what nobody has approved: it shows reading %d.": "该订阅源只显示已批准的内容：现为第%d次读取。", "It stands first until %s.": "置顶至%s。",
	"in its pages since %s": "自%s起在其网页中", "in since %s": "自%s起在其中", "about to enter": "即将进入", "out; it was in from %s": "不在其中；曾于%s进入", "out": "不在其中", "all of these:": "全部满足：", "one of these:": "满足其一：", "not:": "不满足：",

	// keyboard
	"Keyboard": "键盘", "next, one before": "下一条、上一条", "open": "打开", "approve": "批准", "hide": "隐藏", "pin for 24 hours": "置顶24小时", "title, note, tags": "标题、按语、标签", "merge, split": "合并、拆分", "undo the last act": "撤销上一操作", "find": "查找", "this list": "本表", "Use these keys in this browser": "在此浏览器中使用这些按键", "Close": "关闭",
}
