package deploy

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// mostExposure is what the issue allows a unit, by systemd's own judgement.
const mostExposure = 1.5

var exposure = regexp.MustCompile(`Overall exposure level for \S+: ([\d.]+)`)

func TestExposure(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		lacking(t, "systemd", "systemd-analyze")
	}
	units, _ := filepath.Glob("*.service")
	if len(units) < 2 {
		t.Fatalf("there are %q", units)
	}
	for _, unit := range units {
		out, err := exec.Command(analyze, "security", "--no-pager", "--offline=true", unit).CombinedOutput()
		found := exposure.FindSubmatch(out)
		if err != nil || found == nil {
			t.Fatalf("%s: %v: %s", unit, err, out)
		}
		if level, _ := strconv.ParseFloat(string(found[1]), 64); level > mostExposure {
			t.Errorf("%s: exposure %.1f, at most %.1f:\n%s", unit, level, mostExposure, out)
		} else {
			t.Logf("%s: exposure %.1f", unit, level)
		}
	}
}
