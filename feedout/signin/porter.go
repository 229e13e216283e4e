package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"chinanews/news"
)

// How long sessions last.
const (
	Longest      = 7 * 24 * time.Hour
	mostIdle     = 12 * time.Hour
	touchEvery   = time.Hour
	mostSessions = 20 // of a user: the one that was not seen for longest goes
)

// mostWaiting bounds the attempts that are being worked out or wait for that.
const mostWaiting = 8

// ErrWrong says that name and password do not belong together, and no more.
var ErrWrong = errors.New("name and password do not belong together")

// ErrBusy says that too many try to sign in at this moment.
var ErrBusy = errors.New("too many are signing in at this moment")

// WaitError says how long one must wait who failed too often.
type WaitError struct{ For time.Duration }

func (e *WaitError) Error() string {
	return fmt.Sprintf("too many failures: wait %s", e.For.Round(time.Second))
}

// Book is what is remembered of users. storage.Ledger is one.
type Book interface {
	Session(key string) (news.Session, bool)
	Sessions() iter.Seq[news.Session]
	Person(name string) news.Person
	People() iter.Seq[news.Person]
	SignIns() []news.SignIn // the newest first
}

// Keeper keeps the book. A change is on disk when it returns.
type Keeper interface {
	Read(ctx context.Context, look func(Book) error) error
	ChangePeople(ctx context.Context, c news.PeopleChange) error
}

// Options are what a Porter works with; all must be set.
type Options struct {
	Users []news.User
	Keep  Keeper
	Now   func() time.Time
}

// Porter lets users in. It is safe for concurrent use.
type Porter struct {
	keep   Keeper
	now    func() time.Time
	users  map[string]user
	nobody hash // whose an unknown name is: it costs as much as a known one
	misses *throttle
	work   chan struct{} // a place for whoever's password is being worked out
	queue  chan struct{} // places for those and who wait for it
}

type user struct {
	hash
	under string // digest of the hash as it is written
}

// Attempt is somebody's try to come in.
type Attempt struct {
	Name, Password string
	Client         string   // where it comes from, which is kept in memory only; empty: nobody knows
	Agent          string   // short name of the browser, as Browser gives it
	Before         []string // secrets of sessions that the browser had, perhaps
}

// New makes a porter. Failures that the book has are counted on. The error is
// that the book cannot be read, or a user's password is no hash.
func New(ctx context.Context, o Options) (*Porter, error) {
	p := &Porter{keep: o.Keep, now: o.Now, users: make(map[string]user), nobody: hash{cost: usual}}
	p.work, p.queue = make(chan struct{}, 1), make(chan struct{}, mostWaiting)
	for _, u := range o.Users {
		h, err := parse(u.Password)
		if err != nil {
			return nil, fmt.Errorf("desk user %s: %w", u.Name, err)
		}
		p.users[u.Name] = user{h, Digest(u.Password)}
	}
	if len(o.Users) > 0 {
		p.nobody.cost = p.users[o.Users[0].Name].cost
	}
	p.nobody.salt, p.nobody.digest = make([]byte, saltLength), make([]byte, digestLength)
	rand.Read(p.nobody.salt)
	loyal := make(map[string]bool)
	for name := range p.users {
		loyal[ofName(name)] = true
	}
	p.misses = &throttle{of: make(map[string]misses), loyal: func(key string) bool { return loyal[key] }}
	return p, p.recall(ctx)
}

// The keys of failures: by the name that was tried, of whatever length, by where
// it was tried from, and by the session that its browser had.
func ofName(name string) string     { return "name " + Digest(name) }
func ofClient(client string) string { return "client " + client }
func ofSession(key string) string   { return "session " + key }

// recall counts on the failures of users that an earlier run has noted. Where
// they came from was not.
func (p *Porter) recall(ctx context.Context) error {
	return p.keep.Read(ctx, func(b Book) error {
		seen := make(map[string]bool)
		for _, in := range b.SignIns() {
			if in.Failed > 0 && !seen[in.User] && in.User != "" {
				p.misses.remember(ofName(in.User), in.Failed, earlier(in.At, p.now()))
			}
			seen[in.User] = true
		}
		return nil
	})
}

// earlier is the earlier of two times: what is noted as of a time to come was
// noted by a clock that was wrong, and must keep nobody out until then.
func earlier(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}

// SignIn lets a user in and returns the secret of a new session, for a cookie.
// The error is ErrWrong, ErrBusy, a WaitError, or that the book cannot be
// written. Whether there is such a user shows in no answer, nor in the time that
// it takes.
func (p *Porter) SignIn(ctx context.Context, a Attempt) (string, error) {
	keys, friend := p.countedBy(ctx, a)
	if !friend { // of whom few attempts are let through at once
		select {
		case p.queue <- struct{}{}:
			defer func() { <-p.queue }()
		default:
			return "", ErrBusy
		}
	}
	if wait := p.misses.enter(p.now(), keys...); wait > 0 {
		return "", &WaitError{wait}
	}
	u, known := p.users[a.Name]
	if !known {
		u.hash = p.nobody
	}
	fits, err := p.fits(ctx, u.hash, a.Password)
	if err != nil {
		return "", err
	}
	if !fits || !known {
		return "", p.wrong(ctx, a, known)
	}
	p.misses.forgive(keys...)
	return p.begin(ctx, a, u)
}

// countedBy are the keys under which an attempt's failure counts. Whoever fails
// on purpose must not keep a user out: a browser in which that user was signed in
// is a friend, and counts for itself.
func (p *Porter) countedBy(ctx context.Context, a Attempt) (keys []string, friend bool) {
	for _, secret := range a.Before {
		if s, ok := p.had(ctx, secret); ok && s.User == a.Name {
			return []string{ofSession(s.Key)}, true
		}
	}
	keys = []string{ofName(a.Name)}
	if a.Client != "" {
		keys = append(keys, ofClient(a.Client))
	}
	return keys, false
}

// fits works out a password, one at a time: each takes much memory.
func (p *Porter) fits(ctx context.Context, h hash, password string) (bool, error) {
	select {
	case p.work <- struct{}{}:
		defer func() { <-p.work }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if len(password) > mostPassword {
		password = "" // and takes as long
	}
	return h.fits(password), nil
}

// wrong notes a failure. A name that is no user's is not noted: it may be a
// password, written into the wrong field.
func (p *Porter) wrong(ctx context.Context, a Attempt, known bool) error {
	in := news.SignIn{At: p.now(), Agent: a.Agent, Failed: 1}
	if known {
		in.User = a.Name
	}
	if err := p.keep.ChangePeople(ctx, news.PeopleChange{SignIn: &in}); err != nil {
		return err
	}
	return ErrWrong
}

func (p *Porter) begin(ctx context.Context, a Attempt, u user) (string, error) {
	now, name := p.now(), secret()
	s := news.Session{Key: Digest(name), User: a.Name, Agent: a.Agent, Since: now, Seen: now, Expires: now.Add(Longest), Under: u.under}
	surplus, err := p.surplus(ctx, a.Name)
	if err != nil {
		return "", err
	}
	err = p.keep.ChangePeople(ctx, news.PeopleChange{
		End:   func(s news.Session) bool { return surplus[s.Key] || !p.lasts(s, now) },
		Begin: &s, SignIn: &news.SignIn{User: a.Name, At: now, Agent: a.Agent},
	})
	return name, err
}
