package origintest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

func allSites() []*site {
	return slices.Concat(conditional(), timing(), failures(), redirects(), forms(), contents())
}

// Checks is how many manners there are in A to G.
const Checks = 99

// Verdict is what became of one check.
type Verdict struct {
	No        int
	Exercised bool
	Pass      bool
	Words     string // what failed, or what was seen in another way
}

// Table is the score.
type Table struct {
	Verdicts []Verdict
	Requests int
	Bytes    int64
	NotAsked float64 // share of answers to feeds that were 304
}

// trial judges one site.
type trial struct {
	o    *Origin
	site *site
	log  []*Request // of the site, but for robots.txt
	one  *Request   // to which the others' form is compared
	out  *[Checks + 1]Verdict
}

// says notes evidence for or against a check; one failure decides.
func (t *trial) says(no int, ok bool, format string, args ...any) {
	v := &t.out[no]
	if v.Exercised && !v.Pass {
		return
	}
	v.Exercised, v.Pass = true, ok
	if !ok {
		v.Words = fmt.Sprintf(format, args...)
	}
}

func (t *trial) at(path string) []*Request { return t.o.at(t.site.name, path) }

// days is how many days the story is old.
func (t *trial) days() int { return int(time.Since(t.o.start) / (24 * t.o.poller.Hour)) }

func (t *trial) published() []string {
	if t.o.poller.Published == nil {
		return nil
	}
	return t.o.poller.Published(t.site.name)
}

// shows wants so many entries whose title begins like this.
func (t *trial) shows(no int, prefix string, n int) {
	if t.o.poller.Published == nil {
		return
	}
	got := 0
	for _, title := range t.published() {
		if strings.HasPrefix(title, prefix) {
			got++
		}
	}
	t.says(no, got == n, "%d entries begin with %q, want %d", got, prefix, n)
}

// Score judges the log as it stands.
func (o *Origin) Score() Table {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out [Checks + 1]Verdict
	var one *Request
	for _, s := range o.order {
		t := &trial{o: o, site: s, log: o.at(s.name, ""), one: one, out: &out}
		if one == nil && len(t.log) > 0 {
			one, t.one = t.log[0], t.log[0]
		}
		t.manners()
		if s.judge != nil && len(t.log) > 0 {
			s.judge(t)
		}
	}
	return o.table(out)
}

func (o *Origin) table(out [Checks + 1]Verdict) Table {
	var t Table
	for no := 1; no <= Checks; no++ {
		out[no].No = no
		t.Verdicts = append(t.Verdicts, out[no])
	}
	unchanged, asked := 0, 0
	for _, s := range o.order {
		for _, r := range o.log[s.name] {
			t.Requests++
			t.Bytes += r.Bytes
			if r.Path != "/robots.txt" && r.Status < 400 {
				asked++
			}
			if r.Status == http.StatusNotModified {
				unchanged++
			}
		}
	}
	t.NotAsked = float64(unchanged) / float64(max(1, asked))
	return t
}

// Add puts in a verdict that is not to be seen in requests.
func (t *Table) Add(no int, pass bool, words string) {
	t.Verdicts[no-1] = Verdict{No: no, Exercised: true, Pass: pass, Words: words}
}

// Failed are the checks that were exercised and not passed.
func (t Table) Failed() []Verdict {
	return slices.DeleteFunc(slices.Clone(t.Verdicts), func(v Verdict) bool { return v.Pass || !v.Exercised })
}

// Print writes the table.
func (t Table) Print(w io.Writer) {
	exercised, passed := 0, 0
	for _, v := range t.Verdicts {
		result := "not exercised"
		if v.Exercised {
			exercised++
			result = "FAIL"
		}
		if v.Pass {
			passed++
			result = "pass"
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%2d  %-13s  %-58s  %s", v.No, result, checks[v.No], v.Words), " "))
	}
	fmt.Fprintf(w, "%d of %d exercised checks passed; %d requests, %d bytes, %.0f %% of the good answers were 304\n", passed, exercised, t.Requests, t.Bytes, 100*t.NotAsked)
}

func gaps(log []*Request) []time.Duration {
	var out []time.Duration
	for i := 1; i < len(log); i++ {
		out = append(out, log[i].At.Sub(log[i-1].At))
	}
	return out
}

func after(log []*Request, from time.Duration, start time.Time) []*Request {
	return during(log, from, 1<<62, start)
}

func during(log []*Request, from, to time.Duration, start time.Time) []*Request {
	return slices.DeleteFunc(slices.Clone(log), func(r *Request) bool { return r.At.Sub(start) < from || r.At.Sub(start) >= to })
}
