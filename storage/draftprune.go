package storage

import (
	"context"
	"slices"
	"time"

	"chinanews/news"
)

// draftErasure is the prune that destroys what is there of a story that was
// withdrawn with all that was said in it, as a message. Each node that follows it
// destroys its own captures too, which the message does not name. It takes more
// texts along than the story is known to have. A story that was merged meanwhile
// is erased as what it is now.
func (l *Ledger) draftErasure(id news.StoryID, who string, more []news.TextAt) ([]byte, error) {
	story, ok := l.Story(id)
	if !ok {
		story.ID = id
	}
	r, err := l.remains(story)
	if err != nil {
		return nil, err
	}
	for _, t := range more {
		if !slices.Contains(r.texts, t) {
			r.texts = append(r.texts, t)
		}
	}
	return draftJSON(kindPrune, news.Prune{Texts: r.texts, Story: story.ID, Why: news.ByErasure, Who: who})
}

// DraftPrune is PruneTexts for a record that follows a log: a part of it, from
// the end of the one before; the first part has no after. What it drafts must be
// followed before it is asked for the next.
func (s *Store) DraftPrune(ctx context.Context, before time.Time, after []byte, standing func(*Ledger) map[news.ItemID]bool, who string) (p PruneDraft, err error) {
	err = s.View(ctx, func(l *Ledger) error {
		used := standing(l)
		old, next := l.withTexts(before, after, used)
		texts := l.pruned(old, used)
		p = PruneDraft{Next: next, Texts: len(texts)}
		if len(texts) == 0 {
			return nil
		}
		p.Message, err = draftJSON(kindPrune, news.Prune{Texts: texts, Why: news.ByRetention, Who: who})
		return err
	})
	return p, err
}

// PruneDraft is a part of a pruning.
type PruneDraft struct {
	Message []byte // nil: this part has nothing to take
	Texts   int    // that it takes
	Next    []byte // where the next part begins; nil: there is none
}
