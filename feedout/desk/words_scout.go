package desk

var scoutWords = map[string]string{
	"A feed": "订阅源", "A list in JSON": "JSON列表", "A page that lists releases": "消息列表页", "One release, not a list of them": "单条消息，不是列表",
	"A front page of sections": "分栏目的首页", "A page that wants a password": "需要密码的页面", "A page that lets only browsers in": "只允许浏览器访问的页面",
	"A page that is filled by script": "由脚本填充的页面", "No source": "不能作为来源",

	"Paste an address first; it begins with https://.":                                                            "请先粘贴地址，以https://开头。",
	"That is no address of a page: it begins with https:// or http://, as the address bar of a browser shows it.": "这不是网页地址：应以https://或http://开头，与浏览器地址栏所示一致。",

	"Paste the address of a page that lists releases, or of a feed. It is looked at as politely as sources are polled, which takes up to a minute, and a row is worked out for it. Nothing is recorded.": "粘贴消息列表页或订阅源的地址。系统会像抓取来源一样有礼貌地查看，最多约一分钟，并为其生成一行配置。不作任何记录。",
	"Address of the page or feed": "网页或订阅源的地址", "Look at it": "查看", "Or try a row that you have written": "或试用您自己写的配置行",
	"What was found": "查看结果", "Asking, with the pauses that hosts are given. Addresses so far: %d": "正在查询，按各主机的间隔进行。已查询地址：%d",
	"It is about to begin.": "即将开始。", "Leave it": "放弃", "Not done.": "未完成。", "This row cannot be used as it stands.": "这一行目前无法使用。",
	"line %d, column %d:": "第%d行第%d列：", "What it is": "这是什么", "%d%% sure": "把握%d%%",
	"Unsure: compare the items below with the page before you use the row.": "把握不大：使用前请将下面的条目与网页对照。",
	"How that was found": "判断依据", "Addresses that may be what you want": "可能是您要找的地址", "What the row reads": "这一行读到的内容",
	"Read by the profile %s.": "按网站模板%s读取。", "Characters: %s.": "字符编码：%s。", "Items: %d": "条目：%d", "The first %d of %d.": "前%d条，共%d条。",
	"Pages of releases, as the row reads them": "按这一行读取的消息页面", "(without a title)": "（无标题）", "Not read:": "未能读取：",
	"A look at %s is under way. Leave it, and look at %s instead?": "正在查看%s。要放弃它，改为查看%s吗？", "a row": "一行配置", "Leave it for this one": "放弃并改看这一个", "Go on with the one under way": "继续正在进行的查看",
	"You have this one already": "这个来源已经有了", "A source asks this address:": "查询此地址的来源：", "The source %s asks this address. The daemon takes its row up when it is started anew.": "来源%s查询此地址，重新启动服务后生效。",
	"The row": "配置行", "The row, and where it goes": "配置行及其写入位置", "A row as YAML, as it stands under sources:": "配置行（YAML，写在sources:之下）", "Try this row": "试用这一行", "Copy the row": "复制这一行",

	"To add it": "如何添加", "A source with this id is there already. Put the row in the place of its own:": "已有同名来源。请用这一行替换其原有的行：",
	"If it is meant to be another source, give it another id.": "如果是另一个来源，请换一个id。", "Copy the row into a new file:": "将这一行复制到新文件：",
	"Copy the row into this file, after line %d:": "将这一行复制到此文件第%d行之后：", "Copy the row into this file, after line %d (at its end):": "将这一行复制到此文件第%d行之后（文件末尾）：",
	"Copy the row, with the spaces before it, into this file, after line %d:":              "将这一行连同行首空格复制到此文件第%d行之后：",
	"Copy the row, with the spaces before it, into this file, after line %d (at its end):": "将这一行连同行首空格复制到此文件第%d行之后（文件末尾）：",
	"Copy the row into this file, in the place of line %d:":                                "将这一行复制到此文件，替换第%d行：", "Copy the row into this file:": "将这一行复制到此文件：",
	"Put it in the place of line %d of:": "替换此文件的第%d行：", "Put it in the place of line %d, as lines are counted once the row is there, in:": "替换第%d行（按配置行写入之后的行号），文件：", "It goes into the brackets behind feeds:, with a comma between, in:": "写入feeds:之后的方括号内，以逗号隔开，文件：",
	"So that it is read, write this line into the configuration:":                                                              "为使其被读取，请在配置中写入这一行：",
	"No feed takes what it brings yet. Copy one into the configuration, under feeds:, or add the source to one that is there.": "目前没有订阅源收录其内容。请将下面的订阅源复制到配置的feeds:之下，或把此来源加入已有的订阅源。",
	"Paste it after line %d of:": "粘贴到此文件第%d行之后：", "Paste it after line %d, as lines are counted once the row is there, into:": "粘贴到第%d行之后（按配置行写入之后的行号），文件：", "Paste it after the row (after line %d, once the row is there), into:": "粘贴到配置行之后（配置行写入之后即第%d行之后），文件：", "It goes into:": "写入：", "Copy the feed": "复制订阅源",
	"What it brings goes into these feeds, as far as their rules let it in:": "其内容将进入以下订阅源（以其规则为准）：",
	"See that all is well:": "检查配置：", "Start the daemon anew, so that it takes the row up:": "重新启动服务以使其生效：",
	"Stop chinanewsd and start it anew, the way it was started, so that it takes the row up.": "停止chinanewsd，再按原来的方式启动，即可生效。",
}
