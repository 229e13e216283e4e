package config

import "path/filepath"

// publish takes where the public site is kept as files. A relative path is
// relative to the file's folder.
func (d *decoder) publish(v value) {
	v.mapping(keys{"dir": takes(func(v value) {
		dir, ok := v.text()
		if !ok || dir == "" {
			return
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(d.file), dir)
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			v.bad(err.Error(), "write a path from the root")
			return
		}
		d.config.Publish = abs
	})})
}
