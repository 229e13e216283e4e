package signin

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"chinanews/news"
)

// memory is a keeper without a disk.
type memory struct {
	mu       sync.Mutex
	sessions map[string]news.Session
	people   map[string]news.Person
	signIns  []news.SignIn
	broken   error
}

func newMemory() *memory {
	return &memory{sessions: make(map[string]news.Session), people: make(map[string]news.Person)}
}

func (m *memory) Read(_ context.Context, look func(Book) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	return look(page{m})
}

func (m *memory) ChangePeople(_ context.Context, c news.PeopleChange) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	if c.End != nil {
		maps.DeleteFunc(m.sessions, func(_ string, s news.Session) bool { return c.End(s) })
	}
	if c.Begin != nil {
		m.sessions[c.Begin.Key] = *c.Begin
	}
	if c.Touch != nil {
		if _, there := m.sessions[c.Touch.Key]; there {
			m.sessions[c.Touch.Key] = *c.Touch
		}
	}
	if c.Person != nil {
		who := m.people[c.Of]
		who.Name = c.Of
		m.people[c.Of] = c.Person(who)
	}
	if c.SignIn != nil {
		m.signIns = append(m.signIns, *c.SignIn)
	}
	return nil
}

// page is the book while it is locked.
type page struct{ m *memory }

func (p page) Session(key string) (news.Session, bool) { s, ok := p.m.sessions[key]; return s, ok }
func (p page) Sessions() iter.Seq[news.Session]        { return maps.Values(p.m.sessions) }
func (p page) Person(name string) news.Person          { return p.m.people[name] }
func (p page) People() iter.Seq[news.Person]           { return maps.Values(p.m.people) }
func (p page) SignIns() []news.SignIn {
	out := slices.Clone(p.m.signIns)
	slices.Reverse(out)
	return out
}

// hall is a porter with a book and a clock.
type hall struct {
	*testing.T
	*Porter
	book *memory
	now  time.Time
}

// cheaply hashes so that many guesses take no time.
func cheaply(password string) string {
	h := hash{cost: cost{64, 1, 1}, salt: []byte("a salt of a test")}
	h.digest = h.of(password, 32)
	return h.String()
}

func member(name, password string) news.User {
	return news.User{Name: name, Password: cheaply(password)}
}

// newHall has Li Wei and Ann Bell in it.
func newHall(t *testing.T) *hall {
	h := &hall{T: t, book: newMemory(), now: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}
	h.open(member("Li Wei", "the tea is getting cold"), member("Ann Bell", "four red bicycles here"))
	return h
}

// open starts the house, perhaps again.
func (h *hall) open(users ...news.User) {
	h.Helper()
	p, err := New(h.Context(), Options{Users: users, Keep: h.book, Now: func() time.Time { return h.now }})
	if err != nil {
		h.Fatal(err)
	}
	h.Porter = p
}

func (h *hall) try(name, password, client string) (string, error) {
	return h.SignIn(h.Context(), Attempt{Name: name, Password: password, Client: client, Agent: "Firefox on Linux"})
}

// in signs in and returns the secret.
func (h *hall) in(name, password string) string {
	h.Helper()
	secret, err := h.try(name, password, "203.0.113.7")
	if err != nil {
		h.Fatal(err)
	}
	return secret
}

// holds reports whether a secret opens a session of a user.
func (h *hall) opens(secret, name string) bool {
	s, _, ok := h.Session(h.Context(), secret)
	return ok && s.User == name
}
