package packages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The example is written as caddy would.
func TestExampleOfCaddy(t *testing.T) {
	need(t, "caddy")
	file := filepath.Join(checkout, "deploy/Caddyfile")
	ran(t, "caddy", "validate", "--adapter", "caddyfile", "--config", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	formatted := filepath.Join(t.TempDir(), "Caddyfile")
	if err := os.WriteFile(formatted, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ran(t, "caddy", "fmt", "--overwrite", formatted)
	if after, err := os.ReadFile(formatted); err != nil || string(after) != string(text) {
		t.Errorf("caddy fmt would change it: %v\n%s", err, after)
	}
}

// What the container is made of is in the checkout, and built as the package is.
func TestContainerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(checkout, "deploy/Containerfile"))
	if err != nil {
		t.Fatal(err)
	}
	copied := 0
	for _, m := range regexp.MustCompile(`(?m)^COPY ([^-\n].*) \S+$`).FindAllStringSubmatch(string(text), -1) {
		for _, name := range strings.Fields(m[1]) {
			if copied++; !filepath.IsLocal(name) {
				t.Errorf("COPY %s", name)
			} else if _, err := os.Stat(filepath.Join(checkout, name)); err != nil {
				t.Error(err)
			}
		}
	}
	script, err := os.ReadFile(filepath.Join(checkout, "deploy/build"))
	if err != nil {
		t.Fatal(err)
	}
	if copied < 3 {
		t.Errorf("%d files are copied", copied)
	}
	for _, flag := range []string{"-trimpath -buildvcs=false -ldflags", "-X main.version=$VERSION -X main.commit=$COMMIT", "CGO_ENABLED=0"} {
		if !strings.Contains(string(text), flag) || !strings.Contains(string(script), flag) {
			t.Errorf("%s is not in both", flag)
		}
	}
	module, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if release := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))[1]; !strings.Contains(string(text), "golang:"+release+"-") {
		t.Errorf("it is not built with Go %s", release)
	}
}
