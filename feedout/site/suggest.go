package site

import (
	"html/template"
	"net/url"
	"strings"
)

// suggestion is what a friend is told: the release's title and its page here.
func (s *site) suggestion(i Item) (title, address string) {
	return i.Title(), s.Site().BaseURL + "/stories/" + i.Address
}

// mail is a mailto: address that suggests a release to a friend (RFC 6068).
// Our server sends nothing: the reader's own program does.
func (s *site) mail(i Item) template.URL {
	title, address := s.suggestion(i)
	text := title + "\r\n" + address + "\r\n"
	return template.URL("mailto:?subject=" + escape(title) + "&body=" + escape(text)) // #nosec: both are escaped
}

// escape encodes a value of a mailto: address: a plus sign would stay one, so
// that a space is %20.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// service is somebody else's page on which a reader can pass a release on.
type service struct{ Name, Href string }

// share are links to where people pass things on. They are links and nothing
// else: nobody is told of a reader who does not follow one.
func (s *site) share(i Item) []service {
	title, address := s.suggestion(i)
	t, u := escape(title), escape(address)
	return []service{
		{"Weibo", "https://service.weibo.com/share/share.php?url=" + u + "&title=" + t},
		{"Telegram", "https://t.me/share/url?url=" + u + "&text=" + t},
		{"WhatsApp", "https://wa.me/?text=" + t + "%20" + u},
		{"X", "https://x.com/intent/post?url=" + u + "&text=" + t},
	}
}
