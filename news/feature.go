package news

// Shared is an item that shares features with what was asked for.
type Shared struct {
	Item ItemID
	Lang string // of what is shown of it
	N    int    // how many
	Even int    // how many features it has that are even numbers
}
