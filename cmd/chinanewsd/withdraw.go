package main

import "chinanews/news"

type withdrawCmd struct {
	Story  string `arg:"" placeholder:"STORY" help:"Address of the story, or of its page; or any name that edit takes."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for readers: it stands in the feeds for 30 days, and on the story's page."`
	Erase  bool   `help:"Destroy its texts and captures too. There is no way back."`
	hand
}

// Run withdraws a story: in the daemon that holds the record, else in the
// record itself.
func (c withdrawCmd) Run(t *terminal) error {
	return t.act(c.hand, wish{Story: c.Story, Act: news.ActWithdraw, Args: news.Args{Reason: c.Reason, Erase: c.Erase}})
}
