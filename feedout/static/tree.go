package static

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A tree's own files lie in a directory of their own: the list of what it wrote, and
// what is not finished. The list names a file before it is there, so that a
// crash leaves none that nobody owns.
const (
	private = ".chinanewsd"
	list    = private + "/files"
	newList = private + "/files.new"
	begun   = private + "/new-" // and a number
)

// ErrTaken says that a directory must not be written into.
var ErrTaken = errors.New("the directory is not ours")

// Tree is a directory with the files of one site. It changes no file that it
// did not write. One at a time may be open for a directory; it is not safe for
// concurrent use.
type Tree struct {
	root  *os.Root
	lock  *os.File
	names map[string]bool // of files that are ours
	torn  bool            // the list may end in a part of a line
	site  string
}

// Open opens the directory of a site, which is made when it is not there. site
// is the site's identity. The error is ErrTaken when the directory holds what
// is not ours, the files of another site, or when somebody else has it open.
func Open(dir, site string) (*Tree, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{root: root, site: heading(site), names: make(map[string]bool)}
	opened := false
	defer func() {
		if !opened {
			t.Close()
		}
	}()
	if t.lock, err = root.Open("."); err == nil {
		err = t.begin()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	opened = true
	return t, nil
}

// heading is the first line of the list of a site.
func heading(site string) string {
	sum := sha256.Sum256([]byte(site))
	return fmt.Sprintf("chinanewsd %x", sum[:8])
}

// begin takes the directory into possession.
func (t *Tree) begin() error {
	if err := syscall.Flock(int(t.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%w: another chinanewsd is writing into it", ErrTaken)
	}
	text, err := t.root.ReadFile(list)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := t.empty(); err != nil {
			return err
		}
		if err := t.root.Mkdir(private, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	case err != nil:
		return err
	default:
		if err := t.read(text); err != nil {
			return err
		}
	}
	t.sweep()
	return t.write()
}

// empty wants a directory with nothing in it but what a first beginning left.
func (t *Tree) empty() error {
	entries, err := fs.ReadDir(t.root.FS(), ".")
	for _, e := range entries {
		if e.Name() != private {
			return fmt.Errorf("%w: it has %s, and no list of files written before; name an empty directory, or one that is not there", ErrTaken, e.Name())
		}
	}
	return err
}

// read takes the names of the list. A last line that a crash cut off is of a
// file that is not there yet.
func (t *Tree) read(text []byte) error {
	whole := bytes.LastIndexByte(text, '\n') + 1
	lines := bufio.NewScanner(bytes.NewReader(text[:whole]))
	for n := 0; lines.Scan(); n++ {
		switch name := lines.Text(); {
		case n == 0 && name != t.site:
			return fmt.Errorf("%w: it has the files of another site", ErrTaken)
		case n > 0 && filepath.IsLocal(name) && name != private && !strings.HasPrefix(name, private+"/"):
			t.names[name] = true
		}
	}
	return lines.Err()
}

// sweep takes away what was not finished.
func (t *Tree) sweep() {
	entries, _ := fs.ReadDir(t.root.FS(), private)
	for _, e := range entries {
		if name := path.Join(private, e.Name()); name != list {
			t.root.Remove(name)
		}
	}
}

// write writes the whole list.
func (t *Tree) write() error {
	var b bytes.Buffer
	fmt.Fprintln(&b, t.site)
	for _, name := range t.Files() {
		fmt.Fprintln(&b, name)
	}
	t.root.Remove(newList)
	if err := t.create(newList, b.Bytes()); err != nil {
		return err
	}
	step()
	if err := t.root.Rename(newList, list); err != nil {
		return err
	}
	step()
	t.torn = false
	return t.sync(private)
}

// Close gives the directory free.
func (t *Tree) Close() error {
	err := t.root.Close()
	if t.lock != nil {
		err = errors.Join(err, t.lock.Close())
	}
	return err
}

// Files are the names of the files that are ours, in order.
func (t *Tree) Files() []string { return t.Below("") }

// Has reports whether a file is there and ours.
func (t *Tree) Has(name string) bool { return t.names[name] }

// remove takes files away, and directories that are empty then.
func (t *Tree) remove(names []string) (removed int, err error) {
	for _, name := range names {
		about, err := t.root.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		case err != nil:
			return removed, err
		case about.Mode().IsRegular():
			if err := t.root.Remove(name); err != nil {
				return removed, err
			}
			removed++
			step()
		}
		delete(t.names, name)
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if t.root.Remove(dir) != nil { // something is in it
				break
			}
		}
	}
	if len(names) == 0 {
		return 0, nil
	}
	return removed, t.write()
}

// create writes a new file whole, for everybody to read, on disk.
func (t *Tree) create(name string, body []byte) error {
	f, err := t.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
}

// sync has a directory's names on disk.
func (t *Tree) sync(dir string) error {
	d, err := t.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Below are the files whose names begin with a prefix, in order.
func (t *Tree) Below(prefix string) []string {
	return t.those(func(name string) bool { return strings.HasPrefix(name, prefix) })
}

// those are the files that pass, in order.
func (t *Tree) those(pass func(name string) bool) (names []string) {
	for name := range t.names {
		if pass(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
