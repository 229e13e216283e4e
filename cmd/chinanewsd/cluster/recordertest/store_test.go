package recordertest

import (
	"testing"

	"chinanews/curator"
	"chinanews/storage"
)

// TestOneNode holds a record that is alone to the contract.
func TestOneNode(t *testing.T) {
	Run(t, func(t *testing.T) []Seat {
		s, err := storage.Create(t.TempDir(), storage.Options{Features: curator.Features})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		p := Publication()
		p.Site.ID = s.Site()
		if _, err := s.Configure(t.Context(), p, "config.yaml", nil); err != nil {
			t.Fatal(err)
		}
		return []Seat{{s, s}}
	})
}
