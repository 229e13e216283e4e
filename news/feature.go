package news

// Shared is an item that shares features with what was asked for.
type Shared struct {
	Item     ItemID
	Lang     string   // of what is shown of it
	N        int      // how many
	Features []uint64 // all that it has, sorted
}
