package config

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"chinanews/news"
)

// Filling are the profiles that fill what a row leaves open: that of its
// listing and that of its articles. The zero value is none.
type Filling struct{ List, Article news.Profile }

// of is the profile that fills what stands under a key of a row.
func (f Filling) of(key string) news.Profile {
	if key == "list" || key == "pages" || f.Article.Name == "" && key != "article" {
		return f.List
	}
	return f.Article
}

// Effective writes a source as a row in full that loads again as the same
// source, each key with a comment that says where its value comes from:
// written is what Config.Written has of it. Headers are named and not shown:
// they may be secrets.
func Effective(w io.Writer, src news.Source, written map[string]string, f Filling) error {
	l := &lines{written: written, filling: f}
	l.fields("", reflect.ValueOf(src), reflect.Value{})
	_, err := io.WriteString(w, l.aligned())
	return err
}

// lines are keys and values, and where they come from.
type lines struct {
	written map[string]string
	filling Filling
	text    []string
	from    []string
}

// omitted are fields of a source that are no keys of a row.
var omitted = []string{"", "-", "origin"}

// fields writes the fields of a struct that hold something, those of the
// profile where the row's are empty.
func (l *lines) fields(path string, row, profile reflect.Value) {
	for i := range row.NumField() {
		key, _, _ := strings.Cut(row.Type().Field(i).Tag.Get("json"), ",")
		if path == "" && row.Type().Field(i).Name == "Headers" {
			key = "headers"
		}
		if slices.Contains(omitted, key) {
			continue
		}
		from := profile
		if path == "" {
			from = reflect.ValueOf(l.filling.of(key))
		}
		l.field(path+key, key, row.Field(i), namesake(from, key))
	}
}

// namesake is a profile's field under the same key, else nothing.
func namesake(profile reflect.Value, key string) reflect.Value {
	if !profile.IsValid() || key == "name" {
		return reflect.Value{}
	}
	for i := range profile.NumField() {
		if name, _, _ := strings.Cut(profile.Type().Field(i).Tag.Get("json"), ","); name == key {
			return profile.Field(i)
		}
	}
	return reflect.Value{}
}

func (l *lines) field(path, key string, row, profile reflect.Value) {
	indent := strings.Repeat("  ", strings.Count(path, "."))
	if names, ok := row.Interface().(news.Names); ok {
		row = reflect.ValueOf(names.ByTag())
	}
	switch row.Kind() {
	case reflect.Struct:
		at := len(l.text)
		l.add(indent+key+":", "")
		if l.fields(path+".", row, profile); len(l.text) == at+1 {
			l.text, l.from = l.text[:at], l.from[:at]
		}
		return
	case reflect.Map:
		l.entries(path, indent, row)
		return
	}
	from, set := l.written[path]
	switch {
	case !row.IsZero() || set:
		l.add(indent+key+": "+flow(row), cmp.Or(from, "default"))
	case profile.IsValid() && !profile.IsZero():
		top, _, _ := strings.Cut(path, ".")
		l.add(indent+key+": "+flow(profile), "profile "+l.filling.of(top).Name)
	}
}

// entries writes a mapping of names.
func (l *lines) entries(path, indent string, m reflect.Value) {
	if m.Len() == 0 {
		return
	}
	if only := m.MapIndex(reflect.ValueOf("")); only.IsValid() && m.Len() == 1 {
		l.add(indent+path+": "+flow(only), l.written[path])
		return
	}
	l.add(indent+path+":", "")
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		shown := flow(m.MapIndex(k))
		if path == "headers" {
			shown = "(not shown)"
		}
		l.add(indent+"  "+k.String()+": "+shown, l.written[path+"."+k.String()])
	}
}

func (l *lines) add(text, from string) {
	l.text, l.from = append(l.text, text), append(l.from, from)
}

// column is where comments stand, unless the line is longer.
const column = 56

func (l *lines) aligned() string {
	var b strings.Builder
	for i, text := range l.text {
		if b.WriteString(text); l.from[i] != "" {
			b.WriteString(strings.Repeat(" ", max(2, column-width(text))) + "# " + l.from[i])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// width is how many columns a text takes on a terminal, Chinese two a letter.
func width(text string) int {
	n := 0
	for _, r := range text {
		if n++; r >= 0x2e80 {
			n++
		}
	}
	return n
}

// flow is a value as YAML on one line.
func flow(v reflect.Value) string {
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return s.String()
	}
	switch v.Kind() {
	case reflect.String:
		return quoted(v.String())
	case reflect.Slice, reflect.Array:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = flow(v.Index(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v.Interface())
}

// plainExpr is text that YAML reads as the text that it is, in every place.
var plainExpr = regexp.MustCompile(`^[A-Za-z/\p{Han}][-A-Za-z0-9/_.+()\p{Han} ]*(:[-A-Za-z0-9/_.+?=&%]+)*$`)

// quoted is a text as YAML. Texts of a configuration have no control
// characters.
func quoted(s string) string {
	if plainExpr.MatchString(s) && strings.TrimSpace(s) == s && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
