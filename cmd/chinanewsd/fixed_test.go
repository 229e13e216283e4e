package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"chinanews/config"
	"chinanews/news"
)

// stuffed puts something into whatever a value has.
func stuffed(v reflect.Value) {
	if !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for n := range v.NumField() {
			stuffed(v.Field(n))
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	}
}

// The reference says of exactly those keys that they take effect at a restart
// which a reload leaves as they are.
func TestReferenceSaysWhatAReloadLeaves(t *testing.T) {
	var now, file news.Config
	stuffed(reflect.ValueOf(&now).Elem())
	var left, said []string
	for _, w := range keepFixed(&file, now) {
		left = append(left, w.Key)
	}
	for _, k := range config.Reference() {
		if strings.HasSuffix(k.About, "Takes effect at a restart.") {
			said = append(said, k.Path)
		}
	}
	slices.Sort(left)
	slices.Sort(said)
	if len(left) < 5 || !slices.Equal(left, said) {
		t.Errorf("a reload leaves %v; the reference says it of %v", left, said)
	}
}
