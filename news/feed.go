package news

import (
	"net/netip"
	"strings"
)

// Feed is one published feed, as the configuration has it. Every key is
// described in config.yaml.
type Feed struct {
	ID          string   `json:"id"`
	Name        FeedName `json:"name"` // permanent: the first id it ever had
	Was         []string `json:"was,omitempty"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Language    string   `json:"language,omitempty"`
	Languages   []string `json:"languages,omitempty"` // primary subtags taken; empty: Language's own; ["all"]: every one
	Sources     []string `json:"sources,omitempty"`   // ids of the sources it takes, globs and tags resolved; empty: none
	Where       string   `json:"where,omitempty"`
	Limit       int      `json:"limit"`
	Window      Duration `json:"window"`
	Fresh       Duration `json:"fresh"`
	Content     Content  `json:"content"`
	Link        LinkTo   `json:"link"`
	Dates       DatesOf  `json:"dates"`
	Provenance  bool     `json:"provenance"`
	Copyright   string   `json:"copyright,omitempty"`

	OnRemoval OnRemoval `json:"on_removal,omitempty"`
	Hold      bool      `json:"hold,omitempty"`   // an item appears when an editor approves it
	Access    Access    `json:"access,omitempty"` // unset: everybody's
	Digest    string    `json:"digest,omitempty"` // "07:00", Beijing time: one entry a day, made then
	Prefer    string    `json:"prefer,omitempty"` // primary subtag: of siblings it has the one in this language
}

// Access says who may read a feed.
type Access string

// Who may read a feed.
const (
	AccessPublic Access = "public"
	AccessToken  Access = "token"
)

// Public reports whether anybody may read a feed.
func (f Feed) Public() bool { return f.Access != AccessToken }

// LinkTo says where an entry's own link leads.
type LinkTo string

// Where an entry's link leads.
const (
	LinkOriginal LinkTo = "original"
	LinkStory    LinkTo = "story"
)

// DatesOf says which moment an entry is dated by.
type DatesOf string

// The moments an entry can be dated by.
const (
	DatesRelease DatesOf = "release"
	DatesEntered DatesOf = "entered"
)

// OnRemoval says what becomes of an entry whose release is no longer at its
// address.
type OnRemoval string

// What becomes of it. Unset means that it stays and says so.
const (
	RemovalMark OnRemoval = "mark"
	RemovalDrop OnRemoval = "drop" // it leaves the feed until the release is back
)

// Site is who publishes, and where.
type Site struct {
	ID        string   `json:"id"` // identity in entry ids; never an address
	Title     string   `json:"title"`
	BaseURL   string   `json:"base_url,omitempty"` // without trailing slash
	Was       []string `json:"was,omitempty"`
	Language  string   `json:"language"`
	Contact   string   `json:"contact,omitempty"`
	Publisher string   `json:"publisher,omitempty"`
	Links     []Link   `json:"links,omitempty"`
	Icon      string   `json:"icon,omitempty"`

	About      map[string]string `json:"about,omitempty"`       // the publisher's own words, by primary subtag; "": in any language
	Canonical  Canonical         `json:"canonical,omitempty"`   // unset: own
	ShowHealth bool              `json:"show_health,omitempty"` // feed pages say when a source is not well
}

// Canonical is which address search engines are told is that of a release.
type Canonical string

// The addresses it can be.
const (
	CanonicalOwn      Canonical = "own"      // of our page
	CanonicalOriginal Canonical = "original" // of the source's
)

// Path is what stands before the path of every address of the site: that of
// BaseURL, empty where it has none.
func (s Site) Path() string {
	_, host, _ := strings.Cut(s.BaseURL, "://")
	if n := strings.IndexByte(host, '/'); n >= 0 {
		return strings.TrimRight(host[n:], "/")
	}
	return ""
}

// Link is a titled address.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Publication is the part of the configuration that says what is published.
// It is what a config record holds.
type Publication struct {
	Site    Site                `json:"site"`
	Words   map[string][]string `json:"words,omitempty"`
	Sources []Source            `json:"sources"`
	Feeds   []Feed              `json:"feeds"`
}

// Config is the whole configuration.
type Config struct {
	Publication
	File     string    // where it was read
	Included []string  // patterns of further files with rows, as they are written
	Data     string    // data directory
	Listen   string    // public listener
	Admin    string    // admin listener; empty: off
	Fetch    Fetching  // how requests are made
	Profiles []Profile // of site families, the more particular first

	Hub      Hub
	Webhooks []Webhook
	Tokens   []Token
	Users    []User // of the desk; none: it is off
	Unsaid   Unsaid
	Publish  string         // directory that is kept the public site as files; empty: none
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed, for limits only

	Cluster   Cluster // zero: one node
	Backup    BackupPlan
	Retention Retention
	Written   Written
	Warnings  []string // what a person should hear at start, one sentence each
}

// Unsaid is what a configuration says nothing of: it may be the wrong file, or
// half of one. One that says that there is none of it says so: sources: [].
type Unsaid struct{ Sources, Feeds bool }

// BackupPlan is when the record is copied.
type BackupPlan struct {
	At   string // "03:30", by the machine's clock and zone; empty: never
	Keep int    // how many copies stay
}

// Retention is how long what can be done without is kept.
type Retention struct {
	Items    Duration // texts of items that were first seen longer ago go; 0: never
	Captures Duration // answers that came longer ago go, but for evidence; 0: never
}

// Fetching is how requests are made, for all sources.
type Fetching struct {
	Concurrency int
	Hosts       []HostRule // the most specific pattern first; the last is "*"
	Timeout     Duration
	MaxBody     int64 // bytes, decoded
	MaxItems    int   // per listing
	Robots      bool
	Allow       []string // prefixes, host:port or *:port that may be fetched though private
	Proxy       string
	Contact     string // stands in the User-Agent
}

// HostRule is the pace at hosts that match Pattern ("*.mfa.gov.cn", "*").
type HostRule struct {
	Pattern     string
	Connections int
	Delay       Duration
	Retries     int
}

// RuleFor is the pace at a host.
func (f Fetching) RuleFor(host string) HostRule {
	for _, r := range f.Hosts {
		if matchHost(r.Pattern, host) {
			return r
		}
	}
	return HostRule{Pattern: "*", Connections: 1}
}

func matchHost(pattern, host string) bool {
	if pattern == "*" || pattern == host {
		return true
	}
	n := len(pattern)
	return n > 1 && pattern[0] == '*' && len(host) >= n-1 && host[len(host)-n+1:] == pattern[1:]
}
