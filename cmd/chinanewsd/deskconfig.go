package main

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// configured says what a config record changed of the one before it.
func configured(l *storage.Ledger, r storage.Record, e *desk.Event) error {
	var now, before struct {
		news.Publication
		Who string
	}
	if err := json.Unmarshal(r.Body, &now); err != nil {
		return err
	}
	e.Who = now.Who
	for older := range l.Journal(r.Pos) {
		if older.Kind != "config" {
			continue
		}
		if err := json.Unmarshal(older.Body, &before); err != nil {
			return err
		}
		e.Changes = configChanges(before.Publication, now.Publication)
		break
	}
	return nil
}

// configChanges are what two publications differ in, rows by their ids.
func configChanges(before, now news.Publication) (list []desk.ConfigChange) {
	if keys := changedKeys(fields(before.Site), fields(now.Site)); len(keys) > 0 {
		list = append(list, desk.ConfigChange{Of: "site", How: "changed", Keys: keys})
	}
	words := func(p news.Publication) map[string]any {
		all := make(map[string]any)
		for name, list := range p.Words {
			all[name] = map[string]any{"": list}
		}
		return all
	}
	sources := func(p news.Publication) map[string]any {
		all := make(map[string]any)
		for _, s := range p.Sources {
			all[s.ID] = fields(s)
		}
		return all
	}
	feeds := func(p news.Publication) map[string]any {
		all := make(map[string]any)
		for _, f := range p.Feeds {
			all[f.ID] = fields(f)
		}
		return all
	}
	list = append(list, rowChanges("words", words(before), words(now))...)
	list = append(list, rowChanges("source", sources(before), sources(now))...)
	return append(list, rowChanges("feed", feeds(before), feeds(now))...)
}

// rowChanges are what rows of one kind differ in, by their names.
func rowChanges(of string, before, now map[string]any) (list []desk.ConfigChange) {
	all := maps.Clone(before)
	maps.Copy(all, now)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, had := before[name].(map[string]any)
		is, has := now[name].(map[string]any)
		switch {
		case !had:
			list = append(list, desk.ConfigChange{Of: of, Name: name, How: "added"})
		case !has:
			list = append(list, desk.ConfigChange{Of: of, Name: name, How: "removed"})
		case !reflect.DeepEqual(was, is):
			list = append(list, desk.ConfigChange{Of: of, Name: name, How: "changed", Keys: changedKeys(was, is)})
		}
	}
	return list
}

// changedKeys are the keys whose values are not the same, except for the names
// that the program gives.
func changedKeys(before, now map[string]any) (keys []string) {
	all := maps.Clone(before)
	maps.Copy(all, now)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if key != "" && !reflect.DeepEqual(before[key], now[key]) {
			keys = append(keys, key)
		}
	}
	return keys
}

// fields are a value's as JSON has them: their names are those of config.yaml.
func fields(v any) (all map[string]any) {
	text, err := json.Marshal(v)
	if err == nil {
		json.Unmarshal(text, &all) // an object, since v is a struct
	}
	return all
}
