package likeness

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"chinanews/news"
)

// FuzzSame: any two texts are compared, either way with the same answer.
func FuzzSame(f *testing.F) {
	for _, lang := range []string{"en", "zh"} {
		for _, p := range pairs(f, lang) {
			f.Add(p.a.Title, p.a.Summary, p.b.Title, p.b.Summary, int64(3600))
		}
	}
	f.Add("", "", "", "", int64(0))
	f.Add("a", "-", "０５", "1,000,000.5.5..", int64(-1))
	f.Add("U.S.'s", "per cent per cent cent", "（", "新华社北京5月6日电", int64(1<<40))
	f.Fuzz(func(t *testing.T, titleA, textA, titleB, textB string, seconds int64) {
		day := news.Date{Precision: news.Day, Time: time.Unix(1_700_000_000, 0).UTC()}
		minute := news.Date{Precision: news.Minute, Zone: "+08:00", Time: time.Unix(1_700_000_000+seconds%(1<<32), 0).UTC()}
		a := Of(news.Entry{Title: titleA, Summary: textA, Date: day})
		b := Of(news.Entry{Title: titleB, HTML: textB, Date: minute})
		forth, sameForth := Same(a, b)
		back, sameBack := Same(b, a)
		if sameForth != sameBack || !reflect.DeepEqual(forth, back) || forth.String() != back.String() {
			t.Errorf("one way %v, %v; the other %v, %v", sameForth, forth, sameBack, back)
		}
		if sameForth != (forth.Why == "") {
			t.Errorf("same is %v, for %q", sameForth, forth.Why)
		}
		Same(a, a)
		for _, text := range []*Text{a, b} {
			if features := text.Features(); len(features) > mostFeatures || !slices.IsSorted(features) {
				t.Errorf("%d features", len(features))
			}
		}
	})
}
