package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// What releases are about, in English and Chinese.
var (
	tidingCountries = pairs("Brazil 巴西|Chile 智利|Egypt 埃及|Kenya 肯尼亚|Norway 挪威|Poland 波兰|Serbia 塞尔维亚|Vietnam 越南|Thailand 泰国|Mongolia 蒙古国|Hungary 匈牙利|Canada 加拿大|Australia 澳大利亚|Singapore 新加坡|Italy 意大利|Greece 希腊|Peru 秘鲁|Morocco 摩洛哥|Laos 老挝|Nepal 尼泊尔")
	tidingGoods     = pairs("soybeans 大豆|copper ore 铜矿|electric vehicles 电动汽车|steel pipes 钢管|frozen beef 冷冻牛肉|solar panels 太阳能电池板|cotton yarn 棉纱|natural gas 天然气|medical devices 医疗器械|container ships 集装箱船|fresh cherries 新鲜樱桃|wine 葡萄酒|semiconductors 半导体|fertilizer 化肥|timber 木材|textiles 纺织品")
	tidingActs      = pairs("rose by 增长|fell by 下降|were agreed at 商定为|reached 达到|were inspected at 查验为|exceeded 超过|were estimated at 估计为|returned to 恢复到")
	tidingBodies    = pairs("the Bureau of River Trade 河贸局|the Ministry of Harbours 港务部|the Office of Grain Reserves 储粮办|the Commission for Border Markets 边市委|the Institute of Tidal Energy 潮能所|the Council of Inland Ports 内港会|the Administration of Mountain Roads 山路署|the Academy of Soil 土壤院")
	tidingPeople    = pairs("Wang Lihua 王丽华|Zhao Mingyuan 赵明远|Liu Guoqiang 刘国强|Chen Xiaoling 陈晓玲|Sun Weidong 孙卫东|Zhou Yifan 周一凡|Guo Jianping 郭建平|Xu Haifeng 徐海峰|He Meiying 何美英|Luo Zhigang 罗志刚")
	tidingRest      = pairs("officials added that further talks on customs clearance would be held before the end of the quarter 官员补充说，有关通关的进一步会谈将在季末之前举行|the two sides signed a protocol on quarantine and inspection 双方签署了检验检疫议定书|companies were asked to file their returns through the new platform 企业须通过新平台报送报表|the measure applies to both ordinary and processing trade 该措施适用于一般贸易和加工贸易|the spokesperson said that cooperation had deepened in recent years 发言人表示近年来合作不断深化|freight rates on the northern route remained stable 北方航线运价保持稳定")
)

type pair [2]string // English, Chinese

func pairs(list string) (all []pair) {
	for p := range strings.SplitSeq(list, "|") {
		at := strings.IndexFunc(p, func(r rune) bool { return r > 0x2e80 })
		all = append(all, pair{strings.TrimSpace(p[:at]), p[at:]})
	}
	return all
}

func pick(r *rand.Rand, of []pair) pair { return of[r.IntN(len(of))] }

// tiding is a release of about 1.5 kB: an odd one is in Chinese, and the
// version of the one before. One in ten is the next row of a daily series.
func tiding(n int, at time.Time) (title, text string) {
	r := rand.New(rand.NewPCG(uint64(n/2), 13))
	lang := n % 2
	if n%10 >= 8 && n%4 < 2 || n%20 == 4 {
		return dailyRow(r, lang, at)
	}
	body, country, goods, person := pick(r, tidingBodies), pick(r, tidingCountries), pick(r, tidingGoods), pick(r, tidingPeople)
	total, share := 1000+r.IntN(900_000), r.IntN(100)
	day := at.In(time.FixedZone("", 8*3600))
	var b strings.Builder
	if lang == 0 {
		title = fmt.Sprintf("%s reports trade with %s in %s of %d tons", body[0], country[0], goods[0], total)
		fmt.Fprintf(&b, "<p>BEIJING, %s %d -- %s, head of %s, said on %s %d that shipments of %s from %s came to %d tons, %d percent of the total.</p>", day.Month().String()[:3], day.Day(), person[0], body[0], day.Month(), day.Day(), goods[0], country[0], total, share)
	} else {
		title = fmt.Sprintf("%s通报对%s%s贸易%d吨", body[1], country[1], goods[1], total)
		fmt.Fprintf(&b, "<p>%s负责人%s%d月%d日表示，来自%s的%s为%d吨，占总量的百分之%d。</p>", body[1], person[1], int(day.Month()), day.Day(), country[1], goods[1], total, share)
	}
	for b.Len() < 1500 {
		passage(&b, r, lang)
	}
	return title, b.String()
}

func passage(b *strings.Builder, r *rand.Rand, lang int) {
	country, goods, act, rest, body, n := pick(r, tidingCountries), pick(r, tidingGoods), pick(r, tidingActs), pick(r, tidingRest), pick(r, tidingBodies), r.IntN(100_000)
	if lang == 0 {
		fmt.Fprintf(b, "<p>According to %s, imports of %s from %s %s %d tons in the period, and %s.</p>\n", body[0], goods[0], country[0], act[0], n, rest[0])
		return
	}
	fmt.Fprintf(b, "<p>据%s介绍，期内自%s进口的%s%s%d吨，%s。</p>\n", body[1], country[1], goods[1], act[1], n, rest[1])
}

// dailyRow is what one of forty series says of a day: little but its numbers
// differs from the day before.
func dailyRow(r *rand.Rand, lang int, at time.Time) (title, text string) {
	series, rate := r.IntN(40), 6+r.Float64()
	goods, day := tidingGoods[series%len(tidingGoods)], at.In(time.FixedZone("", 8*3600))
	if lang == 0 {
		return fmt.Sprintf("Daily reference price of %s, series %d", goods[0], series),
			fmt.Sprintf("<p>The reference price of %s in series %d was set at %.4f yuan on %s %d, the exchange centre announced. Dealers may quote within two percent of the price on the spot market, and the band is reviewed at the close of each trading day by the committee on reference prices.</p>", goods[0], series, rate, day.Month(), day.Day())
	}
	return fmt.Sprintf("%s第%d系列每日参考价", goods[1], series),
		fmt.Sprintf("<p>交易中心公布，%d月%d日%s第%d系列参考价为%.4f元。现货市场交易商可在参考价上下百分之二的幅度内报价，浮动区间由参考价委员会于每个交易日收盘时进行复核。</p>", int(day.Month()), day.Day(), goods[1], series, rate)
}
