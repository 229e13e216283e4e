package cluster

import (
	"chinanews/news"
	"chinanews/storage"
	"context"
	"time"
)

// ascend makes a node that has partition 0 fit to rule: it follows what was
// said before, and makes good what the ruler before it had no time for.
func (r *reign) ascend(ctx context.Context) error {
	if err := r.catchUp(ctx); err != nil || r.Pending == nil {
		return err
	}
	var lost []news.Task
	err := r.Store.View(ctx, func(l *storage.Ledger) (err error) {
		lost, err = r.lost(l)
		return err
	})
	if err != nil {
		return err
	}
	return r.save(ctx, news.Decision{Tasks: lost})
}

// How far back a new ruler looks for tasks: farther than a ruler may be ahead of
// them.
const (
	lastRulings = 4 * unshared
	lately      = 10 * time.Minute
)

// lost are the tasks that items of the last rulings should have, and nobody
// has shared.
func (r *reign) lost(l *storage.Ledger) (tasks []news.Task, err error) {
	items, err := ruledOn(l)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	known := make(map[string]bool)
	for t := range l.Tasks() {
		known[t.Name()] = true
	}
	for _, id := range items {
		i, ok := l.Item(id)
		if !ok {
			continue
		}
		for _, t := range r.Pending(l, i) {
			if !known[t.Name()] {
				known[t.Name()] = true
				tasks = append(tasks, t)
			}
		}
	}
	return tasks, nil
}

// ruledOn are the items of the last rulings.
func ruledOn(l *storage.Ledger) (items []news.ItemID, err error) {
	rulings := 0
	for pos := l.Next() - 1; pos > 0 && rulings < lastRulings; pos-- {
		f, err := l.Fact(pos)
		if err != nil {
			return nil, err
		}
		if l.At().Sub(f.At) > lately {
			break
		}
		if f.Ruling != nil {
			rulings++
			items = append(items, itemsIn(*f.Ruling)...)
		}
	}
	return items, nil
}

// itemsIn are the items that a ruling is about.
func itemsIn(r news.Ruling) (items []news.ItemID) {
	for _, i := range r.Items {
		items = append(items, i.Item)
	}
	for _, s := range r.States {
		items = append(items, s.Item)
	}
	for _, s := range r.Stories {
		items = append(items, s.Item, news.ItemID(s.Story))
	}
	for _, m := range r.Removal {
		items = append(items, m.Item)
	}
	for _, e := range r.Enter {
		items = append(items, e.Lead, news.ItemID(e.Story))
	}
	for _, u := range r.Updated {
		items = append(items, news.ItemID(u.Story))
	}
	return items
}
