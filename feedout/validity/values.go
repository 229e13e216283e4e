package validity

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	languageExpr = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	mediaExpr    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$`)
	addressExpr  = regexp.MustCompile(`^https?://([A-Za-z0-9\-._~!$&'()*+,;=:\[\]]|%[0-9A-Fa-f]{2})+([/?#]([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?$`)
	mailExpr     = regexp.MustCompile(`^[^@\s]+@[^@\s]+( \(.+\))?$`)
	momentExpr   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
)

func (c *checker) address(where, text string) {
	u, err := url.Parse(text)
	c.must(err == nil && u.Hostname() != "" && addressExpr.MatchString(text), "address", where, "%q is no absolute address", text)
}

func (c *checker) language(where, text string) {
	c.must(languageExpr.MatchString(text), "language", where, "%q is no language tag", text)
}

func (c *checker) mediaType(where, text string) {
	c.must(mediaExpr.MatchString(text), "media-type", where, "%q is no media type", text)
}

func (c *checker) number(where, text string) {
	n, err := strconv.ParseInt(text, 10, 64)
	c.must(err == nil && n >= 0, "number", where, "%q is no number of at least 0", text)
}

// moment judges a date of RFC 3339 and returns it.
func (c *checker) moment(where, text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	c.must(err == nil && momentExpr.MatchString(text), "date", where, "%q is no date of RFC 3339", text)
	return t
}

// rfc822 judges a date of RFC 822. The day of the week must be that of the
// date: readers differ in which of the two they believe.
func (c *checker) rfc822(where, text string) {
	for _, layout := range []string{time.RFC1123, time.RFC1123Z} {
		if t, err := time.Parse(layout, text); err == nil {
			c.must(strings.HasPrefix(text, t.Format("Mon,")), "date", where, "%q is not on that day of the week", text)
			return
		}
	}
	c.report("date", where, "%q is no date of RFC 822", text)
}

// The checks of elements whose text is one value.
func isAddress(c *checker, e *element)  { c.address(e.tag, e.text) }
func isLanguage(c *checker, e *element) { c.language(e.tag, e.text) }
func isNumber(c *checker, e *element)   { c.number(e.tag, e.text) }
func isMoment(c *checker, e *element)   { c.moment(e.tag, e.text) }
func isRFC822(c *checker, e *element)   { c.rfc822(e.tag, e.text) }
func isMarkup(c *checker, e *element)   { c.markup(e.tag, e.text) }
func isMail(c *checker, e *element) {
	c.must(mailExpr.MatchString(e.text), "person", e.tag, "%q is no e-mail address", e.text)
}

// one judges that a value is one of some.
func (c *checker) one(where, value string, of ...string) {
	for _, o := range of {
		if value == o {
			return
		}
	}
	c.report("value", where, "%q is none of %v", value, of)
}

// ids remembers what stands in a document already.
type ids map[string]bool

func (c *checker) once(seen ids, where, id string) {
	c.must(!seen[id], "unique", where, "%q stands there twice", id)
	seen[id] = true
}
