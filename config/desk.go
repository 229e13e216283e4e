package config

import (
	"fmt"
	"slices"
	"strings"

	"chinanews/news"
)

// desk takes who may sit at the editor's desk.
func (d *decoder) desk(v value) {
	v.mapping(keys{"users": takes(func(v value) {
		for _, item := range v.rows() {
			d.user(item)
		}
	})})
}

const longestName = 64 // characters of a user's name

// user takes one of them. What the password is stands in no problem and no
// warning: it may be one that was not hashed.
func (d *decoder) user(item value) {
	var u news.User
	var name, password value
	if !item.mapping(keys{
		"name":     takes(func(v value) { name = v; v.string(&u.Name) }),
		"password": takes(func(v value) { password = v; v.secret(&u.Password) }),
	}) {
		return
	}
	same := func(o news.User) bool { return strings.EqualFold(o.Name, u.Name) }
	switch {
	case name.node == nil || u.Name == "":
		item.bad("a user of the desk has no name", "write name: what is to stand beside all that they do")
	case u.Name != strings.Join(strings.Fields(u.Name), " ") || !printable(u.Name) || len([]rune(u.Name)) > longestName:
		name.bad("this is no name for a user of the desk", fmt.Sprintf("at most %d characters that can be seen, and single spaces", longestName))
	case slices.ContainsFunc(d.config.Users, same):
		name.bad(fmt.Sprintf("two users of the desk are named %s", u.Name), "what is done must say by whom: give each another name")
	}
	d.password(item, password, u)
	d.config.Users = append(d.config.Users, u)
}

func (d *decoder) password(item, at value, u news.User) {
	inFile := at.node != nil && strings.HasPrefix(scalar(at.node), "file:")
	switch {
	case at.node == nil || u.Password == "" && !inFile:
		item.bad(fmt.Sprintf("the user %s of the desk has no password", u.Name), "write password: file:NAME; `chinanewsd hash-password` makes what stands in it")
	case u.Password == "": // said already
	default:
		if err := d.checks.Password(u.Password); err != nil {
			at.bad(err.Error(), "`chinanewsd hash-password` makes one")
		} else if !inFile {
			d.warn(at.node, "the hash of %s's password stands in this file, and so in its backups: keep it in a file of its own, and write password: file:NAME", u.Name)
		}
	}
}
