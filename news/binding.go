package news

// Bindings are the ids that rows and feeds had under each permanent name,
// oldest first: the last is the one that a name has, or had when its row was
// last configured.
type Bindings struct {
	Sources map[Origin][]string
	Feeds   map[FeedName][]string
	Private map[FeedName]bool // feeds that were not public when they were last configured
}
