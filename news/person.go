package news

import "time"

// User is one who may sit at the desk.
type User struct {
	Name     string // stands beside what they do, for ever
	Password string // its hash: argon2id, in the PHC string format
}

// Session is a browser in which a user is signed in.
type Session struct {
	Key     string    `json:"-"` // SHA-256 of the secret that its cookie holds, in hexadecimal
	User    string    `json:"user"`
	Agent   string    `json:"agent"` // short name of the browser: Firefox on Linux
	Since   time.Time `json:"since"`
	Seen    time.Time `json:"seen"`    // to the hour
	Expires time.Time `json:"expires"` // whatever is done with it until then
	Under   string    `json:"under"`   // digest of the password's hash: with another the session is none
}

// Person is what is remembered of a user beside the configuration.
type Person struct {
	Name  string    `json:"-"`
	Lang  string    `json:"lang,omitempty"`  // of the desk: en or zh; empty: as the browser asks
	Queue string    `json:"queue,omitempty"` // SHA-256 of the token of the queue's feed, in hexadecimal; empty: there is none
	Made  time.Time `json:"made,omitzero"`   // when that token was
	Under string    `json:"under,omitempty"` // digest of the password's hash then: with another the token is none
}

// WithoutToken is the person as one who has no token of the queue's feed.
func (p Person) WithoutToken() Person {
	p.Queue, p.Made, p.Under = "", time.Time{}, ""
	return p
}

// SignIn is that somebody came in, or tried to. Failures of an hour stand
// together.
type SignIn struct {
	User   string    `json:"user,omitempty"` // empty: a name that no user has; what was written may have been a password
	At     time.Time `json:"at"`             // of several, the last
	Agent  string    `json:"agent"`          // of the last
	Failed int       `json:"failed,omitempty"`
}

// PeopleChange is a change of what is remembered of users, made whole or not
// at all. What is unset changes nothing.
type PeopleChange struct {
	End    func(Session) bool // whose sessions end; asked while nothing else is written
	Begin  *Session
	Touch  *Session            // stays as it is given, unless it has ended meanwhile
	Of     string              // whose Person it is that changes
	Person func(Person) Person // is given what is remembered of them
	SignIn *SignIn             // is added; Failed counts further failures of the same hour
}

// SignInsKept is how long it is remembered who signed in.
const SignInsKept = 90 * 24 * time.Hour
