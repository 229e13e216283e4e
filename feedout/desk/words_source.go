package desk

var sourceWords = map[string]string{
	"%d sources, %d to look at, %d not read yet": "来源%d个，需查看%d个，尚未读取%d个", "Name, id or address has": "名称、id或地址包含", "State": "状态", "any": "不限",
	"to look at": "需查看", "read well": "读取正常", "Show": "显示", "Read well": "上次正常", "Next": "下次", "Newest": "最新", "Items": "条目", "28 days": "28天", "Source": "来源",
	"Sources, those to look at first": "来源，需查看的在前", "Failures in a row: %d": "连续失败：%d次", "usually %.0f": "通常%.0f", "%d in all": "共%d",
	"No source is like that.": "没有这样的来源。", "There are no sources yet.": "还没有来源。", "Pages": "页码", "Page %d of %d": "第%d页，共%d页", "Before": "之前", "After": "之后",
	"Releases of the last %d days: %d; a day:": "最近%d天的消息：%d条；每天：", "Releases a day, the last %d days; %d in all": "最近%d天每天的消息数；共%d条",
	"Try it now": "立即试读", "Asks its addresses once and shows what its row reads; nothing is recorded.": "查询其地址一次并显示读到的内容；不作任何记录。",
	"List": "列表", "Asked": "上次查询", "Usually": "通常", "Warnings": "提醒", "Lately": "近况",
	"Its page now, against the last that was read well": "当前页面与上次正常页面的对照", "The last good list": "上次正常的列表", "Today": "今天", "None is kept.": "没有保存。",
	"What has changed on it": "有何变化", "What": "项目", "Now": "现在", "Title": "标题", "Links": "链接", "Bytes": "字节",
	"Classes and ids that are gone:": "消失的class和id：", "Classes and ids that are new:": "新出现的class和id：",
	"A row that reads it as it is now": "可读取当前页面的配置", "Put this into the row of the source, in the place of its list:": "将其写入该来源的配置行，替换其list：",
	"Try it": "试用", "Copied": "已复制", "Copy it": "复制", "Its newest": "最新消息", "Nothing yet.": "暂无。", "Not where they were": "不在原处的消息",
	"live, but not in its list": "页面仍在，但已不在列表中", "not found; no claim of a removal yet": "未找到；尚不能认定已删除", "removed": "已删除",
	"since %s, looks: %d": "自%s起，已查看%d次", "Its row": "配置行", "The row in full, and where each value comes from": "完整的配置行及各项的出处",
}
