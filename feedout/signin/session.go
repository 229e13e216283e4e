package signin

import (
	"cmp"
	"context"
	"crypto/subtle"
	"slices"
	"time"

	"chinanews/news"
)

// holds reports whether a session is one still: its user is there, with the
// password that it began under, and it was used not long ago, by this clock.
func (p *Porter) holds(s news.Session, now time.Time) bool {
	idle := now.Sub(s.Seen)
	return p.lasts(s, now) && idle < mostIdle && idle > -touchEvery
}

// lasts reports whether a session may be remembered: also when nobody has used it
// for long, it tells a browser that its user knows.
func (p *Porter) lasts(s news.Session, now time.Time) bool {
	u, there := p.users[s.User]
	return there && s.Under == u.under && now.Before(s.Expires)
}

// had is the session that a secret opens, or opened until nobody used it.
func (p *Porter) had(ctx context.Context, secret string) (s news.Session, ok bool) {
	err := p.keep.Read(ctx, func(b Book) error { s, ok = b.Session(Digest(secret)); return nil })
	return s, err == nil && ok && p.lasts(s, p.now())
}

// Session is the one that a cookie's secret opens, with what is remembered of
// its user; false: none.
func (p *Porter) Session(ctx context.Context, secret string) (s news.Session, who news.Person, ok bool) {
	if secret == "" {
		return s, who, false
	}
	err := p.keep.Read(ctx, func(b Book) error {
		s, ok = b.Session(Digest(secret))
		who = b.Person(s.User)
		return nil
	})
	if err != nil || !ok || !p.holds(s, p.now()) {
		return news.Session{}, news.Person{}, false
	}
	if !p.reads(who) {
		who = who.WithoutToken()
	}
	return s, who, true
}

// Used notes that a session is in use, once an hour: it lasts on. Where that
// cannot be noted it ends sooner, and no more.
func (p *Porter) Used(ctx context.Context, s news.Session) {
	if now := p.now(); now.Sub(s.Seen) >= touchEvery {
		s.Seen = now
		p.keep.ChangePeople(ctx, news.PeopleChange{Touch: &s})
	}
}

// Sessions are those of a user that hold, the one that was used last first.
func (p *Porter) Sessions(ctx context.Context, name string) (list []news.Session, err error) {
	now := p.now()
	err = p.keep.Read(ctx, func(b Book) error {
		for s := range b.Sessions() {
			if s.User == name && p.holds(s, now) {
				list = append(list, s)
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b news.Session) int {
		return cmp.Or(b.Seen.Compare(a.Seen), b.Since.Compare(a.Since), cmp.Compare(a.Key, b.Key))
	})
	return list, err
}

// surplus are the keys of sessions that go when another of a user's begins.
func (p *Porter) surplus(ctx context.Context, name string) (map[string]bool, error) {
	list, err := p.Sessions(ctx, name)
	keys := make(map[string]bool)
	for n, s := range list {
		if n >= mostSessions-1 {
			keys[s.Key] = true
		}
	}
	return keys, err
}

// SignOut ends a session, or, everywhere, all of its user, and their token of the
// queue's feed.
func (p *Porter) SignOut(ctx context.Context, s news.Session, everywhere bool) error {
	if !everywhere {
		return p.keep.ChangePeople(ctx, news.PeopleChange{End: func(o news.Session) bool { return o.Key == s.Key }})
	}
	return p.keep.ChangePeople(ctx, news.PeopleChange{
		End: func(o news.Session) bool { return o.User == s.User },
		Of:  s.User, Person: news.Person.WithoutToken,
	})
}

// Speak has the desk speak a language to a user from now on: en or zh.
func (p *Porter) Speak(ctx context.Context, name, lang string) error {
	return p.keep.ChangePeople(ctx, news.PeopleChange{Of: name, Person: func(who news.Person) news.Person {
		who.Lang = lang
		return who
	}})
}

// NewQueueToken makes a token for the queue's feed in the place of the one that
// a user has. It cannot be had again, and ends with the password, as sessions do.
func (p *Porter) NewQueueToken(ctx context.Context, name string) (string, error) {
	token, now := secret(), p.now()
	return token, p.keep.ChangePeople(ctx, news.PeopleChange{Of: name, Person: func(who news.Person) news.Person {
		who.Queue, who.Made, who.Under = Digest(token), now, p.users[name].under
		return who
	}})
}

// DropQueueToken takes the token back that a user has.
func (p *Porter) DropQueueToken(ctx context.Context, name string) error {
	return p.keep.ChangePeople(ctx, news.PeopleChange{Of: name, Person: news.Person.WithoutToken})
}

// reads reports whether the token that somebody has of the queue's feed is one
// still: they are a user, with the password that it was made under.
func (p *Porter) reads(who news.Person) bool {
	u, there := p.users[who.Name]
	return there && who.Queue != "" && who.Under == u.under
}

// Reader is whose a token of the queue's feed is, while they are a user and have
// the password that they made it with; false: nobody's. All tokens are compared, and whole.
func (p *Porter) Reader(ctx context.Context, token string) (who news.Person, ok bool) {
	key := []byte(Digest(token))
	err := p.keep.Read(ctx, func(b Book) error {
		for one := range b.People() {
			if p.reads(one) && subtle.ConstantTimeCompare(key, []byte(one.Queue)) == 1 {
				who, ok = one, true
			}
		}
		return nil
	})
	return who, ok && err == nil && token != ""
}
