package fetcher

import "chinanews/news"

// maxSight is the size above which a listing's page is not kept to compare with.
const maxSight = 4 << 20

// sight is a page of a listing that may be kept.
func sight(task news.Task, utf8 []byte) []byte {
	if task.Kind != news.TaskListing || task.Page.Further() || len(utf8) > maxSight {
		return nil
	}
	return utf8
}

// learn compares a good listing with what the source usually gives, learns
// from it, and decides whether its page is worth keeping.
func learn(b *news.Batch, src news.Source, task news.Task, utf8 []byte) {
	if task.Kind != news.TaskListing || task.Page.Further() {
		return
	}
	habit := task.State.Habit
	again := task.State.Reader == b.Reader
	if !again {
		habit = habit.Anew()
	}
	if b.Condition == news.OK && habit.Few(len(b.Entries)) {
		b.Condition = news.Thin
		b.Warnings = append(b.Warnings, news.FewWords(len(b.Entries), habit.Yield))
	}
	if b.Condition == news.OK && habit.Undated(b.Entries) {
		b.Condition = news.UnreadableDates
		b.Warnings = append(b.Warnings, news.UndatedWords)
	}
	b.State.Habit = habit.Learn(*b, len(utf8))
	set := setOf(b.Entries)
	if again && set == task.State.Set && task.State.Condition == b.Condition || kindOf(src, utf8) == news.KindFeed {
		b.Seen = nil
	}
	if b.Condition != news.Thin { // entries that come back after it are not new
		b.State.Set = set
	}
}
