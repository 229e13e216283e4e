"""The fictional sites: names, addresses, frames and phrases that carriers put around a text."""

# Where a text of a desk first appears, by language.
DESK = {
    "mfa": {"zh": "bl-mfa-zh", "en": "bl-mfa-en"},
    "commerce": {"zh": "bl-commerce-zh", "en": "bl-commerce-en"},
    "health": {"zh": "bl-health", "en": "bl-health"},
    "embassy": {"zh": "bl-emb-zh", "en": "bl-emb-en"},
    "torvia": {"zh": "bl-emb-torvia", "en": "bl-emb-torvia"},
    "agency": {"zh": "bl-agency-zh", "en": "bl-agency-en"},
    "lanshan": {"zh": "ln-mfa", "en": "ln-mfa"},
    "river": {"en": "river-news"},
}
# id: name zh, name en, URL pattern, precision of its dates
SOURCES = {
    "bl-mfa-zh": ("北岭国外交部", "", "https://www.mfa.beiling.example/zxxx/{ym}/t{ymd}_{n}.shtml", "minute"),
    "bl-mfa-en": ("", "Ministry of Foreign Affairs of Beiling", "https://www.mfa.beiling.example/eng/{ym}/t{ymd}_{n}.html", "minute"),
    "bl-emb-zh": ("北岭国驻岚山国大使馆", "", "http://ls.embassy.beiling.example/chn/sgxw/{ym}/t{ymd}_{n}.htm", "day"),
    "bl-emb-en": ("", "Embassy of Beiling in Lanshan", "http://ls.embassy.beiling.example/eng/zgyw/{ym}/t{ymd}_{n}.htm", "day"),
    "bl-emb-torvia": ("北嶺國駐多維亞國大使館", "Embassy of Beiling in Torvia", "https://tv.embassy.beiling.example/{l}/t{n}.htm", "day"),
    "bl-commerce-zh": ("北岭国商务与港务部", "", "https://www.mcp.beiling.example/article/{ym}/{n}.shtml", "minute"),
    "bl-commerce-en": ("", "Ministry of Commerce and Ports of Beiling", "https://english.mcp.beiling.example/article/{ym}/{n}.shtml", "day"),
    "bl-health": ("北岭国卫生署", "Health Office of Beiling", "https://www.health.beiling.example/{l}/detail?id={n}", "day"),
    "bl-agency-zh": ("北岭通讯社", "", "https://www.bna.example/politics/{ymd}/c{n}.html", "minute"),
    "bl-agency-en": ("", "Beiling News Agency", "https://english.bna.example/{ymd}/{n}/c.html", "minute"),
    "ln-mfa": ("岚山国外交部", "Ministry of Foreign Affairs of Lanshan", "https://foreign.lanshan.example/{l}/press/{ymd}-{n}", "minute"),
    "river-news": ("", "The River Observer", "https://www.riverobserver.example/{y}/{m}/{d}/{n}", "minute"),
}
CARRIERS = {
    "zh": ["bl-mfa-zh", "bl-emb-zh", "bl-emb-torvia", "bl-agency-zh", "bl-commerce-zh", "bl-health", "ln-mfa"],
    "en": ["bl-mfa-en", "bl-emb-en", "bl-emb-torvia", "bl-agency-en", "river-news", "bl-commerce-en", "ln-mfa"],
}
MONTHS = {4: "April", 5: "May", 6: "June"}

# Frames of the sites: what an extraction leaves above and below a text. {s} is the source named, {d} the date.
HEAD = {
    "zh": ["首页 > 新闻动态 > 要闻", "来源：{s}\n发布时间：{d} 字号：大 中 小", "{d} 来源：{s}", "当前位置：首页 > 部领导活动\n{d}",
           "您所在的位置：首页 / 信息公开 / 通知公告\n信息来源：{s} 浏览次数：{k}"],
    "en": ["Home > News > Top Stories", "Source: {s}\nUpdated: {d}  Font size: A A A", "{d}\nFrom: {s}", "You are here: Home / Press / Releases\nPublished on {d}",
           "{s} | {d} | 2 min read"],
}
FOOT = {
    "zh": ["【打印本页】 【关闭窗口】", "责任编辑：周闻\n扫一扫分享到手机", "版权所有 {s}\n地址：云津市河堤路18号 邮编：100018 备案号：岭备字05002号",
           "相关附件：无\n上一篇：没有了\n分享到：微信 微博", "声明：本网转载内容仅供参考。"],
    "en": ["Suggest to a friend: Print", "Editor: Zhou Wen\nShare this page", "Copyright {s}. All rights reserved.\nAddress: 18 Embankment Road, Yunjin. Contact us: webmaster",
           "Related stories\nNext: none\nFollow us on the river network", "The content of this page was first published elsewhere and is given for reference."],
}
INTRO = {
    "zh": ["编者按：以下是北岭国有关部门日前发布的消息，大使馆予以转发，供当地各界朋友和侨胞参阅。",
           "近期有不少侨胞来电询问有关情况，现将国内主管部门公布的消息全文转发如下，请大家留意。",
           "应当地媒体朋友要求，使馆新闻处现提供该消息的文本，欢迎引用并注明出处。"],
    "en": ["The Embassy shares below a release which the authorities at home have published, for the information of friends in the host country.",
           "As several readers have asked the Embassy about this matter, the full text of the release is given here without changes.",
           "At the request of local media the press section makes the text of the following release available; please name the source when you quote it."],
}
DATELINE = {
    "zh": ["北岭通讯社云津{d}电 ", "（云津{d}讯）", "本社云津{d}电（记者 林知远）"],
    "en": ["YUNJIN, {d} (BNA) -- ", "Yunjin, {d} - ", "YUNJIN ({d}) -- "],
}
NOTE = {
    "zh": "更正：此前发布的版本中“{a}”有误，应为“{b}”。",
    "en": "Correction: an earlier version of this text gave {a}; the right figure is {b}.",
}

# Simplified characters and their traditional forms, for the words of base/ only; one form each, which is wrong for a few words, as on real sites.
SIMPLIFIED = (
    "与专业东两严丧个丰临为举么义乔习书买争亏云亚产亩亲亿仅从仓仪们价众优会传伤伦伪体余侧侨倾偿储儿党兰关兴养内写农冲决况冻净"
    "减几凭击划则刚创别剂办务动励劲劳势区医协单卖卫厅历压厘参双发变叠台号后吗吨听启员响团园围国图圆场块坚坛坝声壳处备复够头奋"
    "奖妇娅婴学实宠审宽宾对寻导寿将尔尘尽层届属岁岗岚岛岭巩币师帐带帮并广庄库应废开弃张弹强归当录御忆怀态总恶惊惯愿战户扑执扩"
    "扫扰护报担拟拦择挂挚挥捞损换据摄摇数断无旧时旷昼显暂术机杂权杆条来极构柜标栏树样档桥桨检槛欢残毁毕毡气汇沟没泄泽洁浅测济"
    "浏浓涂涝润涨渔湾湿滞满滤滩潜澜灭灯灾炉点烟热独猪献玛环现瑶电画畅疗疟监盖盘瞒矶矿码砚础硕确碍离秆种积称税稳窑笔筑筛筹签简"
    "类粮紧纠红约级纪纳纷纸纹纺纽线练组织终绍经绑结绘给络绝统继绩续维综绿缓编缘缝缠缩缮缴网罗罚职联聪肠肿脏脱舱艺节芦苇苏范荣"
    "药莱莲获营蒋蓝虫补装见观规视览觉触计订认讨让训议讯记讲许论讼设访证评识诈诉诊译试诚话询该语误诱说诵请诺读课调谅谈谊谎谓谢"
    "谨谭谱贝负贡财责账货质购贯贴贵贸费贺资赔赞赶踪车轧轨转轮软轻载较辆辑输辖辞边达迁过迈运还这进远违连迟适选递逻遗邮邻郑释钟"
    "钢钩钮钱铁铜铝铢银铺链销锐锚键镇镑长门闭问间闷闸闻阅阖队阳阶际陆陈险随难韩页顶项顺须顾预领频颗题额风飓飞饪饮馆馈马驳驶驻"
    "驾驿验骗鱼鱿鲁鲈鲜鲤鳟鸟鸡鸣鸭鹤鹭麦黄齐龄"
)
TRADITIONAL = (
    "與專業東兩嚴喪個豐臨為舉麼義喬習書買爭虧雲亞產畝親億僅從倉儀們價眾優會傳傷倫偽體餘側僑傾償儲兒黨蘭關興養內寫農衝決況凍淨"
    "減幾憑擊劃則剛創別劑辦務動勵勁勞勢區醫協單賣衛廳歷壓釐參雙發變疊臺號後嗎噸聽啟員響團園圍國圖圓場塊堅壇壩聲殼處備復夠頭奮"
    "獎婦婭嬰學實寵審寬賓對尋導壽將爾塵盡層屆屬歲崗嵐島嶺鞏幣師帳帶幫並廣莊庫應廢開棄張彈強歸當錄禦憶懷態總惡驚慣願戰戶撲執擴"
    "掃擾護報擔擬攔擇掛摯揮撈損換據攝搖數斷無舊時曠晝顯暫術機雜權桿條來極構櫃標欄樹樣檔橋槳檢檻歡殘毀畢氈氣匯溝沒洩澤潔淺測濟"
    "瀏濃塗澇潤漲漁灣濕滯滿濾灘潛瀾滅燈災爐點煙熱獨豬獻瑪環現瑤電畫暢療瘧監蓋盤瞞磯礦碼硯礎碩確礙離稈種積稱稅穩窯筆築篩籌簽簡"
    "類糧緊糾紅約級紀納紛紙紋紡紐線練組織終紹經綁結繪給絡絕統繼績續維綜綠緩編緣縫纏縮繕繳網羅罰職聯聰腸腫髒脫艙藝節蘆葦蘇範榮"
    "藥萊蓮獲營蔣藍蟲補裝見觀規視覽覺觸計訂認討讓訓議訊記講許論訟設訪證評識詐訴診譯試誠話詢該語誤誘說誦請諾讀課調諒談誼謊謂謝"
    "謹譚譜貝負貢財責賬貨質購貫貼貴貿費賀資賠贊趕蹤車軋軌轉輪軟輕載較輛輯輸轄辭邊達遷過邁運還這進遠違連遲適選遞邏遺郵鄰鄭釋鐘"
    "鋼鉤鈕錢鐵銅鋁銖銀鋪鏈銷銳錨鍵鎮鎊長門閉問間悶閘聞閱闔隊陽階際陸陳險隨難韓頁頂項順須顧預領頻顆題額風颶飛飪飲館饋馬駁駛駐"
    "駕驛驗騙魚魷魯鱸鮮鯉鱒鳥雞鳴鴨鶴鷺麥黃齊齡"
)
HANT = dict(zip(SIMPLIFIED, TRADITIONAL, strict=True))
