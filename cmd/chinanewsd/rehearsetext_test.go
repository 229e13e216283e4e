package main

import "testing"

// Of one thing is said what it does, of several what they do.
func TestRehearsedInNumber(t *testing.T) {
	one := []moveSaid{{Story: "a", Title: "A"}}
	for _, tt := range []struct {
		r    rehearsed
		want string
	}{
		{rehearsed{Feed: "all", Gains: one, Losses: one, Stays: 1}, "all: 1 story enters, 1 leaves, 1 stays\n"},
		{rehearsed{Feed: "all", Stays: 7}, "all: 0 stories enter, 0 leave, 7 stay\n"},
		{rehearsed{Feed: "all", Change: changeNew, Gains: one, Waits: one}, "all: a new feed: 1 story is its first contents, 1 begins to wait for an approval\n"},
		{rehearsed{Feed: "all", Change: changeNew, Gains: append(one, one...)}, "all: a new feed: 2 stories are its first contents\n"},
	} {
		p := &sheet{}
		p.rehearsed(tt.r, false)
		if got := p.String(); len(got) < len(tt.want) || got[:len(tt.want)] != tt.want {
			t.Errorf("it says %q, want %q first", got, tt.want)
		}
	}
}
