package site

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// Every text colour stands out from what it is written on, in light and dark:
// WCAG 2.2, success criterion 1.4.3, level AA.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("templates/site.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`:root\{[^}]*\}`).FindAllString(string(css), -1)
	if len(schemes) != 2 {
		t.Fatalf("%d colour schemes, want light and dark", len(schemes))
	}
	colour := map[string]float64{}
	for _, scheme := range schemes {
		for _, m := range regexp.MustCompile(`--(\w+):#(\w+)`).FindAllStringSubmatch(scheme, -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		if ratio := (max(colour["ink"], colour["glow"]) + 0.05) / (min(colour["ink"], colour["glow"]) + 0.05); ratio < 4.5 {
			t.Errorf("what is marked has a contrast of %.1f in %s", ratio, scheme)
		}
		if ratio := (max(colour["new"], colour["fresh"]) + 0.05) / (min(colour["new"], colour["fresh"]) + 0.05); ratio < 4.5 {
			t.Errorf("what is new has a contrast of %.1f in %s", ratio, scheme)
		}
		for _, ink := range []string{"ink", "soft", "link"} {
			for _, paper := range []string{"paper", "tint"} {
				a, b := colour[ink], colour[paper]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s on %s has a contrast of %.1f in %s", ink, paper, ratio, scheme)
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour in hexadecimal form.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}
