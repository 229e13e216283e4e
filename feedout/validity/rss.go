package validity

import "strings"

// rss is RSS 2.0 with content, Dublin Core, Atom, Media RSS and RFC 5005. We
// demand more of an item than it does: a title, a guid and a date.
var rss = shapes{
	"rss": {children: "channel!", attrs: "version!"},
	"channel": {children: "title! link! description! language? copyright? managingEditor? webMaster? pubDate? lastBuildDate? category* generator? docs? ttl? image? " +
		"skipHours? skipDays? atom:link+ fh:archive? fh:complete? dc:creator* item*"},
	"item": {children: "title! link? description? content:encoded? guid! pubDate! author? dc:creator* dc:contributor* category* comments? source? enclosure* dc:language? " +
		"atom:link* atom:contributor* media:content* media:group* media:thumbnail* media:credit*"},
	"title": {children: "##"}, "description": {children: "#"}, "content:encoded": {children: "##", check: isMarkup},
	"link": {children: "##", check: isAddress}, "docs": {children: "##", check: isAddress}, "comments": {children: "##", check: isAddress},
	"language": {children: "##", check: isLanguage}, "dc:language": {children: "##", check: isLanguage},
	"pubDate": {children: "##", check: isRFC822}, "lastBuildDate": {children: "##", check: isRFC822},
	"author": {children: "##", check: isMail}, "managingEditor": {children: "##", check: isMail}, "webMaster": {children: "##", check: isMail},
	"dc:creator": {children: "##"}, "dc:contributor": {children: "##"}, "copyright": {children: "##"}, "generator": {children: "##"},
	"category": {children: "##", attrs: "domain?"},
	"ttl":      {children: "##", check: isNumber},
	"guid":     {children: "##", attrs: "isPermaLink?", check: guid},
	"source": {children: "##", attrs: "url!", check: func(c *checker, e *element) {
		c.address("source url", e.attrs["url"])
	}},
	"enclosure": {attrs: "url! length! type!", check: func(c *checker, e *element) {
		c.address("enclosure url", e.attrs["url"])
		c.number("enclosure length", e.attrs["length"])
		c.mediaType("enclosure type", e.attrs["type"])
	}},
	"image": {children: "url! title! link! width? height? description?"}, "url": {children: "##", check: isAddress},
	"width": {children: "##", check: isNumber}, "height": {children: "##", check: isNumber},
	"skipHours": {children: "hour+"}, "hour": {children: "##", check: isNumber}, "skipDays": {children: "day+"}, "day": {children: "##"},
	"fh:archive": {}, "fh:complete": {},
	"atom:link":        atom["atom:link"],
	"atom:contributor": atom["atom:contributor"], "atom:name": atom["atom:name"], "atom:uri": atom["atom:uri"], "atom:email": atom["atom:email"],
	"media:content": media["media:content"], "media:group": media["media:group"], "media:thumbnail": media["media:thumbnail"],
	"media:title": media["media:title"], "media:description": media["media:description"], "media:credit": media["media:credit"],
}

// media is Media RSS 1.5.1, as far as we may use it.
var media = shapes{
	"media:group": {children: "media:content+ media:thumbnail* media:title? media:description? media:credit*"},
	"media:content": {children: "media:thumbnail* media:title? media:description? media:credit*", attrs: "url! fileSize? type? medium? isDefault? expression? bitrate? duration? height? width? lang?",
		check: medium},
	"media:thumbnail": {attrs: "url! height? width? time?", check: medium},
	"media:title":     {children: "##", attrs: "type?"}, "media:description": {children: "##", attrs: "type?"}, "media:credit": {children: "##", attrs: "role? scheme?"},
}

func medium(c *checker, e *element) {
	c.address(e.tag+" url", e.attrs["url"])
	for _, name := range []string{"fileSize", "height", "width", "bitrate", "duration"} {
		if n, ok := e.attrs[name]; ok {
			c.number(e.tag+" "+name, n)
		}
	}
	if t, ok := e.attrs["type"]; ok {
		c.mediaType(e.tag+" type", t)
	}
	if m, ok := e.attrs["medium"]; ok {
		c.one(e.tag+" medium", m, "image", "audio", "video", "document", "executable")
	}
}

func guid(c *checker, e *element) {
	switch e.attrs["isPermaLink"] {
	case "false":
	case "", "true":
		c.must(addressExpr.MatchString(e.text), "permalink", "guid", "%q is no address", e.text)
	default:
		c.one("guid isPermaLink", e.attrs["isPermaLink"], "true", "false")
	}
}

func (c *checker) rss(root *element) {
	c.one("rss version", root.attrs["version"], "2.0")
	for _, channel := range root.all("channel") {
		c.links(channel, "application/rss+xml")
		seen := make(ids)
		for _, i := range channel.all("item") {
			c.item = strings.TrimSpace(i.first("guid"))
			c.once(seen, "guid", c.item)
			c.must(len(i.all("author")) == 0 || len(i.all("dc:creator")) == 0, "person", "item", "it has both author and dc:creator")
			c.must(len(i.all("description")) > 0 || len(i.all("content:encoded")) == 0, "semantics", "item", "it has content:encoded and no description")
			for _, d := range i.all("description") { // that of a channel is text
				isMarkup(c, d)
			}
			c.saysOnce(i)
			c.item = ""
		}
	}
}

// saysOnce judges that no category, address of a file or creator stands in an
// item twice.
func (c *checker) saysOnce(i *element) {
	seen := make(ids)
	for _, e := range i.children {
		switch e.tag {
		case "category", "dc:creator", "dc:contributor":
			c.once(seen, e.tag, e.tag+" "+e.attrs["domain"]+" "+e.text)
		case "enclosure":
			c.once(seen, e.tag, e.tag+" "+e.attrs["url"])
		case "atom:category":
			c.once(seen, e.tag, e.tag+" "+e.attrs["scheme"]+" "+e.attrs["term"])
		}
	}
}
