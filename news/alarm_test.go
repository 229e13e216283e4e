package news

import (
	"testing"
	"time"
)

func TestCertificatesAreLate(t *testing.T) {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ lasts, left time.Duration }{
		{398 * day, 14 * day}, {90 * day, 14 * day}, {56 * day, 14 * day}, {47 * day, 47 * day / 4}, {6 * day, 36 * time.Hour}, {time.Hour, 15 * time.Minute},
	} {
		c := TLSCertificate{From: from, Until: from.Add(tt.lasts)}
		if got := c.Until.Sub(c.Late()); got != tt.left {
			t.Errorf("one of %v is late with %v left, want %v", tt.lasts, got, tt.left)
		}
	}
	if !(TLSCertificate{}).Late().IsZero() {
		t.Error("no certificate is late")
	}
}

// The ids are for ever.
func TestAlarmURN(t *testing.T) {
	a := Alarm{Kind: AlarmSource, About: "office", N: 3, Since: time.Now()}
	for over, want := range map[bool]string{false: "urn:uuid:417ea1fb-a4c3-8d46-8b07-dac2f0431b74", true: "urn:uuid:00de1a23-1b49-8a12-9e6c-4414b6f7adf8"} {
		if got := AlarmURN("s", a, over); got != want {
			t.Errorf("over %v: %s", over, got)
		}
	}
	seen := map[string]bool{HealthURN("s"): true}
	for _, b := range []Alarm{a, {Kind: AlarmSource, About: "office", N: 4}, {Kind: AlarmSource, About: "offic", N: 3}, {Kind: AlarmDisk, N: 3}} {
		for _, over := range []bool{false, true} {
			if id := AlarmURN("s", b, over); seen[id] {
				t.Errorf("%+v, %v: an id of another's", b, over)
			} else {
				seen[id] = true
			}
		}
	}
}
