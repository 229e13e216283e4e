package origin

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// document is what a feed's address answers.
type document struct {
	body, zipped []byte // zipped: nil when the host does not compress
	tag          string
	modified     time.Time
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// document renders some releases, the newest first.
func (o Options) document(base, self string, feed int, releases []Release, modified time.Time) document {
	t := o.traits(feed)
	var b bytes.Buffer
	if t.atom {
		atom(&b, t, base, self, feed, releases, modified)
	} else {
		rss(&b, t, base, self, feed, releases, modified)
	}
	d := document{body: b.Bytes(), modified: modified}
	if t.gzip {
		d.zipped = zipped(d.body)
	}
	h := fnv.New64a()
	h.Write(d.body)
	d.tag = fmt.Sprintf(`"%x"`, h.Sum64())
	return d
}

func zipped(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	z.Write(body)
	z.Close()
	return b.Bytes()
}

func language(t traits) string {
	if t.chinese {
		return "zh-CN"
	}
	return "en"
}

func rss(b *bytes.Buffer, t traits, base, self string, feed int, releases []Release, modified time.Time) {
	fmt.Fprintf(b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Bulletin %d</title><link>%s/</link><description>Notices of a ministry that is not</description><language>%s</language>
<atom:link href="%s" rel="self" type="application/rss+xml"/><lastBuildDate>%s</lastBuildDate>
`, feed, base, language(t), self, modified.Format(time.RFC1123Z))
	for _, r := range releases {
		fmt.Fprintf(b, "<item><title>%s</title><link>%s</link>", escaper.Replace(r.Title), base+r.Path())
		if !t.noGUID {
			fmt.Fprintf(b, `<guid isPermaLink="false">%s</guid>`, r.GUID())
		}
		fmt.Fprintf(b, "<pubDate>%s</pubDate><category>notices</category>\n<description>%s</description>\n<content:encoded>", r.At.Format(time.RFC1123Z), escaper.Replace(r.Lead))
		if t.escaped {
			b.WriteString(escaper.Replace(r.Body))
		} else {
			b.WriteString("<![CDATA[" + r.Body + "]]>")
		}
		b.WriteString("</content:encoded></item>\n")
	}
	b.WriteString("</channel></rss>\n")
}

func atom(b *bytes.Buffer, t traits, base, self string, feed int, releases []Release, modified time.Time) {
	fmt.Fprintf(b, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s"><title>Bulletin %d</title><id>urn:bulletin:%d</id>
<link href="%s/"/><link rel="self" href="%s"/><updated>%s</updated><author><name>Clerk</name></author>
`, language(t), feed, feed, base, self, modified.Format(time.RFC3339))
	for _, r := range releases {
		fmt.Fprintf(b, "<entry><title>%s</title><link href=\"%s\"/><id>%s</id><published>%s</published><updated>%[4]s</updated>\n<summary>%s</summary>\n<content type=\"html\">%s</content></entry>\n",
			escaper.Replace(r.Title), base+r.Path(), r.GUID(), r.At.Format(time.RFC3339), escaper.Replace(r.Lead), escaper.Replace(r.Body))
	}
	b.WriteString("</feed>\n")
}

// GUID is what the release is called in its feed, where it has a name.
func (r Release) GUID() string { return fmt.Sprintf("urn:notice:%d:%d", r.Feed, r.Seq) }

// Path is that of the release's own page.
func (r Release) Path() string { return fmt.Sprintf("/%d/notice-%d.html", r.Feed, r.Seq) }
