package news

// Shared is an item that shares features with what was asked for.
type Shared struct {
	Item ItemID
	N    int // how many
}
