package storage

import (
	"errors"
	"testing"
	"time"
)

// When all that is shared was here is noted beside how far the record has followed,
// and only in one that follows.
func TestComplete(t *testing.T) {
	_, other, _ := sharer(t)
	at := time.Now()
	if err := other.Absorb(t.Context(), nil, 7); err != nil {
		t.Fatal(err)
	}
	if err := other.Complete(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := other.Absorb(t.Context(), nil, 8); err != nil {
		t.Fatal(err)
	}
	if c, err := other.Cursor(); err != nil || c.State != 8 || c.Whole.Sub(at).Abs() > time.Second {
		t.Errorf("%+v, %v", c, err)
	}
	lone, err := Create(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer lone.Close()
	if err := lone.Complete(t.Context(), at); !errors.Is(err, ErrAlone) {
		t.Errorf("a record that follows nothing: %v", err)
	}
}
