package difference

// Lists by which names are known. They need not be whole: what they miss is
// told all the same, as a passage.

var officeWords = setOf("minister ministers president premier chancellor king queen prince emperor governor mayor secretary director chairman chairwoman chairperson chair ambassador envoy spokesman spokeswoman spokesperson " +
	"commissioner counsellor counselor councillor speaker general colonel admiral marshal inspector procurator prosecutor judge justice rector dean professor manager officer head chief official representative delegate administrator auditor " +
	"editor superintendent magistrate commander consul attaché")

var rankWords = setOf("vice deputy assistant acting former executive senior first permanent interim honorary standing prime foreign state general under associate principal incoming outgoing co")

// openers are words that sentences begin with and names do not.
var openers = setOf("however meanwhile moreover furthermore also but if when while where who what how why after before during since until under over between among about more most some many all both each every other another such only even still just now then there here " +
	"he she they we you our their his her my your no not yes exports imports total domestic according besides despite although because through within without per than so data growth sales investment output production new officials experts people local national")

var organisations = setOf("ministry department bureau office commission committee council agency administration university academy institute bank company corporation association federation court congress party army navy group centre center board authority hospital school college")

var gazetteer = setOf("china chinese japan japanese korea korean russia russian france french germany german britain british england english america american india indian brazil brazilian canada canadian australia australian " +
	"italy italian spain spanish portugal greece turkey egypt iran iraq israel pakistan bangladesh nepal vietnam laos cambodia thailand myanmar malaysia singapore indonesia philippines mongolia kazakhstan uzbekistan kyrgyzstan tajikistan turkmenistan " +
	"ukraine poland hungary serbia romania bulgaria norway sweden finland denmark netherlands belgium switzerland austria ireland iceland mexico argentina chile peru colombia venezuela cuba nigeria kenya ethiopia tanzania ghana zambia angola morocco algeria " +
	"africa asia europe eu asean un who wto imf beijing shanghai tianjin chongqing guangdong guangzhou shenzhen jiangsu nanjing zhejiang hangzhou shandong jinan henan zhengzhou hebei hubei wuhan hunan changsha sichuan chengdu yunnan kunming guizhou guiyang " +
	"fujian fuzhou xiamen jiangxi nanchang anhui hefei shanxi taiyuan shaanxi xi'an gansu lanzhou qinghai xining ningxia yinchuan xinjiang urumqi tibet lhasa hainan haikou guangxi nanning liaoning shenyang dalian jilin changchun heilongjiang harbin macao macau taiwan taipei " +
	"tokyo seoul moscow paris berlin london washington york delhi brasilia ottawa canberra geneva brussels rome madrid hanoi bangkok jakarta manila kyiv cairo nairobi")

var surnames = setOf("wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao jin tan fan shi lei hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan zou xiong")

var hanSurnames = setOf("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 萧 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 傅 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 阎 段 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常 汤 温 康 施 牛 樊 葛 邢 安 齐 易 乔 伍 庞 颜 倪 庄 聂 章 鲁 岳 翟 申 殷 詹 欧 耿 关 兰 焦 俞 左 柳 甘 祝 包 宁 尚 符 舒 阮 柯 纪 梅 童 凌 毕 单 季 成 霍 涂 盛 骆 裴 苗 曲 翁 柴 谷 蓝 冉 穆 习 岑 祁 幸 晏 仇 游 麦 乐 卓 辛 管 甄 车 商 佟 简 沙 隋 仲 屈 窦 宫 褚 楚 冷 池 苟 鞠 司 饶 桂 蒲 匡 解 边 景 胥 戚 卞 花 丰 党 蔺 迟 臧 甘 于 喻 冀 尤 时 言 项 燕 樊 阳 封 古 廉 木 郎 全 班 揭 郁 越 竺 权 路 娄 扈 温 以 暴 容 宿 通 慎 浦 米 谈 茅 支 强 巫 靳 邰 空 别 那 欧阳 司马 上官 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容")

var hanOffices = setOf("主席 总理 总统 首相 国王 女王 外长 防长 部长 局长 司长 厅长 处长 科长 主任 书记 省长 市长 县长 区长 镇长 乡长 村长 州长 院长 校长 署长 行长 会长 社长 台长 馆长 所长 站长 队长 组长 团长 理事长 董事长 总裁 总经理 经理 秘书长 检察长 审计长 议长 发言人 新闻发言人 大使 总领事 领事 参赞 特使 代表 特别代表 委员 常委 教授 研究员 院士 先生 女士 同志 记者 专家 工程师 总工程师 司令 司令员 政委 将军 上将 中将 少将 大校 巡视员 专员 顾问 主管 负责人 国务委员 总书记 秘书 干事 总干事 法官 检察官 校监 外交部长 专务")

var hanRanks = setOf("副 代 代理 原 前 常务 首席 助理 执行 名誉 高级 资深 总 候任 正 党组 常务副")

// deeds are what people do in releases, behind their names.
var deeds = setOf("表示 指出 强调 说 介绍 认为 主持 出席 会见 率 透露 宣布 要求 致辞 讲话 发言 作 参加 解读 分析 讲解 解释 坦言 提醒 呼吁 建议 补充 回忆 告诉 向 陪同 担任 任 访问 签署 回应 答 回答 称 在 当选 获 就 到 赴 同 与 和 对")

// suffixes end the names of organisations and places.
var suffixes = setOf("部 委 局 署 院 司 厅 处 办 省 市 县 区 镇 乡 村 州 盟 旗 港 岛 山 河 江 湖 路 街 桥 站 海 湾 社 报 网 厂 矿 礁 峡 国 公司 集团 大学 学院 学校 中学 小学 医院 银行 中心 委员会 协会 商会 学会 联合会 理事会 基金会 研究会 研究院 研究所 总会 工会 促进会 董事会 监事会 证监会 发改委 国资委 卫健委 办公厅 办公室 总局 总署 法院 检察院 国务院 日报 晚报 时报 早报 周报社 银行 工厂 造船厂 水库 电站 核电站 油田 气田 铁路 公路 大桥 隧道 码头 渔港 公园 广场 剧院 体育场 机场 车站 口岸 支队 大队 总队 战区 自治区 自治州 特区 新区 开发区 保税区 地区 公安局 交易所 出版社 通讯社 电视台 博物馆 图书馆 大使馆 领事馆 使馆")

// suffixStops are words that begin as a name ends.
var suffixStops = setOf("国家 国内 国外 国际 国民 国务 国有 国防 国土 国企 国产 国债 国庆 国旗 国歌 国王 国会 国籍 国境 国道 厂房 厂商 厂家 矿产 矿山 矿石 矿物 部分 部门 部署 部队 部件 部级 部位 委托 委员 局面 局势 局部 院士 院校 院线 司法 司机 处理 处于 处置 处罚 处在 处分 处方 办理 办法 办事 办公 办学 办好 省级 省份 省内 省外 市场 市民 市价 市值 市级 市内 县级 县域 区域 区间 区分 区块 区别 镇级 乡村 乡镇 村民 村庄 村镇 州级 旗帜 旗下 旗舰 港口 岛屿 山区 山水 河流 江河 湖泊 路线 路径 路上 路网 街道 桥梁 站点 站位 站在 海外 海关 海洋 海上 海运 海军 海域 海峡 海水 湾区 社会 社区 社保 报告 报名 报道 报送 报价 报废 报表 报销 网络 网上 网站 网民 网点 网友 网格 网购")

var wordsThatEndSo = setOf("全国 我国 各国 两国 该国 外国 本国 多国 爱国 三国 出国 回国 归国 建国 祖国 强国 大国 邻国 别国 他国 工厂 煤矿 暗礁 触礁 全部 内部 外部 局部 大部 小部 干部 上部 下部 结局 布局 格局 大局 全局 公署 部署 签署 公司 上司 到处 各处 好处 益处 主办 举办 承办 开办 协办 创办 督办 城市 上市 超市 股市 楼市 都市 门市 社区 小区 景区 园区 灾区 山区 地区 城镇 乡镇 城乡 家乡 农村 乡村 世界 进村 江山 道路 公路 铁路 思路 出路 线路 电路 走路 一路 网站 车站 大海 出海 上海 公社 旅行社 日报 通报 汇报 申报 上报 预报 情报 填报 电网 联网 管网 互联网 物联网 铁路网 立委 党委 各省 全省 全市 全县 全区 我省 我市 我县 该省 该市 该县 本市 本省 外省")

// verbs are words that stand before a name and are none of it.
var verbs = setOf("出席 参加 召开 举行 会见 访问 通知 要求 加强 指导 组织 联合 协调 支持 推动 来自 前往 抵达 位于 成立 设立 建设 负责 牵头 会同 报告 发布 印发 批准 同意 授权 委托 联系 走访 考察 调研 视察 赴任 任命 担任 配合 按照 根据 经过 通过 以及 其中 包括 主管 相关 有关 进入 离开 返回 途经 连接 开展 参观 邀请 致函 请示 上报 提交 交由 转交 部分 多数 少数 其他 其它 周边 附近 沿海 国家级 年度 季度 隶属 直属 所属 下属")

var hanPlaces = setOf("中国 美国 英国 法国 德国 日本 韩国 朝鲜 俄罗斯 印度 巴西 加拿大 澳大利亚 意大利 西班牙 葡萄牙 希腊 土耳其 埃及 伊朗 伊拉克 以色列 沙特 沙特阿拉伯 阿联酋 卡塔尔 科威特 约旦 叙利亚 黎巴嫩 也门 阿曼 巴林 巴基斯坦 孟加拉国 尼泊尔 斯里兰卡 马尔代夫 阿富汗 越南 老挝 柬埔寨 泰国 缅甸 马来西亚 新加坡 印度尼西亚 印尼 菲律宾 文莱 东帝汶 蒙古国 哈萨克斯坦 乌兹别克斯坦 吉尔吉斯斯坦 塔吉克斯坦 土库曼斯坦 " +
	"乌克兰 白俄罗斯 波兰 匈牙利 捷克 斯洛伐克 塞尔维亚 罗马尼亚 保加利亚 克罗地亚 挪威 瑞典 芬兰 丹麦 荷兰 比利时 瑞士 奥地利 爱尔兰 冰岛 墨西哥 阿根廷 智利 秘鲁 哥伦比亚 委内瑞拉 古巴 玻利维亚 乌拉圭 厄瓜多尔 巴拿马 尼日利亚 肯尼亚 埃塞俄比亚 坦桑尼亚 加纳 赞比亚 安哥拉 摩洛哥 阿尔及利亚 突尼斯 利比亚 苏丹 南非 刚果 津巴布韦 莫桑比克 塞内加尔 新西兰 斐济 巴布亚新几内亚 " +
	"欧盟 东盟 联合国 非盟 北约 世贸组织 世卫组织 非洲 亚洲 欧洲 拉美 中东 中亚 东南亚 北美 南美 " +
	"北京 上海 天津 重庆 广东 江苏 浙江 山东 河南 河北 湖北 湖南 四川 云南 贵州 福建 江西 安徽 山西 陕西 甘肃 青海 宁夏 新疆 西藏 海南 广西 辽宁 吉林 黑龙江 内蒙古 香港 澳门 台湾 广州 深圳 南京 苏州 杭州 宁波 济南 青岛 郑州 石家庄 武汉 长沙 成都 昆明 贵阳 福州 厦门 南昌 合肥 太原 西安 兰州 西宁 银川 乌鲁木齐 拉萨 海口 三亚 南宁 沈阳 大连 长春 哈尔滨 呼和浩特 珠海 东莞 佛山 无锡 常州 温州 " +
	"东京 首尔 莫斯科 巴黎 柏林 伦敦 华盛顿 纽约 新德里 渥太华 堪培拉 日内瓦 布鲁塞尔 罗马 马德里 河内 曼谷 雅加达 马尼拉 基辅 开罗 内罗毕 " +
	"商务部 外交部 财政部 教育部 科技部 公安部 民政部 司法部 国防部 农业农村部 交通运输部 水利部 自然资源部 生态环境部 住房城乡建设部 工业和信息化部 工信部 人力资源社会保障部 人社部 文化和旅游部 文旅部 应急管理部 退役军人事务部 国家发展改革委 国家发改委 国家卫生健康委 国家统计局 海关总署 国家税务总局 市场监管总局 中国人民银行 审计署 国家能源局 国家林草局 国家移民管理局")

// hanSounds are the characters that write the sounds of foreign names.
var hanSounds = func() map[string]bool {
	set := make(map[string]bool)
	for _, r := range "阿埃艾安昂奥巴拜班鲍贝本比彼宾波伯博布查茨达戴丹道德登迪蒂丁东杜多顿厄恩尔法凡菲费芬弗福夫盖冈戈格根贡古哈海汉赫亨胡华霍基吉加贾杰金卡凯坎康考柯科克肯库昆拉莱兰朗劳勒雷里理丽利莉林琳隆卢鲁路伦罗洛马玛迈曼芒梅门蒙米密明莫默姆穆纳娜南内尼涅宁纽诺努帕潘佩蓬皮普珀奇齐钱乔切琴丘热日萨塞桑瑟沙莎山尚绍舍申圣史施舒斯丝司思苏索塔泰坦汤唐特滕提图托瓦万维威韦文翁沃乌伍武西希夏谢辛欣许逊雅亚扬杨耶叶伊以因英尤于约泽扎詹张珍朱佐" {
		set[string(r)] = true
	}
	return set
}()

// heldThere is what is done at places, noPlace what stands before it and is
// none, christens what has a name of its own behind it.
var (
	heldThere = setOf("举行 召开 举办 开幕 闭幕 发生 登陆 会晤 会见 签署 成立 开工 竣工 开通 启动 揭牌 落户 失联 沉没 坠毁")
	noPlace   = setOf("近期 线上 线下 现场 当地 会上 此间 国内 国外 境外 境内 室内 室外 海上 网上 晚间 同期 日前 近日")
	christens = setOf("风 轮 船 舰 艇 星 号")
)
