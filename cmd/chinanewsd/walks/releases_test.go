package walks

import (
	"fmt"
	"time"
)

// readings are releases for all kinds of pages: two languages of one release, one
// with an attachment, a table and a picture, one with a long title, and as many
// short ones as fill a second page of a feed.
func readings() []release {
	now := time.Now()
	all := []release{
		{"news", "t01.html", "Rail Ferry Between Orun and Halverd Opens With 3,750 Places", `<p>The rail ferry between Orun and Halverd was opened on 12 November. It has 3,750 places and carries 48 wagons a day.</p>
<p>The ferry cost 212 million and was built in 26 months. In the first 10 months of next year, 18,400 wagons are to cross the river. Minister Maro Dessin thanked the 640 workers.</p>
<p>Fares are 14.5 for adults. Children under 6 travel free. The last ferry leaves at 22:40.</p>`, now.Add(-2 * time.Hour)},
		{"xw", "t01.html", "奥伦至哈尔维德火车轮渡开通 设3750个座位", `<p>奥伦至哈尔维德火车轮渡11月12日开通，设3750个座位，每天运送48节车厢。</p>
<p>轮渡耗资2.12亿，历时26个月建成。明年前10个月预计有18400节车厢过河。部长马罗·德辛向640名建设者表示感谢。</p>
<p>成人票价14.5元，6岁以下儿童免费。末班轮渡22时40分开出。</p>`, now.Add(-2 * time.Hour)},
		{"news", "t02.html", "Notice on the Water Level of the Lower Sael", `<p>The level at each gauge is published every hour. <strong>Boats of more than 40 tonnes</strong> stay in harbour.</p>
<table><caption>Levels at noon</caption><tr><th>Gauge</th><th>Level</th></tr><tr><td>Halverd</td><td>4.2 m</td></tr><tr><td>Orun bridge</td><td>3.9 m</td></tr></table>
<p><img src="/files/map.png" alt="A map of the gauges"></p><ul><li>The dyke office answers by day.</li><li>At night, the harbour master does.</li></ul>
<p><a href="/files/levels.pdf">Table of all gauges</a></p>`, now.Add(-5 * time.Hour)},
		{"news", "t03.html", "Answer of the Spokesperson to a Question on Whether the Permits That Carriers on the River Asked for Before the Conference of the Northern River States Remain Valid",
			`<p>Question: Do they remain valid?</p><p>Answer: They do, until the new permits are given out.</p>`, now.Add(-26 * time.Hour)},
		{"xw", "t02.html", "公路总局发布冬季行车提示", `<p>气温下降，山区公路易结冰。请携带防滑链，减速慢行。</p><p>咨询电话全天开通。</p>`, now.Add(-20 * time.Hour)},
		{"feed", "ferry-1", "Secretariat Welcomes Survey of Fish Stocks", `<p>The secretariat welcomes the survey of fish stocks. It counted 1,200 boats.</p><p>The next count is in June.</p>`, now.Add(-3 * time.Hour)},
	}
	for n := range 40 {
		all = append(all, release{"feed", fmt.Sprintf("bulletin-%d", n+1), fmt.Sprintf("Bulletin %d of the harbour masters", n+1),
			fmt.Sprintf("<p>Number %d of the year. Harbour %c is open, %d boats wait.</p>", n+1, 'A'+n%26, 7*n%31+1), now.Add(-time.Duration(30+n) * time.Hour / 2)})
	}
	return all
}

// corrected is the release that the ministry changes while the site runs.
func corrected() release {
	return release{"feed", "ferry-1", "Secretariat Welcomes Survey of Fish Stocks", `<p>The secretariat welcomes the survey of fish stocks. It counted 1,450 boats.</p><p>The next count is in June.</p>`, readings()[5].at}
}
