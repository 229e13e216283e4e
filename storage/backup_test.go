package storage

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
)

// captured puts a file of captures into a data directory.
func captured(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, captureDir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, captureDir, "kept-2026.warc.gz"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBackupIsConsistentWhileWritten(t *testing.T) {
	s, dir := create(t)
	captured(t, dir, "captures")
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				b := batch(byte(n), n, n+1)
				b.ID[1] = byte(n >> 8)
				if _, err := s.Accept(context.Background(), b, firstAll); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	for range 5 {
		path := filepath.Join(t.TempDir(), "copy.tar")
		c, err := KeepBackup(t.Context(), path, func(w io.Writer) error { return s.Backup(t.Context(), w, []byte("a: b\n")) })
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "data")
		r, err := Restore(t.Context(), path, to, false, Options{})
		if err != nil || r.Copy.Pos != c.Pos || len(r.Kept) != 0 {
			t.Fatalf("restored %+v, %v", r, err)
		}
		again, err := Open(to, Options{Site: "site-1"})
		if err != nil {
			t.Fatal(err)
		}
		if tip := verify(t, again).Tip; tip.Pos != c.Pos+1 {
			t.Errorf("it ends at %d, want the mark after %d", tip.Pos, c.Pos)
		}
		again.Close()
		for name, want := range map[string]string{"config.yaml.restored": "a: b\n", "captures/kept-2026.warc.gz": "captures"} {
			if got, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
	close(stop)
	writing.Wait()
}

func TestBackupNamesAndRefusals(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	c := backedUp(t, s, dir)
	if got := Copies(dir); len(got) != 1 || got[0].File != c.File || got[0].Pos != 3 || !got[0].At.Equal(c.At) {
		t.Errorf("copies %+v, want %+v", got, c)
	}
	stream := func(w io.Writer) error { return s.Backup(t.Context(), w, nil) }
	if _, err := KeepBackup(t.Context(), c.File, stream); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a backup: %v", err)
	}
	broken := errors.New("the line broke")
	path := filepath.Join(dir, "x.tar")
	if _, err := KeepBackup(t.Context(), path, func(w io.Writer) error { w.Write([]byte("half")); return broken }); !errors.Is(err, broken) {
		t.Errorf("a stream that breaks: %v", err)
	}
	if _, err := KeepBackup(t.Context(), path, func(w io.Writer) error { return nil }); !errors.Is(err, ErrBackup) {
		t.Errorf("a stream of nothing: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*.tar"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left)+len(hidden) > 0 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRestoreNeverOverARecord(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	before, _ := s.About()
	c := backedUp(t, s, dir)
	accept(t, s, batch(2, 2))
	var used *InUseError
	if _, err := Restore(t.Context(), c.File, dir, true, Options{}); !errors.As(err, &used) {
		t.Errorf("into a record in use: %v", err)
	}
	s.Close()
	if _, err := Restore(t.Context(), c.File+".not", dir, false, Options{}); err == nil || !strings.Contains(err.Error(), "the backup cannot be read") {
		t.Errorf("of a backup that is not there: %v", err)
	}
	_, err := Restore(t.Context(), c.File, dir, false, Options{})
	if !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), "--instead") || !strings.Contains(err.Error(), "--beside") {
		t.Errorf("over a record: %v", err)
	}
	if _, err := Restore(t.Context(), c.File, dir, true, Options{Site: "other"}); !errors.Is(err, ErrSite) {
		t.Errorf("of another site: %v", err)
	}
	captured(t, dir, "newer")
	r, err := Restore(t.Context(), c.File, dir, true, Options{Now: ticking()})
	if err != nil || len(r.Kept) != 1 || !strings.Contains(r.Kept[0], "news.db.before-restore-2026-11-23T") {
		t.Fatalf("restored %+v, %v", r, err)
	}
	if s, err = Open(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	verify(t, s)
	after, _ := s.About()
	if after.Store != before.Store || after.Incarnation == before.Incarnation {
		t.Errorf("about %+v, before %+v: want the same store in another incarnation", after, before)
	}
	if c, err := CheckBackup(t.Context(), r.Kept[0]); err != nil || c.Pos != 5 {
		t.Errorf("what was there is %+v, %v", c, err)
	}
}

// parts are the ways in which a backup is not one.
func TestNoBackup(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	good, err := os.ReadFile(backedUp(t, s, dir).File)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	evil := func(name string) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		w.WriteHeader(&tar.Header{Name: name, Size: 1, Mode: 0o600})
		w.Write([]byte("x"))
		w.Close()
		return b.Bytes()
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, file := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "half": good[:len(good)/2], "no end": good[:len(good)-4<<10], "a bit": flipped,
		"way out": evil("../news.db"), "absolute": evil("/news.db"), "capture out": evil("captures/../../kept-1.warc.gz"),
		"foreign": evil("other"), "no record": evil(configName),
	} {
		path := filepath.Join(t.TempDir(), "b.tar")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "data")
		_, err := Restore(t.Context(), path, to, false, Options{})
		if !errors.Is(err, ErrBackup) || !strings.Contains(err.Error(), "take another") {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(to); len(left) != 1 || left[0].Name() != lockName {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

func TestACopyOfTheFileIsABackup(t *testing.T) {
	old := oldRecord(t)
	to := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), filepath.Join(old, fileName), to, false, Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(to, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	verify(t, s)
}

// A file with one sound head is refused, and taken by a restore of itself.
func TestRestoreMendsAHead(t *testing.T) {
	for bad := range 2 {
		s, dir := create(t)
		for n := range 3 {
			accept(t, s, batch(byte(n), n))
		}
		s.Close()
		path := filepath.Join(dir, fileName)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file[bad*pageSize+pageHeader+txOffset] ^= 1
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "`chinanewsd restore` of the file itself") {
			t.Errorf("head %d: %v", bad, err)
		}
		r, err := Restore(t.Context(), path, dir, true, Options{Now: ticking()})
		if err != nil || r.Copy.Pos != 7 && r.Copy.Pos != 5 {
			t.Fatalf("head %d: restored %+v, %v", bad, r, err)
		}
		if s, err = Open(dir, Options{}); err != nil {
			t.Fatal(err)
		}
		verify(t, s)
		s.Close()
	}
}

// A record that is gone is not begun anew in silence.
func TestCreateRefusesWhereARecordWas(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	c := backedUp(t, s, dir)
	s.Close()
	if err := os.Remove(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	_, created := Create(dir, Options{})
	_, opened := Open(dir, Options{})
	_, _, compacted := Compact(dir, Options{})
	for _, err := range []error{created, opened, compacted} {
		if !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), "chinanewsd restore "+c.File) {
			t.Errorf("beside a backup: %v", err)
		}
	}
	if err := os.Rename(c.File, c.File+".elsewhere"); err != nil {
		t.Fatal(err)
	}
	captured(t, dir, "x")
	if _, err := Create(dir, Options{}); !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), "no good backup") {
		t.Errorf("beside captures: %v", err)
	}
}

// swollen is a record most of whose file is free.
func swollen(t *testing.T) (dir string) {
	t.Helper()
	s, dir := create(t)
	for n := range 40 {
		b := batch(byte(n), n)
		b.Seen = bytes.Repeat([]byte{byte(n), byte(n * 7)}, 100)
		accept(t, s, b)
	}
	if err := s.SaveTasks(t.Context(), manyTasks(), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveTasks(t.Context(), nil, manyTasks()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	return dir
}

func manyTasks() (list []news.Task) {
	for n := range 5000 {
		list = append(list, news.Task{Kind: news.TaskLook, Source: "a", Item: news.ItemID{byte(n), byte(n >> 8)}, Due: noon.Add(time.Hour)})
	}
	return list
}

func TestCompact(t *testing.T) {
	dir := swollen(t)
	before, after, err := Compact(dir, Options{})
	if err != nil || after*2 > before {
		t.Errorf("compacted from %d to %d bytes, %v", before, after, err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	verify(t, s)
	var used *InUseError
	if _, _, err := Compact(dir, Options{}); !errors.As(err, &used) {
		t.Errorf("in use: %v", err)
	}
	if _, _, err := Compact(t.TempDir(), Options{}); !errors.Is(err, ErrNone) {
		t.Errorf("nothing there: %v", err)
	}
}

func TestCompactedAtOpen(t *testing.T) {
	dir := swollen(t)
	var said []string
	o := Options{compactAbove: 1 << 20, Note: func(what string) { said = append(said, what) }}
	for range 2 { // the second finds nothing to do
		s, err := Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		verify(t, s)
		s.Close()
	}
	if len(said) != 1 || !strings.Contains(said[0], "was compacted from") {
		t.Errorf("it says %q", said)
	}
}

// A crash at any step of compacting, restoring and backing up leaves a whole
// record, and what was there.
func TestCrashAtAnyStep(t *testing.T) {
	for deed, prepare := range map[string]func(t *testing.T) string{
		"compact": swollen,
		"restore": func(t *testing.T) string {
			s, dir := create(t)
			accept(t, s, batch(1, 1))
			captured(t, dir, "captures")
			c := backedUp(t, s, dir)
			accept(t, s, batch(2, 2))
			s.Close()
			os.Rename(c.File, filepath.Join(dir, "b.tar"))
			return dir
		},
		"backup": func(t *testing.T) string {
			s, dir := create(t)
			accept(t, s, batch(1, 1))
			s.Close()
			os.Mkdir(filepath.Join(dir, backupDir), 0o700)
			return dir
		},
	} {
		for n, finished := 1, false; !finished; n += stride() {
			dir := prepare(t)
			finished = crashAt(t, n, deed, dir)
			s, err := Open(dir, Options{})
			if err != nil {
				t.Fatalf("%s, step %d: %v", deed, n, err)
			}
			verify(t, s)
			s.Close()
			for _, c := range Copies(dir) {
				if _, err := CheckBackup(t.Context(), c.File); err != nil {
					t.Errorf("%s, step %d: a backup has its name and is not good: %v", deed, n, err)
				}
			}
		}
	}
}

func init() {
	deeds["compact"] = func(dir string) error {
		_, _, err := Compact(dir, Options{})
		return err
	}
	deeds["restore"] = func(dir string) error {
		_, err := Restore(context.Background(), filepath.Join(dir, "b.tar"), dir, true, Options{})
		return err
	}
	deeds["backup"] = func(dir string) error {
		s, err := Open(dir, Options{})
		if err != nil {
			return err
		}
		_, err = KeepBackup(context.Background(), filepath.Join(dir, backupDir), func(w io.Writer) error { return s.Backup(context.Background(), w, nil) })
		return errors.Join(err, s.Close())
	}
}
