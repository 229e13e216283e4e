package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// verifyCaptures holds every byte of every file of captures against its
// digest. A day's file that is gone altogether, and bytes that no place covers,
// are no damage: a backup has only what is kept for ever, and a crash may leave
// a record of a batch that was not accepted. Both are noted.
func (s *Store) verifyCaptures(ctx context.Context, tx *bbolt.Tx, report *Report) error {
	x := indexOf(tx)
	for _, file := range x.files() {
		if err := s.verifyFile(ctx, tx, file, report); err != nil {
			return err
		}
	}
	for _, file := range s.warcs.strays(x) {
		report.note("%s/%s has nothing that the record knows: a crash left it, or a backup older than it was restored", captureDir, file)
	}
	return nil
}

func (s *Store) verifyFile(ctx context.Context, tx *bbolt.Tx, file string, report *Report) error {
	f, err := os.Open(s.warcs.path(file))
	if errors.Is(err, fs.ErrNotExist) && dayOf(file) != "" {
		report.note("%s/%s is not there, and with it the captures of that day; a backup has only those that are kept for ever", captureDir, file)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: captures: %w; put the file back from a backup of yours", ErrDamaged, err)
	}
	defer f.Close()
	end := int64(0)
	err = indexOf(tx).each(file, func(p placed) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p.offset != end {
			return fmt.Errorf("%w: %s does not follow what lies before it", ErrDamaged, p)
		}
		end += p.Len
		if p.Pos > 0 {
			report.Captures++
		}
		if pos := doomedBy(tx, p); pos > 0 {
			report.note("%s is to be erased by record %d, and is not yet", p, pos)
		}
		_, err := readPlace(f, p)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w; the text that was read from it is in the record all the same; put the file back from a copy of yours: our backups have captures/kept-* only", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() > end && find(indexOf(tx).left, []byte(file)) != nil {
		report.note("%s/%s has %d bytes more than the record knows, of the one that it was restored in place of", captureDir, file, info.Size()-end)
	} else if err == nil && info.Size() > end {
		report.note("%s/%s has %d bytes after its last capture, of an answer that was not accepted; they are cut off with the next one", captureDir, file, info.Size()-end)
	}
	return nil
}

// maxNotes bounds what is noted; more of the same helps nobody.
const maxNotes = 100

// note keeps something that is no damage and that a person should know.
func (r *Report) note(format string, args ...any) {
	if len(r.Notes) < maxNotes {
		r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
	}
}

// erasure notes what a prune record says was erased, by whom and when.
func (r *Report) erasure(rec Record) error {
	var p news.Prune
	if err := decodeBody(rec, &p); err != nil || p.Why != news.ByErasure {
		return err
	}
	r.note("erased: %s and %s, of story %s, by %s on %s (record %d)",
		textsIn(p.Texts), count(len(p.Bodies), "capture"), p.Story, p.Who, rec.At.Format(time.DateOnly), rec.Pos)
	return nil
}

// maxNamed is how many texts of one erasure are named one by one.
const maxNamed = 20

// textsIn names texts by record and number.
func textsIn(texts []news.TextAt) string {
	var names []string
	for _, t := range texts[:min(len(texts), maxNamed)] {
		names = append(names, fmt.Sprintf("record %d text %d", t.Pos, t.N))
	}
	if more := len(texts) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more texts", more))
	}
	if len(names) == 0 {
		return "no text"
	}
	return strings.Join(names, ", ")
}
