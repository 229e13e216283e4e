package static

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// writerEnv has this test's binary write a site again and again.
const writerEnv = "CHINANEWS_TEST_FILES"

// generation is a site of which every page says which generation it is of, and
// how long it is.
func generation(n int) pages {
	p := pages{}
	for i := range 40 {
		body := fmt.Sprintf("generation %d %s", n, strings.Repeat(fmt.Sprint(n%10), 1000+37*i))
		p[fmt.Sprintf("/stories/%d", i)] = fmt.Sprintf("%s|%d", body, len(body))
		p["/"] += fmt.Sprintf(`<a href="/under/stories/%d">%d</a>`, i, n)
	}
	return p
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerEnv); dir != "" {
		go func() { // it ends with the test that started it, however that ends
			io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
		fmt.Println(writeOn(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeOn writes until the process ends.
func writeOn(dir string) error {
	tree, err := Open(dir, "site")
	if err != nil {
		return err
	}
	fmt.Println("writing")
	for n := 0; ; n++ {
		if _, err := generation(n).site().Walk(context.Background(), tree, []string{"/"}, all); err != nil {
			return err
		}
	}
}

// A writer that is killed at any moment leaves whole files, and none that
// nobody owns.
func TestKilled(t *testing.T) {
	times := 5
	if os.Getenv("CHINANEWS_LONG") != "" {
		times = 100
	}
	dir := t.TempDir()
	for range times {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerEnv+"="+dir)
		_, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		tree := open(t, dir)
		for name, body := range files(t, dir) {
			text, length, _ := strings.Cut(body, "|")
			if whole := name == index || fmt.Sprint(len(text)) == length; !whole || !tree.Has(name) {
				t.Errorf("%s is whole: %v, ours: %v", name, whole, tree.Has(name))
			}
		}
		tree.Close()
	}
	write(t, dir, small)
	if got := files(t, dir); len(got) != 12 {
		t.Errorf("what is left is %d files", len(got))
	}
}

// A disk that is full is an error; what is there stays whole, and when there
// is room again it is written.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("chinanewsd-test", dir, "tmpfs", 0, "size=300k,mode=0755"); err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "mount") {
			t.Fatalf("CHINANEWS_REQUIRE wants a file system of its own: %v", err)
		}
		t.Skipf("needs a file system of its own, which cannot be mounted here (%v); run it as root", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	write(t, dir, small)
	before := files(t, dir)
	tree := open(t, dir)
	defer tree.Close()
	large := generation(1)
	large["/"] += small["/"]
	for path, body := range small {
		if path != "/" {
			large[path] = body
		}
	}
	for n := range 20 {
		large[fmt.Sprintf("/stories/%d", n)] = strings.Repeat("x", 20_000)
	}
	for range 3 {
		if _, err := large.site().Walk(t.Context(), tree, []string{"/"}, all); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("a disk that is full: %v", err)
		}
		for name, body := range before {
			if now := files(t, dir)[name]; now != body && now != large["/"+strings.TrimSuffix(strings.TrimSuffix(name, index), "/")] {
				t.Errorf("%s was changed and is not whole", name)
			}
		}
		if left, err := os.ReadDir(filepath.Join(dir, private)); err != nil || len(left) != 1 {
			t.Errorf("%v is left, %v", left, err)
		}
	}
	if o, err := generation(2).site().Walk(t.Context(), tree, []string{"/"}, all); err != nil || o.Written != 41 {
		t.Errorf("with room again: %s, %v", o, err)
	}
}
