package news

import "time"

// TaskKind says what a request is for.
type TaskKind string

// The kinds of task. A decide task asks nothing of anybody: it is a moment at
// which something follows from the record.
const (
	TaskListing TaskKind = "listing"
	TaskArticle TaskKind = "article"
	TaskLook    TaskKind = "look"
	TaskDecide  TaskKind = "decide"
)

// Task is one document to ask for, or one moment to decide at.
type Task struct {
	Kind   TaskKind  `json:"kind"`
	Source Origin    `json:"source"`
	URL    string    `json:"url,omitempty"`
	Item   ItemID    `json:"item,omitzero"`
	Story  StoryID   `json:"story,omitzero"` // of a decision on a story as a whole; Item is its first
	Due    time.Time `json:"due"`
	Tries  int       `json:"tries,omitempty"` // how often it was tried in vain
	Round  int       `json:"round,omitempty"` // of a look: how many there were before
	Last   time.Time `json:"last,omitzero"`   // of a look: when the page was last found
	Listed Entry     `json:"listed,omitzero"` // of an article or look: what the listing said
	Feed   FeedName  `json:"feed,omitempty"`  // of a decision on a feed's digest; Source and Item are unset
	Beside ItemID    `json:"beside,omitzero"` // of a look made as a witness: the item that was missed on the same site
	Page   Page      `json:"page,omitzero"`   // of a listing: which of its further pages
	Kept   Kept      `json:"kept,omitzero"`   // of a look: what the page's last good answer came with

	State FetchState `json:"-"` // of a listing: what the last answer left behind; of a look: that which the item is shown by
	Text  string     `json:"-"` // of a look: the markup of the release as it is shown
	Older []Capture  `json:"-"` // of a look: the pages of the last reading, when another reader made it
}

// Page is one of the pages on which a listing goes on; the zero Page is the
// listing itself. Such pages belong to a poll of it: they are no polls of their
// own, and say nothing of how the source is.
type Page struct {
	N       int     `json:"n"`  // in its address
	Of      string  `json:"of"` // the listing's own address, that Pages.Pattern is resolved against
	Verdict Verdict `json:"verdict"`
}

// Kept are the validators of an answer, and what they are of (RFC 9110, section
// 8.8). The zero Kept has none.
type Kept struct {
	Capture      string `json:"capture"` // SHA-256 of the answer
	ETag         Octets `json:"etag,omitempty"`
	LastModified Octets `json:"last_modified,omitempty"`
}

// Kept are the validators of the last good answer, if they tell it from all others:
// a date alone does not. Of a page that is gone, a site may show an older one.
func (s FetchState) Kept() Kept {
	if s.ETag == "" {
		return Kept{}
	}
	return Kept{s.Capture, s.ETag, s.LastModified}
}

// Further reports whether a page is not the listing itself.
func (p Page) Further() bool { return p.Of != "" }

// Verdict is how the unknown entries of a listing enter feeds: as news when
// dated Since or later, or undated where Undated says so, until Most have; else
// as history.
type Verdict struct {
	Since   time.Time `json:"since,omitzero"`
	Undated bool      `json:"undated,omitempty"`
	Most    int       `json:"most,omitempty"`
	Fresh   time.Time `json:"fresh,omitzero"` // of what is dated before it, or undated, too many in a day are a flood; zero: there is none
}

// Name identifies a task among all: a task of the same name replaces it.
func (t Task) Name() string {
	switch {
	case t.Kind == TaskListing:
		return string(t.Kind) + " " + string(t.Source) + " " + t.URL
	case !t.Story.IsZero():
		return string(t.Kind) + " story " + t.Story.String()
	case t.Feed != "":
		return string(t.Kind) + " feed " + string(t.Feed)
	}
	return string(t.Kind) + " " + t.Item.String()
}

// Part is the partition of the host that a task asks; 0 of one that asks none.
func (t Task) Part() uint16 {
	if t.URL == "" || t.Kind == TaskDecide {
		return 0
	}
	return Part(Host(t.URL))
}

// Batch is one answer of one source: what is recorded of it, and beside that
// (fields without a name in JSON) what is state only.
type Batch struct {
	ID        BatchID   `json:"id"`
	Source    Origin    `json:"source"`
	Part      uint16    `json:"part"` // Part of the host asked
	Kind      TaskKind  `json:"kind"`
	Item      ItemID    `json:"item,omitzero"`   // of an article or look
	Beside    ItemID    `json:"beside,omitzero"` // of a look, as in its Task
	Page      Page      `json:"-"`               // of a listing, as in its Task
	Node      string    `json:"node,omitempty"`
	Fetched   time.Time `json:"fetched"`
	Last      time.Time `json:"last,omitzero"` // when the same address last gave a good answer
	URL       string    `json:"url"`
	FinalURL  string    `json:"final_url,omitempty"` // when redirected, or when URL has the day in it
	Redirects []string  `json:"redirects,omitempty"`
	Status    int       `json:"status,omitempty"`
	Charset   string    `json:"charset,omitempty"` // the decision, and why: "gb18030 (header)"
	Capture   string    `json:"capture,omitempty"` // SHA-256 of the bytes as received, decompressed
	Reader    string    `json:"reader,omitempty"`  // extractor version + digest of the row's extracting keys
	Condition Condition `json:"condition"`
	Saw       Sighting  `json:"saw,omitempty"`    // of a look: what it found
	Pages     []string  `json:"pages,omitempty"`  // of an article on several pages: the SHA-256 of each; Capture is that of these
	Before    string    `json:"before,omitempty"` // an older Capture: Entries[0] is what this reader reads in it, Entries[1] in this one
	Entries   []Entry   `json:"entries,omitempty"`

	Asked     *Task         `json:"-"` // what it answers, as flow asked it; nil: nobody needs to know
	Took      time.Duration `json:"-"` // from requests to answers, without waiting for the host's turn
	Unchanged bool          `json:"-"` // 304, or the same bytes as before: Entries is empty and says nothing; of a look, that the release is there as it is shown
	Problem   *Problem      `json:"-"` // what went wrong, nil when nothing did
	ReadAs    Kind          `json:"-"` // what a listing's answer was taken for; empty: none was read
	Profile   string        `json:"-"` // by which the page was read; empty: by the row alone
	Warnings  []string      `json:"-"` // what an editor should know though it worked, one sentence each
	Seen      []byte        `json:"-"` // of a listing that is a page: its text in UTF-8, when it is to be kept to compare with
	Captures  []Capture     `json:"-"` // the answers that Entries were read from, or that a look found in their place
	Whole     func() bool   `json:"-"` // has all Entries say all there is, in their place; false: it cannot. Nil: none is Short
	State     FetchState    `json:"-"` // what is to be remembered for the next request to URL; without a URL: nothing
	Hosts     []HostState   `json:"-"` // what was learned of hosts on the way
}

// FetchState is what is remembered of an address between two requests.
type FetchState struct {
	Source       Origin    `json:"source"`
	URL          string    `json:"url"`
	FinalURL     string    `json:"final_url,omitempty"`     // of the answer the validators came from
	ETag         Octets    `json:"etag,omitempty"`          // RFC 9110, section 8.8.3
	LastModified Octets    `json:"last_modified,omitempty"` // even when it is no date
	Reader       string    `json:"reader,omitempty"`        // that read the last good answer: another one must ask anew
	Capture      string    `json:"capture,omitempty"`       // SHA-256 of the last good answer
	Condition    Condition `json:"condition,omitempty"`
	Class        Class     `json:"class,omitempty"`
	Words        string    `json:"words,omitempty"` // the problem in a sentence
	Warnings     []string  `json:"warnings,omitempty"`
	Status       int       `json:"status,omitempty"`
	Charset      string    `json:"charset,omitempty"` // of the last good answer
	Items        int       `json:"items,omitempty"`   // entries of the last good answer
	LastTry      time.Time `json:"last_try,omitzero"`
	LastGood     time.Time `json:"last_good,omitzero"`   // when the listing was last read with at least one entry, or unchanged
	Failures     int       `json:"failures,omitempty"`   // in a row
	Redesigned   bool      `json:"redesigned,omitempty"` // since the last good answer it was once
	RetryAfter   time.Time `json:"retry_after,omitzero"`
	Next         time.Time `json:"next,omitzero"`
	Advice       Advice    `json:"advice,omitzero"`
	Moved        Moved     `json:"moved,omitzero"`
	Set          string    `json:"set,omitempty"`    // digest of which entries the last good answer had
	Changed      time.Time `json:"changed,omitzero"` // when Set last became another
	Gap          Duration  `json:"gap,omitempty"`    // mean time between two such changes
	Habit        Habit     `json:"habit,omitzero"`   // what the listing usually is
	Lately       []Turn    `json:"lately,omitempty"` // changes of its condition, oldest first, ten at most

	Certificate TLSCertificate `json:"certificate,omitzero"` // of the host that last answered
}

// Unheard is the state after an answer of which not all was heard: without what
// would let the next one say that nothing is new.
func (s FetchState) Unheard() FetchState {
	s.ETag, s.LastModified, s.Capture = "", "", ""
	return s
}

// Moved is a permanent redirect of a listing (RFC 9110, sections 15.4.2 and
// 15.4.9).
type Moved struct {
	To    string    `json:"to,omitempty"`   // empty: it is where the row says
	Since time.Time `json:"since,omitzero"` // every answer since then agrees
}

// HostState is what is remembered of a host.
type HostState struct {
	Host    string    `json:"host"` // scheme://host[:port]
	Robots  string    `json:"robots,omitempty"`
	Status  int       `json:"status,omitempty"` // of the last robots.txt answer; 0: unreachable
	Fetched time.Time `json:"fetched,omitzero"`
	Pause   time.Time `json:"pause,omitzero"` // Retry-After for the host as a whole
}

// Sight is a listing's page as it was once.
type Sight struct {
	At        time.Time `json:"at"`
	URL       string    `json:"url"` // that its links are relative to
	Condition Condition `json:"condition"`
	Text      []byte    `json:"-"` // in UTF-8
}
