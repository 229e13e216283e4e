package documents

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkout is the folder of the whole project.
const checkout = "../../.."

func all(t *testing.T) []Document {
	t.Helper()
	docs, err := All(checkout)
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) == 0 || !strings.HasSuffix(docs[0].Name, ".md") {
		t.Fatal("there are no documents")
	}
	return docs
}

// Every block of every document is one that is run or judged.
func TestForm(t *testing.T) {
	for _, d := range all(t) {
		for _, p := range d.Check() {
			t.Error(p)
		}
	}
}

// elsewhere are the commands that need the outside world or the whole checkout,
// with the file that runs the same, and words of it.
var elsewhere = map[string]string{
	"go test ./...": ".ci/run: go test ", // in parts beside each other
}

// What is said to run elsewhere does.
func TestElsewhere(t *testing.T) {
	for command, where := range elsewhere {
		file, test, _ := strings.Cut(where, ": ")
		text, err := os.ReadFile(filepath.Join(checkout, file))
		if err != nil {
			t.Errorf("%s: %v", command, err)
			continue
		}
		if !strings.Contains(string(text), test) {
			t.Errorf("%s: %s has no %s", command, file, test)
		}
	}
}
