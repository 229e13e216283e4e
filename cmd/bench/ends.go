package main

import "fmt"

// derived are samples of goals that are about the ends of curves.
func derived(all []sample) (list []sample) {
	_, most := outermost(of(all, "start grown"))
	list = ended(list, "start", most, "items", fullItems)
	fewest, most := outermost(of(all, "request grown"))
	for n, s := range most {
		if n < len(fewest) && fewest[n].X < s.X {
			list = ended(list, "serve grown", most[n:n+1], "items", fullItems)
			list[len(list)-1].Limit = fewest[n].Ours
		}
	}
	for key, curve := range map[string]string{"memory of many": "memory grown", "round of many": "round grown"} {
		_, most := outermost(of(all, curve))
		list = ended(list, key, most, "sources", fullSources)
	}
	return list
}

// ended adds what was measured at the end of a curve to what there is of a goal.
func ended(list []sample, key string, end []sample, what string, full float64) []sample {
	for _, s := range end {
		note := fmt.Sprintf("%.0f %s", s.X, what)
		if s.Note != "" {
			note += ", " + s.Note
		}
		list = append(list, sample{Key: key, At: s.At, Ours: s.Ours, Note: note, Small: s.X < full})
	}
	return list
}

// outermost are the samples at the least and at the greatest size.
func outermost(list []sample) (first, last []sample) {
	least, most := each(list, size).spread()
	for _, s := range list {
		if s.X == least {
			first = append(first, s)
		}
		if s.X == most {
			last = append(last, s)
		}
	}
	return first, last
}
