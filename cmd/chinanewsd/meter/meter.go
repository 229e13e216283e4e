// Package meter counts and measures for Prometheus. It has every metric that the
// program exposes, each described once (List), and it alone knows the library.
//
// The trap: a label's values make series, for ever. So they come from closed
// sets and from the configuration, never from what a source, a reader or a
// subscriber says; whatever else is given is counted as "other".
package meter

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chinanews/news"
)

// Meter counts what happens, and reads what is when it is asked. It is safe for
// concurrent use. It lives as long as the process: a reload keeps it.
type Meter struct {
	Requests Requests

	read     func() (Reading, error)
	registry *prometheus.Registry
	log      *slog.Logger

	polls, deliveries, reloads *prometheus.CounterVec
	lag                        prometheus.Histogram
	removals                   prometheus.Counter

	mu      sync.Mutex
	sources map[string]counts // by id
}

// counts are those of a source.
type counts struct{ items, edits float64 }

// Outcomes of polls that are no errors.
const (
	Good      = "good"
	Unchanged = "unchanged"
)

const other = "other"

var (
	pollKinds = []string{string(news.TaskListing), string(news.TaskArticle), string(news.TaskLook)}
	outcomes  = append([]string{Good, Unchanged}, classes...)
	classes   = []string{
		string(news.ClassDNS), string(news.ClassTLS), string(news.ClassConnect), string(news.ClassTimeout), string(news.ClassStatus), string(news.ClassRedirect),
		string(news.ClassTooLarge), string(news.ClassTruncated), string(news.ClassEncoding), string(news.ClassNotAFeed), string(news.ClassMalformed),
		string(news.ClassTooDeep), string(news.ClassEmpty), string(news.ClassNoItems), string(news.ClassSelectorEmpty), string(news.ClassBlocked),
		string(news.ClassRobots), string(news.ClassPanic),
	}
	recipients = []string{"subscriber", "hub", "webhook"}
	states     = slices.Sorted(conditions)
)

func conditions(yield func(string) bool) {
	for c := range news.Conditions() {
		if !yield(string(c)) {
			return
		}
	}
}

// among is a value of a closed set, or "other".
func among(set []string, value string) string {
	if slices.Contains(set, value) {
		return value
	}
	return other
}

// lagBounds are in seconds: from a minute to two days.
var lagBounds = []float64{60, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800}

// New makes a meter. read is called for each scrape, perhaps by several at once;
// log may be nil.
func New(version string, read func() (Reading, error), log *slog.Logger) *Meter {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	m := &Meter{read: read, registry: prometheus.NewRegistry(), log: log, sources: make(map[string]counts),
		polls: pollsTotal.counters(), deliveries: deliveriesTotal.counters(), reloads: reloadsTotal.counters(),
		lag:      prometheus.NewHistogram(prometheus.HistogramOpts{Name: publishLag.Name, Help: publishLag.Help, Buckets: lagBounds}),
		removals: prometheus.NewCounter(prometheus.CounterOpts{Name: removalsTotal.Name, Help: removalsTotal.Help})}
	for _, kind := range pollKinds {
		m.polls.WithLabelValues(kind, Good)
	}
	for _, to := range recipients {
		m.Told(to, true, 0)
		m.Told(to, false, 0)
	}
	m.reloads.WithLabelValues("ok")
	m.reloads.WithLabelValues("failed")
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: buildInfo.Name, Help: buildInfo.Help, ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.polls, m.deliveries, m.reloads, m.lag, m.removals, build, present{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers a scrape. What cannot be read leaves its metrics out of it,
// and is logged.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(m.log.Handler(), slog.LevelError), MaxRequestsInFlight: 4})
}

// Polled counts a request that was answered, or not. outcome is Good, Unchanged,
// or the class of the error.
func (m *Meter) Polled(kind news.TaskKind, outcome string) {
	m.polls.WithLabelValues(among(pollKinds, string(kind)), among(outcomes, outcome)).Inc()
}

// Lagged measures how long after its publication a release was seen.
func (m *Meter) Lagged(d time.Duration) { m.lag.Observe(d.Seconds()) }

// Found counts items and edits of a source, by the id in its row.
func (m *Meter) Found(source string, items, edits int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.sources[source]
	m.sources[source] = counts{c.items + float64(items), c.edits + float64(edits)}
}

// Removed counts removals that were confirmed.
func (m *Meter) Removed(n int) { m.removals.Add(float64(n)) }

// Told counts n attempts to tell a subscriber, hub or webhook.
func (m *Meter) Told(to string, ok bool, n int) {
	result := "told"
	if !ok {
		result = "failed"
	}
	m.deliveries.WithLabelValues(among(recipients, to), result).Add(float64(n))
}

// Reloaded counts an attempt to read the configuration again.
func (m *Meter) Reloaded(ok bool) {
	result := "ok"
	if !ok {
		result = "failed"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// of is what was counted of the sources that there are; of others it forgets.
func (m *Meter) of(sources []Source) map[string]counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	there := make(map[string]bool, len(sources))
	for _, s := range sources {
		there[s.ID] = true
	}
	maps.DeleteFunc(m.sources, func(id string, _ counts) bool { return !there[id] })
	return maps.Clone(m.sources)
}
