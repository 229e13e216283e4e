package static

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// step is called between the writes of what must survive a crash at any of
// them; tests end there.
var step = func() {}

// file is what is to stand in a tree.
type file struct {
	name string
	body []byte
}

// put writes files: those that are the same already are not touched, and those
// of others neither. Each is on disk before it has its name, and every name is
// in the list before that.
func (t *Tree) put(files []file) (o Outcome, err error) {
	var changed []file
	for _, f := range files {
		same, foreign, err := t.compare(f)
		switch {
		case err != nil:
			return o, err
		case foreign:
			o.Foreign = append(o.Foreign, f.name)
		case same:
			o.Unchanged++
		default:
			changed = append(changed, f)
		}
	}
	if len(changed) == 0 {
		return o, nil
	}
	if err := t.stage(changed); err != nil {
		t.sweep()
		return o, err
	}
	o.Written, err = t.place(changed)
	if err != nil {
		t.sweep()
	}
	return o, err
}

// compare looks at what stands in a file's place.
func (t *Tree) compare(f file) (same, foreign bool, err error) {
	about, err := t.root.Lstat(f.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, false, nil
	case errors.Is(err, syscall.ENOTDIR): // a file has the name of a directory of ours
		return false, true, nil
	case err != nil:
		return false, false, err
	case !t.names[f.name]:
		return false, true, nil
	case !about.Mode().IsRegular() || about.Size() != int64(len(f.body)):
		return false, about.IsDir(), nil
	}
	old, err := t.root.ReadFile(f.name)
	return err == nil && bytes.Equal(old, f.body), false, err
}

// atOnce is how many files are brought to disk at once: it is the disk that
// takes the time.
const atOnce = 8

// stage puts files on disk under names of no meaning, and the names that they
// will have into the list.
func (t *Tree) stage(files []file) error {
	var g errgroup.Group
	g.SetLimit(atOnce)
	for n, f := range files {
		g.Go(func() error { return t.create(fmt.Sprint(begun, n), f.body) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	step()
	return t.claim(files)
}

// claim appends names to the list.
func (t *Tree) claim(files []file) error {
	var b bytes.Buffer
	for _, f := range files {
		if !t.names[f.name] {
			fmt.Fprintln(&b, f.name)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if t.torn {
		if err := t.write(); err != nil {
			return err
		}
	}
	t.torn = true
	l, err := t.root.OpenFile(list, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = l.Write(b.Bytes())
	if err = errors.Join(err, l.Sync(), l.Close()); err != nil {
		return err
	}
	t.torn = false
	step()
	for _, f := range files {
		t.names[f.name] = true
	}
	return nil
}

// place gives files their names.
func (t *Tree) place(files []file) (placed int, err error) {
	dirs := make(map[string]bool)
	for n, f := range files {
		if err := t.directory(path.Dir(f.name), dirs); err != nil {
			return placed, err
		}
		if err := t.root.Rename(fmt.Sprint(begun, n), f.name); err != nil {
			return placed, err
		}
		placed++
		step()
	}
	var g errgroup.Group
	g.SetLimit(atOnce)
	for dir := range dirs {
		g.Go(func() error { return t.sync(dir) })
	}
	return placed, g.Wait()
}

// directory makes a directory that everybody may read, and notes which ones
// have new names in them.
func (t *Tree) directory(dir string, changed map[string]bool) error {
	if changed[dir] || dir == "." {
		changed[dir] = true
		return nil
	}
	changed[dir] = true
	err := t.root.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrNotExist) {
		if err := t.directory(path.Dir(dir), changed); err != nil {
			return err
		}
		err = t.root.Mkdir(dir, 0o755)
	}
	switch {
	case err == nil:
		changed[path.Dir(dir)] = true
		return t.root.Chmod(dir, 0o755)
	case errors.Is(err, fs.ErrExist):
		return nil
	}
	return err
}
