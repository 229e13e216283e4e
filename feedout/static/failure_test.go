package static

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A page that fails, and what only it leads to, stay; all else is done: there
// may be what was taken back.
func TestOnePageFails(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small)
	want := files(t, dir)
	p := maps.Clone(small)
	p["/about"], p["/feeds/x.atom"] = "!", "changed"
	delete(p, "/stories/1")
	want["feeds/x.atom"] = "changed"
	delete(want, "stories/1/index.html")
	tree := open(t, dir)
	defer tree.Close()
	if _, err := p.site().Walk(t.Context(), tree, []string{"/", "/stories/1", "/feeds/x.atom", "/old"}, all); err == nil || !strings.Contains(err.Error(), "/about") {
		t.Error(err)
	}
	got := files(t, dir)
	for name, body := range want {
		if got[name] == "" {
			t.Errorf("%s is gone", name)
		}
		if name == "feeds/x.atom" && got[name] != body {
			t.Errorf("%s is not made anew", name)
		}
	}
	if got["stories/1/index.html"] != "" {
		t.Error("what the site has no more is still there")
	}
	many := maps.Clone(small)
	for name := range many {
		many[name] = "!"
	}
	before := files(t, dir)
	if _, err := many.site().Walk(t.Context(), tree, slices.Collect(maps.Keys(many)), all); err == nil || !maps.Equal(files(t, dir), before) {
		t.Errorf("a site that fails wholly: %v", err)
	}
}

// After an error nothing is removed, and what is there is whole.
func TestWalkFails(t *testing.T) {
	for name, broken := range map[string]string{"status": "503", "panic": "!", "loop": "~> /about"} {
		dir := t.TempDir()
		write(t, dir, small)
		before := files(t, dir)
		p := maps.Clone(small)
		p["/about"] = broken
		tree := open(t, dir)
		if _, err := p.site().Walk(t.Context(), tree, []string{"/"}, all); err == nil || !strings.Contains(err.Error(), "/about") {
			t.Errorf("%s: %v", name, err)
		}
		tree.Close()
		if !maps.Equal(files(t, dir), before) {
			t.Errorf("%s: files were changed", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tree := open(t, t.TempDir())
	defer tree.Close()
	if _, err := small.site().Walk(ctx, tree, []string{"/"}, all); err == nil {
		t.Error("a walk that was cancelled succeeds")
	}
}
