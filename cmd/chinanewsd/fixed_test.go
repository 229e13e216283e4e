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

// What differs of a cluster is named, and no secret is told.
func TestReloadNamesWhatDiffersOfACluster(t *testing.T) {
	one := news.Cluster{Node: "news-1", Peers: []string{"127.0.0.1:6222"}, Replicas: 1, Secret: "lantern"}
	two := one
	two.Replicas, two.Secret = 3, "harbour"
	for _, c := range []struct {
		now, file news.Cluster
		want      string
	}{
		{one, one, ""},
		{one, two, "cluster: replicas 3, another secret takes effect at the next start; until then it is replicas 1, the secret"},
		{news.Cluster{}, news.Cluster{Node: "news-1"}, "cluster: node news-1 takes effect at the next start; until then it is no node"},
		{news.Cluster{SessionTTL: 4e9}, news.Cluster{SessionTTL: 2e9}, "cluster: session_ttl 2s takes effect at the next start; until then it is session_ttl 4s"},
		{news.Cluster{Node: "news-1"}, news.Cluster{}, "cluster: no node takes effect at the next start; until then it is node news-1"},
	} {
		file, got := news.Config{Cluster: c.file}, ""
		for _, w := range keepFixed(&file, news.Config{Cluster: c.now}) {
			got += w.String()
		}
		if got != c.want || !reflect.DeepEqual(file.Cluster, c.now) {
			t.Errorf("got %q, want %q; and %+v", got, c.want, file.Cluster)
		}
	}
}
