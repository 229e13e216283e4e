package validity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goldens are the documents that feedout's tests hold byte for byte.
func goldens(t *testing.T) (list []Document) {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden documents: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		format := strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".golden")), ".")
		list = append(list, Document{Format: Format(format), Body: body})
	}
	return list
}

func TestGoldenDocumentsAreValid(t *testing.T) {
	for _, d := range goldens(t) {
		for _, p := range Check(d) {
			t.Errorf("%s %.60q: %v", d.Format, d.Body, p)
		}
	}
}
