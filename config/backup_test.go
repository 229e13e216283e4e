package config

import (
	"strings"
	"testing"

	"chinanews/news"
)

func TestBackupAndRetention(t *testing.T) {
	for text, want := range map[string]struct {
		backup news.BackupPlan
		items  string
	}{
		"":                                   {news.BackupPlan{At: "03:30", Keep: 7}, "0s"},
		"backup: {at: \"\"}\n":               {news.BackupPlan{Keep: 7}, "0s"},
		"backup: {at: \"23:59\", keep: 2}\n": {news.BackupPlan{At: "23:59", Keep: 2}, "0s"},
		"backup: {at: 04:00}\n":              {news.BackupPlan{At: "04:00", Keep: 7}, "0s"},
		"retention: {items: all}\n":          {news.BackupPlan{At: "03:30", Keep: 7}, "0s"},
		"retention: {items: 365d}\n":         {news.BackupPlan{At: "03:30", Keep: 7}, "365d"},
	} {
		cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "words:", text+"words:", 1)), testChecks())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if cfg.Backup != want.backup || cfg.Retention.Items.String() != want.items {
			t.Errorf("%q: %+v, %s; want %+v", text, cfg.Backup, cfg.Retention.Items, want)
		}
	}
}
