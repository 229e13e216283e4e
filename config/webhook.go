package config

import (
	"fmt"
	"net/url"
	"slices"

	"chinanews/news"
)

// webhooks takes those who are told of each move in a feed. Whose they are, and
// what may be asked, is known when the whole file is read.
func (d *decoder) webhooks(v value, f *news.Feed) {
	for _, item := range v.rows() {
		var hook news.Webhook
		var at value
		read := item.mapping(keys{
			"url":    takes(func(v value) { at = v; v.url(&hook.URL, false) }),
			"secret": takes(func(v value) { v.secret(&hook.Secret) }),
		})
		switch {
		case !read:
		case at.node == nil:
			item.bad("a webhook has no url", "write url: https://...")
		case hook.Secret == "":
			item.bad("a webhook has no secret", "write secret: file:NAME; what is sent is signed with it")
		}
		if hook.URL != "" {
			d.later = append(d.later, func() { at.webhook(hook, *f) })
		}
	}
}

// webhook adds one that may be told, once a feed.
func (v value) webhook(hook news.Webhook, f news.Feed) {
	hook.Feed = f.ID
	same := func(other news.Webhook) bool { return other.Feed == hook.Feed && other.URL == hook.URL }
	if !f.Public() {
		v.bad(fmt.Sprintf("feed %s is not public, and webhooks are for public feeds", f.ID), "take the webhook out")
	}
	if slices.ContainsFunc(v.config.Webhooks, same) {
		v.bad(fmt.Sprintf("feed %s has a webhook with this address already", f.ID), "take one of them out")
	}
	u, err := url.Parse(hook.URL)
	if err == nil {
		err = v.checks.Outgoing(v.config.Hub.Allow, u)
	}
	if err != nil {
		v.bad(err.Error(), "")
	}
	v.reading.config.Webhooks = append(v.reading.config.Webhooks, hook)
}
