package site

import (
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
// the ending of its address, else empty.
func kind(f news.File) string {
	if t, _, err := mime.ParseMediaType(f.Type); err == nil && t != "application/octet-stream" {
		if name := kinds[t]; name != "" {
			return name
		}
		return t
	}
	u, err := url.Parse(f.URL)
	if err != nil {
		return ""
	}
	ending := strings.TrimPrefix(path.Ext(u.Path), ".")
	if ending == "" || len(ending) > mostEnding || strings.ContainsFunc(ending, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') }) {
		return ""
	}
	return strings.ToUpper(ending)
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
