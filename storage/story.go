package storage

import (
	"errors"
	"fmt"
	"slices"

	"chinanews/news"
)

func (f *folder) stories(r news.Ruling) error {
	for _, s := range r.Stories {
		if err := f.put(s); err != nil {
			return err
		}
	}
	for _, a := range r.Alias {
		if err := f.alias(a); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) story(id news.StoryID) news.Story {
	s, _ := get[news.Story](f.root.Bucket(derivedStories), id[:])
	s.ID = id
	return s
}

func (f *folder) saveStory(s news.Story) error {
	return putRow(f.root.Bucket(derivedStories), s.ID[:], s)
}

// put moves an item into a story, which is made if it is new.
func (f *folder) put(r news.StoryRuling) error {
	var before news.StoryID
	err := f.change(r.Item, func(i *news.Item) { before = i.Story; f.join(i, r.Story, r.Evidence) })
	if err != nil {
		return err
	}
	s := f.story(r.Story)
	was := f.written(s)
	s.Alias = news.StoryID{} // an item that is put into an alias makes it a story of its own again
	if !before.IsZero() && before != r.Story {
		old := f.story(before)
		had := f.written(old)
		own := news.Story{ID: news.StoryID(r.Item)}
		if err := errors.Join(f.mention(f.places(old, old.Feeds), r.Item), f.reprint(own, old.Feeds)); err != nil {
			return err
		}
		f.depart(&old, &s, r.Item)
		if err := errors.Join(f.saveStory(old), f.rewritten(old, had)); err != nil {
			return err
		}
	}
	if r.Address != "" && r.Address != s.Address {
		if err := f.reprint(s, s.Feeds); err != nil {
			return err
		}
		s.Address = r.Address
		if err := put(f.root.Bucket(derivedAddresses), []byte(r.Address), r.Story[:]); err != nil {
			return err
		}
	}
	if !slices.Contains(s.Items, r.Item) {
		s.Items = append(s.Items, r.Item)
	}
	return errors.Join(f.saveStory(s), f.mention(f.places(s, s.Feeds), r.Item), f.rewritten(s, was))
}

// join notes that an item is in another story from now on, and why.
func (f *folder) join(i *news.Item, s news.StoryID, evidence string) {
	if i.Story != s {
		i.Story = s
		i.Joined = append(i.Joined, news.Joining{Story: s, At: f.rec.At, Pos: f.rec.Pos, Evidence: evidence})
	}
}

// alias merges one story into another: its items and its places in feeds are
// the other's; its id and address lead there for ever.
func (f *folder) alias(r news.AliasRuling) error {
	from, to := f.story(r.From), f.story(r.To)
	was, had := f.written(to), f.written(from)
	theirs, ours, guests := f.places(from, from.Feeds), f.places(to, to.Feeds), slices.Clone(to.Items)
	for _, id := range from.Items {
		if err := f.change(id, func(i *news.Item) { f.join(i, r.To, "") }); err != nil {
			return err
		}
		if !slices.Contains(to.Items, id) {
			to.Items = append(to.Items, id)
		}
	}
	for _, name := range from.Feeds {
		if !slices.Contains(to.Feeds, name) {
			to.Feeds = append(to.Feeds, name)
		}
	}
	err := errors.Join(f.mention(ours, from.Items...), f.mention(theirs, guests...))
	from.Items, from.Feeds, from.Alias = nil, nil, r.To
	return errors.Join(err, f.saveStory(from), f.saveStory(to), f.rewritten(to, was), f.rewritten(to, had))
}

// written is what documents show of an editor's words over a story, by feed.
func (f *folder) written(s news.Story) map[news.FeedName]string {
	words := make(map[news.FeedName]string)
	l := &Ledger{tx: f.tx, derived: f.root}
	for _, name := range s.Feeds {
		of := l.Layer(s, name)
		words[name] = fmt.Sprintf("%q", append([]string{of.Text(news.ActRetitle), of.Text(news.ActSummary), of.Text(news.ActNote)}, of.Tags()...))
	}
	return words
}

// rewritten marks where a story stands in the feeds in which an editor's words
// came to it, or went, with its items.
func (f *folder) rewritten(s news.Story, was map[news.FeedName]string) error {
	for name, words := range f.written(s) {
		if before, in := was[name]; !in || before == words {
			continue
		}
		if err := f.reprint(s, []news.FeedName{name}); err != nil {
			return err
		}
	}
	return nil
}

// depart takes an item out of a story, and with it the places in feeds that
// are under its id: they are those of the story that it is in from now on.
func (f *folder) depart(old, now *news.Story, item news.ItemID) {
	old.Items = slices.DeleteFunc(old.Items, func(id news.ItemID) bool { return id == item })
	var left []news.FeedName
	for _, name := range old.Feeds {
		goes := f.member(name, news.StoryID(item))
		if goes && !slices.Contains(now.Feeds, name) {
			now.Feeds = append(now.Feeds, name)
		}
		if !goes || f.carries(name, *old) {
			left = append(left, name)
		}
	}
	old.Feeds = left
}

// resolved is what a story was merged into, or itself.
func (f *folder) resolved(id news.StoryID) news.StoryID {
	for s := f.story(id); !s.Alias.IsZero(); s = f.story(id) {
		id = s.Alias
	}
	return id
}
