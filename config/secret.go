package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const maxSecret = 64 << 10 // bytes

// secret takes a text that may be kept in a file: file:NAME is that of systemd
// among $CREDENTIALS_DIRECTORY, else a path from the configuration's folder.
func (v value) secret(into *string) {
	s, ok := v.text()
	if !ok {
		return
	}
	name, kept := strings.CutPrefix(s, "file:")
	if !kept {
		v.string(into)
		return
	}
	if v.foreign {
		v.bad("a row that is tried is not given secrets", "write the value here, or try the row by its id once it is configured")
		return
	}
	text, err := v.read(credential(name))
	switch s := strings.TrimRight(string(text), "\r\n"); {
	case err != nil:
		v.bad(fmt.Sprintf("the secret %s cannot be read: %v", name, err), "file:NAME is a file of $CREDENTIALS_DIRECTORY, or a path")
	case s == "" || len(s) > maxSecret || !printable(s):
		v.bad(fmt.Sprintf("the secret %s is not text on one line", name), "keep the value alone in the file")
	default:
		*into = s
	}
}

// credential is where a secret is kept.
func credential(name string) string {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" && filepath.IsLocal(name) {
		if file := filepath.Join(dir, name); filepath.IsAbs(file) {
			if _, err := os.Stat(file); err == nil {
				return file
			}
		}
	}
	return name
}
