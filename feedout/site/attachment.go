package site

import (
	"cmp"
	"mime"
	"net/url"
	"path"
	"strconv"
	"strings"

	"chinanews/news"
)

// kinds are what readers call types of files that ministries attach.
var kinds = map[string]string{
	"application/pdf": "PDF", "application/msword": "DOC", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
	"application/vnd.ms-excel": "XLS", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
	"application/vnd.ms-powerpoint": "PPT", "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
	"application/zip": "ZIP", "application/x-zip-compressed": "ZIP", "text/csv": "CSV", "text/plain": "TXT", "image/jpeg": "JPEG", "image/png": "PNG", "video/mp4": "MP4", "audio/mpeg": "MP3",
}

// mostEnding is how long an ending is that says what a file is.
const mostEnding = 5

// kind is what sort of file an attachment is, in a word: by its type, else by
// the ending of its address, else its type as the server named it.
func kind(f news.File) string {
	t, _, err := mime.ParseMediaType(f.Type)
	name := kinds[t]
	switch ending := ending(f.URL); {
	case name != "" || ending != "":
		return cmp.Or(name, strings.ToUpper(ending))
	case err == nil && strings.Contains(t, "/") && t != "application/octet-stream":
		return t
	}
	return ""
}

// ending is that of an address's path, when it is like that of a file.
func ending(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	ending := strings.TrimPrefix(path.Ext(u.Path), ".")
	if len(ending) > mostEnding || strings.ContainsFunc(ending, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') }) {
		return ""
	}
	return ending
}

// size is how large a file is, in units of 1000 bytes; empty when that is not
// known.
func size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1_000_000:
		return strconv.FormatInt((n+500)/1000, 10) + " kB"
	}
	return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
}
