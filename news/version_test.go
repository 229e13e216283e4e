package news

import "testing"

func TestVersions(t *testing.T) {
	i := Item{Revisions: []Revision{{Rev: 1, Class: First}, {Rev: 2, Class: Reread}, {Rev: 3, Class: Fill}, {Rev: 4, Class: Edit}, {Rev: 5, Class: Reread}, {Rev: 6, Class: Slight}}}
	var revs []int
	for _, v := range i.Versions() {
		revs = append(revs, v.Rev)
	}
	if len(revs) != 4 || revs[0] != 1 || revs[1] != 3 || revs[2] != 4 || revs[3] != 6 {
		t.Errorf("versions are revisions %v, want 1 3 4 6", revs)
	}
	for rev, want := range []int{0, 1, 1, 2, 3, 3, 4, 4} {
		if got := i.Version(rev); got != want {
			t.Errorf("revision %d was shown as version %d, want %d", rev, got, want)
		}
	}
}

// A page of an item's history names the item unless its story is named after
// it, and the name leads back to it alone.
func TestHistoryPath(t *testing.T) {
	one, other := NewItemID("a", ByID, "1"), NewItemID("a", ByID, "2")
	short, long := StoryID(one).Address(AddressLength), StoryID(one).Address(AddressLength+3)
	for _, tt := range []struct {
		address string
		item    ItemID
		want    string
	}{
		{short, one, "/stories/" + short + "/versions/1"}, {long, one, "/stories/" + long + "/versions/1"},
		{short, other, "/stories/" + short + "/of/" + StoryID(other).Address(AddressLength) + "/versions/1"},
	} {
		if got := HistoryPath(tt.address, tt.item, "versions/1"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.address, got, tt.want)
		}
	}
	for name, want := range map[string]bool{short: true, long: true, StoryID(other).Address(10): false, "": false, short[:9]: false, long + "00000000000000000000": false, "ünicode-ünicode": false} {
		if one.Named(name) != want {
			t.Errorf("%q means the item: %v, want %v", name, !want, want)
		}
	}
}
