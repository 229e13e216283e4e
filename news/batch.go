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
	Due    time.Time `json:"due"`
	Tries  int       `json:"tries,omitempty"` // how often it was tried in vain
	Round  int       `json:"round,omitempty"` // of a look: how many there were before
	Listed Entry     `json:"listed,omitzero"` // of an article or look: what the listing said

	State FetchState `json:"-"` // of a listing: what the last answer left behind
}

// Name identifies a task among all: a task of the same name replaces it.
func (t Task) Name() string {
	if t.Kind == TaskListing {
		return string(t.Kind) + " " + string(t.Source) + " " + t.URL
	}
	return string(t.Kind) + " " + t.Item.String()
}

// Batch is one answer of one source: what is recorded of it, and beside that
// (fields without a name in JSON) what is state only.
type Batch struct {
	ID        BatchID   `json:"id"`
	Source    Origin    `json:"source"`
	Part      uint16    `json:"part"` // Part of the host asked
	Kind      TaskKind  `json:"kind"`
	Item      ItemID    `json:"item,omitzero"` // of an article or look
	Node      string    `json:"node,omitempty"`
	Fetched   time.Time `json:"fetched"`
	URL       string    `json:"url"`
	FinalURL  string    `json:"final_url,omitempty"` // when redirected
	Redirects []string  `json:"redirects,omitempty"`
	Status    int       `json:"status,omitempty"`
	Charset   string    `json:"charset,omitempty"` // the decision, and why: "gb18030 (header)"
	Capture   string    `json:"capture,omitempty"` // SHA-256 of the bytes as received, decompressed
	Reader    string    `json:"reader,omitempty"`  // extractor version + digest of the row's extracting keys
	Condition Condition `json:"condition"`
	Entries   []Entry   `json:"entries,omitempty"`

	Unchanged bool        `json:"-"` // 304, or the same bytes as before: Entries is empty and says nothing
	Problem   *Problem    `json:"-"` // what went wrong, nil when nothing did
	Profile   string      `json:"-"` // by which the page was read; empty: by the row alone
	Warnings  []string    `json:"-"` // what an editor should know though it worked, one sentence each
	State     FetchState  `json:"-"` // what is to be remembered for the next request to URL
	Hosts     []HostState `json:"-"` // what was learned of hosts on the way
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
	Items        int       `json:"items,omitempty"` // entries of the last good answer
	LastTry      time.Time `json:"last_try,omitzero"`
	LastGood     time.Time `json:"last_good,omitzero"` // when the listing was last read with at least one entry, or unchanged
	Failures     int       `json:"failures,omitempty"` // in a row
	RetryAfter   time.Time `json:"retry_after,omitzero"`
	Next         time.Time `json:"next,omitzero"`
	Advice       Advice    `json:"advice,omitzero"`
	Moved        Moved     `json:"moved,omitzero"`
	Set          string    `json:"set,omitempty"`    // digest of which entries the last good answer had
	Changed      time.Time `json:"changed,omitzero"` // when Set last became another
	Gap          Duration  `json:"gap,omitempty"`    // mean time between two such changes
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
