package feedout

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

func TestChoose(t *testing.T) {
	all := []form{{coding: "br"}, {coding: "gzip"}, {coding: "identity"}}
	for header, want := range map[string]string{
		"": "identity", "gzip": "gzip", "GZIP": "gzip", "x-gzip": "gzip", "identity": "identity", "deflate, zstd": "identity",
		"br": "br", "gzip, br": "br", "gzip, deflate, br, zstd": "br", "br;q=0.5, gzip;q=0.8": "gzip", "gzip;q=0.5, br;q=0.5": "br",
		"gzip;q=0": "identity", "gzip; q=0.000": "identity", "gzip ; q=0.1": "gzip", "gzip;Q=0": "identity", "gzip; q = 0": "identity",
		"*": "gzip", "*;q=0": "", "gzip;q=0, *": "identity", "*;q=0, gzip": "gzip", "br, *;q=0": "br", "identity, *;q=0": "identity",
		"identity;q=0": "", "identity;q=0, gzip": "gzip", "identity;q=0, *": "gzip", "identity;q=0, deflate": "", "identity;q=0.5, *;q=0": "identity",
		"gzip;q=0.3, identity": "identity", "gzip;q=0.3, identity;q=0.2": "gzip",
		"gzip;q=x": "gzip", "gzip;q=NaN": "gzip", "gzip;q=-1": "gzip", "gzip;q=2": "gzip", "gzip;level=0": "gzip", "gzip;": "gzip",
		";;,,=": "identity", ",gzip,": "gzip", "\tgzip\t": "gzip", "gzipped": "identity",
	} {
		got := ""
		if n := choose([]string{header}, all); n >= 0 {
			got = all[n].coding
		}
		if got != want {
			t.Errorf("Accept-Encoding: %s chooses %q, want %q", header, got, want)
		}
	}
	if n := choose([]string{"br;q=0", "gzip"}, all); n != 1 {
		t.Errorf("two headers choose form %d, want gzip", n)
	}
	if n := choose(nil, all); n != 2 {
		t.Errorf("no header chooses form %d, want the identity", n)
	}
}

// A compressor that was used before makes what a new one makes.
func TestCompressedIsTheSameAgain(t *testing.T) {
	bodies := [][]byte{nil, []byte("<feed/>"), bytes.Repeat([]byte("<entry>A ferry between two towns.</entry>"), 40_000), []byte(strings.Repeat("渡轮", 3000))}
	for coding, fresh := range map[string]func(io.Writer) io.WriteCloser{
		"br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterV2(w, brotliLevel) },
		"gzip": func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzipLevel)
			return z
		},
	} {
		for range 3 {
			for n, body := range bodies {
				var want bytes.Buffer
				z := fresh(&want)
				z.Write(body)
				z.Close()
				if got := compressed(coding, body); !bytes.Equal(got, want.Bytes()) {
					t.Errorf("%s of body %d: %d bytes, a new one makes %d", coding, n, len(got), want.Len())
				}
			}
		}
	}
}
