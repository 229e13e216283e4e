package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chinanews/news"
)

// grant is where a feed says who may read it.
type grant struct {
	access, tokens value // without node where it says nothing
}

// tokenExpr is what a token may be: it stands in addresses.
var tokenExpr = regexp.MustCompile(`^[A-Za-z0-9_-]{20,200}$`)

// grant takes the tokens of a feed that is otherwise complete. What they are
// stands in no problem and no warning.
func (d *decoder) grant(row value, f news.Feed, g grant) {
	switch none := g.tokens.empty(); {
	case f.Public() && !none:
		row.bad(fmt.Sprintf("feed %s has tokens, and anybody may read it", f.ID), "add access: token, or take them out")
	case !f.Public() && none && g.access.node != nil:
		d.warn(g.access.node, "nobody can read feed %s, which has access: token and no tokens: `chinanewsd token` makes one", f.ID)
	}
	if g.tokens.node == nil {
		return
	}
	for _, item := range g.tokens.rows() {
		d.token(item, f)
	}
}

func (d *decoder) token(item value, f news.Feed) {
	t := news.Token{Feed: f.ID}
	var name, secret value
	if !item.mapping(keys{
		"name":  takes(func(v value) { name = v; v.string(&t.Name) }),
		"token": takes(func(v value) { secret = v; v.secret(&t.Secret) }),
	}) {
		return
	}
	same := func(match func(news.Token) bool) bool {
		return slices.ContainsFunc(d.config.Tokens, func(o news.Token) bool { return o.Feed == t.Feed && match(o) })
	}
	switch {
	case name.node == nil || t.Name == "":
		item.bad("a token has no name", "write name: who has it, so that it can be taken back from them")
	case same(func(o news.Token) bool { return o.Name == t.Name }):
		name.bad(fmt.Sprintf("feed %s has two tokens named %s", f.ID, t.Name), "name each after who has it")
	}
	switch {
	case secret.node == nil:
		item.bad("the token of "+t.Name+" has no value", "write token: file:NAME; `chinanewsd token` makes one")
	case t.Secret == "" && strings.HasPrefix(scalar(secret.node), "file:"): // said already
	case !tokenExpr.MatchString(t.Secret):
		secret.bad("this is no token", "write file:NAME; at least 20 letters and digits stand in the file, as `chinanewsd token` makes them")
	case same(func(o news.Token) bool { return o.Secret == t.Secret }):
		secret.bad(fmt.Sprintf("feed %s has the token of %s twice", f.ID, t.Name), "give each reader another: then one can be taken back")
	}
	if secret.node != nil && tokenExpr.MatchString(scalar(secret.node)) {
		d.warn(secret.node, "the token of %s stands in this file, and so in its backups: keep it in a file of its own, and write token: file:NAME", t.Name)
	}
	d.config.Tokens = append(d.config.Tokens, t)
}
