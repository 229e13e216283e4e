package difference

import (
	"regexp"
	"sync"
)

// expression is compiled when it is first needed: all of them take megabytes, and
// where no release is changed none is.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
