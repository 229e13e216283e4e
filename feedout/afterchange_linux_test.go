package feedout

import (
	"syscall"
	"testing"
)

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkAfterChange is what the press does after a release entered a feed of
// 50: it makes every format, and compresses it. A machine that others use says
// little by the clock, so it counts the processor's time too.
func BenchmarkAfterChange(b *testing.B) {
	all := releases(100)
	measure := func(name string, do func(Document)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			docs := make([]Document, 100)
			for n := range docs {
				docs[n] = busy(all, n)
			}
			do(docs[len(docs)-1]) // the one before the first
			start := cpu()
			for n := 0; b.Loop(); n++ {
				do(docs[n%len(docs)])
			}
			b.ReportMetric((cpu()-start)/float64(b.N), "cpu-ns/op")
		})
	}
	edition := new(Edition)
	measure("render", func(d Document) { edition.Render(d, formats...) })
	measure("render anew", func(d Document) { new(Edition).Render(d, formats...) })
	for _, coding := range []string{"gzip", "br"} {
		for _, f := range formats {
			body, _ := Render(busy(all, 0), f)
			measure(coding+"/"+string(f), func(Document) { compressed(coding, body) })
			b.Logf("%s %s %d %d", coding, f, len(body), len(compressed(coding, body)))
		}
	}
	shelf := NewShelf()
	measure("whole", func(d Document) {
		bodies, _ := edition.Render(d, formats...)
		for n, f := range formats {
			shelf.Put(string(f), Sheet{Body: bodies[n], ContentType: f.ContentType(), Modified: noon})
		}
	})
}
