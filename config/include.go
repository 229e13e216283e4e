package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

const (
	maxIncluded     = 1000     // files
	maxIncludedSize = 16 << 20 // bytes, of all together
)

// include takes the rows of other files. They are looked for in the folder of
// the file that names them, and below it.
func (d *decoder) include(v value, base *row, ids *roster) {
	size, seen := 0, make(map[string]bool)
	for _, item := range v.items() {
		pattern, ok := item.text()
		if !ok {
			continue
		}
		d.config.Included = append(d.config.Included, pattern)
		names, err := fs.Glob(os.DirFS(filepath.Dir(d.file)), path.Clean(pattern))
		switch {
		case err != nil || !fs.ValidPath(path.Clean(pattern)):
			item.bad(fmt.Sprintf("%q names no files beside this one", pattern), "write a path from this file's folder: sources/*.yaml")
		case len(names) == 0:
			item.warn(item.node, "%q matches no file", pattern)
		}
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			text, err := d.read(name)
			if size += len(text); err != nil {
				item.bad(fmt.Sprintf("%s cannot be read: %v", name, err), "")
			} else if len(seen) > maxIncluded || size > maxIncludedSize {
				item.bad("the included files are too many, or too large", fmt.Sprintf("%d files and %d MiB are the most", maxIncluded, maxIncludedSize>>20))
				return
			} else {
				d.included(name, text, base, ids)
			}
		}
	}
}

// read reads a file beside the configuration, no more of it than is refused.
func (d *decoder) read(name string) ([]byte, error) {
	file := name
	if !filepath.IsAbs(name) {
		file = filepath.Join(filepath.Dir(d.file), name)
	}
	if stat, err := os.Stat(file); err != nil {
		return nil, bare(err)
	} else if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("it is no file")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// bare is an error of the file system without the path, which the message has.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// included takes one file: a list of rows, alone or under sources.
func (d *decoder) included(name string, text []byte, base *row, ids *roster) {
	file := filepath.Join(filepath.Dir(d.file), name)
	in := &decoder{reading: d.reading, file: file}
	body, ok := in.parse(text)
	if !ok {
		return
	}
	rows := value{in, body}
	if entries, mapping := pairs(body); mapping && len(entries) > 0 {
		rows = value{decoder: in}
		value{in, body}.mapping(keys{"sources": takes(func(v value) { rows = v }),
			"include": takes(func(v value) {
				v.bad("an included file includes no others", "name all files in "+filepath.Base(d.file))
			})})
	}
	in.sources(rows, base, ids)
}
