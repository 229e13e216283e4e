package page

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/goccy/go-yaml"

	"chinanews/news"
)

// families are the profiles that the program comes with.
func families(t testing.TB) []news.Profile {
	t.Helper()
	text, err := os.ReadFile("../../config/profiles/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var profiles []news.Profile
	if err := json.Unmarshal(asJSON, &profiles); err != nil {
		t.Fatal(err)
	}
	return profiles
}
