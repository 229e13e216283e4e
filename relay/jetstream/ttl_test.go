package jetstream_test

import (
	"testing"
	"testing/quick"
	"time"

	"chinanews/relay/jetstream"
)

// The engine counts whole seconds. A session lives there for no less than a node
// relies on, and for less than a second more.
func TestTTLIsRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1s", time.Millisecond: "1s", time.Second: "1s", 1001 * time.Millisecond: "2s", 2 * time.Second: "2s",
		2490 * time.Millisecond: "3s", 4400 * time.Millisecond: "5s", time.Minute: "1m0s", 24 * time.Hour: "24h0m0s",
	} {
		if got := jetstream.TTL(d); got != want {
			t.Errorf("%s lives for %s, want %s", d, got, want)
		}
	}
	fits := func(ms uint32) bool {
		asked := time.Second + time.Duration(ms)*time.Millisecond
		lives, err := time.ParseDuration(jetstream.TTL(asked))
		return err == nil && lives >= asked && lives < asked+time.Second && lives%time.Second == 0
	}
	if err := quick.Check(fits, nil); err != nil {
		t.Error(err)
	}
}
