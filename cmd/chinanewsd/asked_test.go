package main

import (
	"bytes"
	"strings"
	"testing"
)

// Help and version come by the words that people try.
func TestHelpAndVersionAreFound(t *testing.T) {
	for line, want := range map[string]string{
		"help": "Usage: chinanewsd <command>", "help edit": "chinanewsd edit", "help edit x hide": "Usage: chinanewsd edit <story> hide",
		"--help": "Usage: chinanewsd <command>", "--version": "chinanewsd " + versionSaid() + "\n", "version": "chinanewsd " + versionSaid() + "\n",
	} {
		var out, stderr bytes.Buffer
		if status := command(t.Context(), strings.Fields(line), &out, &stderr); status != exitDone || !strings.HasPrefix(strings.TrimPrefix(out.String(), "Usage: "), strings.TrimPrefix(want, "Usage: ")) || stderr.Len() > 0 {
			t.Errorf("%s: status %d, %.200s %s", line, status, out.String(), stderr.String())
		}
	}
	var out, stderr bytes.Buffer
	if status := command(t.Context(), []string{"help", "nonsense"}, &out, &stderr); status != exitUsage || !strings.Contains(stderr.String(), "nonsense") {
		t.Errorf("help on what there is not: status %d, %s%s", status, out.String(), stderr.String())
	}
}
