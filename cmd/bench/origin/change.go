package origin

import "time"

// Change has a share of the feeds change, as of a round: each publishes one to
// three releases, and three in ten of these feeds change one of their newest
// eight, too. It says how many feeds changed.
func (w *Web) Change(round int, share float64) (changed int) {
	for n := range w.feeds {
		r := newRandom(w.Seed, 7, uint64(n), uint64(round))
		if r.likely(share) {
			w.change(n, &r, w.Base.Add(time.Duration(round)*time.Minute))
			changed++
		}
	}
	return changed
}

func (w *Web) change(n int, r *random, at time.Time) {
	f := w.feeds[n]
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.likely(0.3) {
		f.versions[f.end-1-r.below(min(8, f.end-f.low))]++
	}
	f.publish(r.between(1, 3), at)
}

// Publish has a feed publish some more releases.
func (w *Web) Publish(n, releases int) {
	f := w.feeds[n]
	f.mu.Lock()
	defer f.mu.Unlock()
	f.publish(releases, f.modified.Add(time.Minute))
}

// publish adds releases and takes the oldest off the list.
func (f *feed) publish(releases int, at time.Time) {
	f.end += releases
	f.low = max(f.low, f.end-f.window)
	f.document = document{modified: at}
}
