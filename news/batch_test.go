package news

import "testing"

// A date alone does not tell an answer from all others: by that no look asks.
func TestKeptHasATag(t *testing.T) {
	for _, c := range []struct{ state, want FetchState }{
		{FetchState{}, FetchState{}},
		{FetchState{Capture: "c", LastModified: "yesterday"}, FetchState{}},
		{FetchState{Capture: "c", ETag: "7"}, FetchState{Capture: "c", ETag: "7"}},
		{FetchState{Capture: "c", ETag: "7", LastModified: "yesterday"}, FetchState{Capture: "c", ETag: "7", LastModified: "yesterday"}},
	} {
		if got, want := c.state.Kept(), (Kept{c.want.Capture, c.want.ETag, c.want.LastModified}); got != want {
			t.Errorf("of %+v is kept %+v, want %+v", c.state, got, want)
		}
	}
}
