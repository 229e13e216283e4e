package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owned refuses root to touch a record of another user: the files that it would
// make there are closed to the daemon, which then does not start any more.
func owned(dir string) error {
	about, err := os.Stat(dir)
	if err != nil { // there is none yet, or opening it will tell
		return nil
	}
	uid := ownerOf(about)
	if os.Geteuid() != 0 || uid == 0 {
		return nil
	}
	name := userName(uid)
	return usageError{fmt.Errorf("%s is %s's, and what root writes there the daemon cannot open; run the command as that user: runuser -u %s -- chinanewsd ...", dir, name, name)}
}

// ownerOf is the user whose a file is; us, where files have none.
func ownerOf(about fs.FileInfo) int {
	if s, ok := about.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return os.Geteuid()
}

// userName is a user's name; of one that has none, the number.
func userName(id int) string {
	name := strconv.Itoa(id)
	if u, err := user.LookupId(name); err == nil {
		return u.Username
	}
	return name
}
