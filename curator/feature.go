package curator

import "chinanews/news"

// Features are those by which an item is found that may be the same release as
// another, or a version of it in another language. Two that are one share some.
// An entry without texts has none.
func Features(e news.Entry) []uint64 {
	if e.HTML == "" && e.Summary == "" {
		return nil
	}
	p := shelved.take(e)
	outlined.keep(e, p.version())
	return p.features()
}
