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
	uid, ok := ownerOf(about)
	if !ok || os.Geteuid() != 0 || uid == 0 {
		return nil
	}
	name := strconv.Itoa(uid)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return usageError{fmt.Errorf("%s is %s's, and what root writes there the daemon cannot open; run the command as that user: runuser -u %s -- chinanewsd ...", dir, name, name)}
}

func ownerOf(about fs.FileInfo) (uid int, ok bool) {
	s, ok := about.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Uid), true
}
