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
	if copied := loaded(name); err != nil && copied != "" && exists(copied) {
		text, err = v.read(copied)
	}
	switch s := strings.TrimRight(string(text), "\r\n"); {
	case err != nil:
		v.bad(fmt.Sprintf("the secret %s cannot be read: %v", name, err), "file:NAME is a file of $CREDENTIALS_DIRECTORY, or a path")
	case s == "" || len(s) > maxSecret || !printable(s):
		v.bad(fmt.Sprintf("the secret %s is not text on one line", name), "keep the value alone in the file")
	default:
		*into = s
	}
}

// credential is where a secret is kept. Of a folder that systemd was told to
// load (LoadCredential=secrets:/etc/chinanewsd/secrets), secrets/NAME has the
// name secrets_NAME; the file itself, where it can be read, is newer than what
// was loaded at the start.
func credential(name string) string {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	if !filepath.IsAbs(dir) || !filepath.IsLocal(name) {
		return name
	}
	if file := filepath.Join(dir, name); exists(file) {
		return file
	}
	return name
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// loaded is the copy that systemd made of a secret in a folder; empty: none.
func loaded(name string) string {
	dir, clean := os.Getenv("CREDENTIALS_DIRECTORY"), filepath.Clean(name)
	if !filepath.IsAbs(dir) || !filepath.IsLocal(name) || filepath.Base(clean) == clean {
		return ""
	}
	return filepath.Join(dir, strings.ReplaceAll(clean, "/", "_"))
}
