package origin

import (
	"fmt"
	"strings"
)

// random is a keyed sequence of numbers (splitmix64), the same on all machines.
type random uint64

func newRandom(key ...uint64) random {
	h := uint64(len(key))
	for _, k := range key {
		h = scramble(h*0x9E3779B97F4A7C15 + k + 1)
	}
	return random(h)
}

func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func (r *random) next() uint64 {
	*r += 0x9E3779B97F4A7C15
	return scramble(uint64(*r))
}

func (r *random) below(n int) int         { return int(r.next() % uint64(n)) }
func (r *random) between(a, b int) int    { return a + r.below(b-a+1) }
func (r *random) likely(p float64) bool   { return float64(r.next()>>11)/(1<<53) < p }
func (r *random) word(of []string) string { return of[r.below(len(of))] }

// writer makes sentences of what fictional ministries do.
type writer struct {
	*random
	chinese bool
}

func (w writer) title() string {
	if w.chinese {
		return w.word(zhOffices) + w.word(zhDeeds) + w.name() + w.word(zhKinds) + w.word(zhThings) + "，" + w.name() + w.word(zhDeeds) + w.word(zhThings)
	}
	return fmt.Sprintf("%s %s %s %s %s %s", w.word(enOffices), w.word(enDeeds), w.name(), w.word(enKinds), w.word(enThings), w.where())
}

// name is that of a place, of which there are thousands: texts that have nothing
// to do with one another have little in common.
func (w writer) name() string {
	if w.chinese {
		return w.word(zhFirst) + w.word(zhLast)
	}
	return w.word(enFirst) + w.word(enLast)
}

func (w writer) where() string { return w.word(enWays) + " " + w.name() }

// sentence strings some clauses together, with a figure in the first.
func (w writer) sentence() string {
	var b strings.Builder
	if w.chinese {
		fmt.Fprintf(&b, "%s%s%d%s%s", w.word(zhOffices), w.word(zhDeeds), w.between(2, 9800), w.word(zhKinds), w.word(zhThings))
		for range w.between(1, 3) {
			b.WriteString("，" + w.name() + w.word(zhThings) + w.word(zhDeeds) + w.word(zhKinds) + w.name() + w.word(zhThings))
		}
		return b.String() + "。"
	}
	fmt.Fprintf(&b, "%s %s %d %s %s %s", w.word(enOffices), w.word(enDeeds), w.between(2, 9800), w.word(enKinds), w.word(enThings), w.where())
	for range w.between(1, 3) {
		fmt.Fprintf(&b, ", %s %s %s %s %s %s", w.word(enLinks), w.word(enThings), w.where(), w.word(enDeeds), w.word(enKinds), w.word(enThings))
	}
	return b.String() + ". "
}

func (w writer) paragraph() string {
	var b strings.Builder
	for range w.between(2, 5) {
		b.WriteString(w.sentence())
	}
	return strings.TrimSpace(b.String())
}

// body is markup of at least so many bytes, and its first paragraph.
func (w writer) body(size int) (lead, body string) {
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		p := w.paragraph()
		switch n {
		case 0:
			lead = p
		case 1:
			p = fmt.Sprintf(`<strong>%d</strong> <a href="https://archive.example/%d?part=1&amp;sheet=2">%s</a>`, w.between(1900, 2030), w.below(10_000), p)
		}
		b.WriteString(`<p style="text-indent: 2em">` + p + "</p>\n")
	}
	return lead, b.String()
}

var (
	enOffices = list("The Ministry of Tides|The Office of Bells|The Bureau of Lanterns|The Council of Orchards|The Lighthouse Authority|The Department of Ferries|The Board of Almanacs|The Registry of Kites|The Canal Commission|The Institute of Fog|The Ministry of Bridges|The Tea Inspectorate|The Office of Old Maps|The Snow Service|The Ropewalk Bureau|The Ministry of Quiet Streets|The Salt Agency|The Committee on Clocks|The Beekeeping Directorate|The Harbour Chancellery|The Office of Wells|The Ministry of Footpaths")
	enDeeds   = list("counts|repairs|opens|paints|measures|lends out|renames|inspects|moves|plants|weighs|insures|polishes|catalogues|closes|doubles|exchanges|auctions|borrows|restores|surveys|numbers|relocates|buries|hoists|shelters|translates|waters|widens|labels")
	enKinds   = list("northern|copper|floating|borrowed|unmarked|wooden|spare|glazed|double|mossy|portable|striped|retired|hollow|eastern|tarred|narrow|crooked|ceremonial|unpaid|folded|brass|temporary|painted|sunken|western|hand-made|second|lower|moonlit|iron|silent|dry|winter")
	enThings  = list("sluices|lanterns|bells|rowing boats|orchard ladders|sundials|kites|signal flags|weather vanes|tea chests|rope bridges|buoys|herring barrels|mile stones|beehives|gravel paths|reading rooms|umbrellas|clock towers|water mills|ink wells|ferry tickets|snow ploughs|garden gates|pigeon lofts|tide tables|salt pans|canal locks|drums|almanacs|pumps|windmills|stamps|lifeboats|benches|letter boxes|lenses|anchors")
	enWays    = list("at|in|near|below|beyond|beside|above|around|outside|behind|towards|across from")
	enLinks   = list("while|because|though|after|before|so that|until|where|unless|as|since|whereas")
	enFirst   = list("Ash|Bram|Cold|Dun|Elder|Fen|Gorse|Hazel|Ivy|Kest|Lark|Marl|Nether|Oster|Pen|Quill|Rook|Salt|Thorn|Upper|Vale|Wick|Yarrow|Birch|Crane|Drake|Ember|Flint|Gull|Heron|Iron|Juniper|Knap|Ling|Moss|North|Otter|Pebble|Reed|Sedge|Tarn|Umber|Vetch|Willow|Winter|Copper|Amber|Silver")
	enLast    = list("bridge|bury|by|combe|dale|den|field|ford|gate|ham|haven|hithe|hollow|holm|hurst|ington|lea|ley|marsh|mere|mill|mouth|ness|over|pool|port|quay|ridge|sands|shaw|side|stead|stoke|ton|wade|wall|water|weir|well|wharf|wich|wold|wood|worth|yard|thwaite|minster|beck")

	zhOffices = list("潮汐部|钟铃署|灯笼局|果园委员会|灯塔总署|渡船司|历书编修处|风筝登记处|运河委员会|雾气研究所|桥梁部|茶叶监察署|旧图办公室|雪务局|绳索厂务局|静街部|盐务所|时钟委员会|养蜂指导处|港口文书院|水井办|小径部")
	zhDeeds   = list("清点|修缮|开放|粉刷|丈量|出借|更名|巡视|搬迁|栽种|称重|投保|擦亮|编目|关闭|加倍|交换|拍卖|借用|复原|勘察|编号|改道|封存|升起|遮蔽|翻译|浇灌|拓宽|贴签")
	zhKinds   = list("北岸|铜制|漂浮|借来的|无名|木制|备用|上釉|双层|长苔|轻便|条纹|退役|空心|东岸|涂油|狭长|弯曲|礼仪用|未付款的|折叠|黄铜|临时|彩绘|沉底|西岸|手工|第二批|下游|月光下的|铁制|无声|干燥|冬用")
	zhThings  = list("水闸|灯笼|铜铃|划艇|果园梯子|日晷|风筝|信号旗|风向标|茶箱|绳桥|浮标|鲱鱼桶|里程石|蜂箱|石子路|阅览室|雨伞|钟楼|水磨|墨水池|渡船票|雪犁|园门|鸽舍|潮汐表|盐田|船闸|大鼓|历书|水泵|风车|邮票|救生艇|长椅|信筒|镜片|船锚")
	zhFirst   = list("鹭|磨|堰|隼|苇|柳|蓟|镜|岚|砚|榆|桐|枫|梧|沧|澜|泠|浦|汀|渚|岑|崖|岫|坞|墨|黛|绯|缃|霁|霖|雾|霜|晴|暮|晨|穗|麦|稷|芷|兰|蘅|杏|梅|竺")
	zhLast    = list("码头|溪|泽|岛|山|湾|角|渡|坡|桥|隘|塘|乡|镇|岭|滩|井|坝|堤|渠|峡|谷|原|林|洲|关|铺|屯|寨|浜|墟|里|坊|门|埠|矶|埔|台|庄|集")
)

var (
	enPapers = list("Heron Gazette|The Weir Messenger|Lantern Hill Courier|Saltmarsh Advertiser|The Reed Post|Kestrel Island News|The Millbrook Sheet|Ferry Times")
	enNames  = list("A. Thistle|M. Rook|P. Fenwater|S. Alder|J. Quill|T. Marl|N. Osier|B. Wick")
	zhPapers = list("鹭码头公报|长堰信使|灯笼山邮报|盐泽告白|外苇日报|隼岛新闻|上磨溪纸|渡船时报")
	zhNames  = list("水青|苇白|石磨|云隘|柳湾|镜塘|晚潮|灯明")
)

func list(words string) []string { return strings.Split(words, "|") }
