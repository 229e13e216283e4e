package meter

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
)

var update = flag.Bool("update", false, "write the list of metrics into deploy/METRICS.md")

// full is a reading with something of everything.
func full() (Reading, error) {
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	return Reading{
		Sources: []Source{{ID: "office", State: news.OK, Read: at}, {ID: "harbour", State: news.Gone}},
		Feeds:   []Feed{{ID: "all", Entries: 7, Changed: at, Direct: 3, Stated: 40}},
		Tasks:   map[news.TaskKind]Tasks{news.TaskListing: {Waiting: 2, Due: 1, Late: time.Minute}},
		Waits:   4,
		Store:   Store{Bytes: 1 << 20, Free: 1 << 10, Records: 9, Commits: 3, Took: time.Second, Within: map[time.Duration]uint64{time.Second: 3}, Changes: 5, Failed: 1},
		Disk:    Disk{1 << 30, 1 << 40}, Backup: Backup{at, 1 << 20}, Hub: Hub{2, map[string]int{"webhook": 1}},
		Alarms: map[news.AlarmKind]int{news.AlarmDisk: 1}, Reload: Reload{true, at},
		Cluster: &Cluster{Rules: true, Following: true, Parts: 341, Lag: 2, StateLag: 1, Seen: at},
	}, nil
}

// busy is a meter that has counted something of everything.
func busy(t *testing.T, read func() (Reading, error)) *Meter {
	m := New("1.2.3", read, nil)
	m.Polled(news.TaskListing, Good)
	m.Polled(news.TaskArticle, string(news.ClassDNS))
	m.Lagged(7 * time.Minute)
	m.Found("office", 3, 1)
	m.Removed(1)
	m.Told("subscriber", true, 2)
	m.Reloaded(false)
	h := m.Requests.Before(func(path string) Kind { return OfFeed }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "12345") }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/feeds/all.atom", nil))
	return m
}

func scrape(t *testing.T, m *Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestWhatIsExposed(t *testing.T) {
	text := scrape(t, busy(t, full))
	for _, want := range []string{
		`chinanews_build_info{version="1.2.3"} 1`, `chinanews_polls_total{kind="listing",outcome="good"} 1`, `chinanews_polls_total{kind="article",outcome="dns"} 1`,
		`chinanews_publish_lag_seconds_bucket{le="300"} 0`, `chinanews_publish_lag_seconds_bucket{le="600"} 1`, `chinanews_publish_lag_seconds_sum 420`,
		`chinanews_items_total{source="office"} 3`, `chinanews_items_total{source="harbour"} 0`, `chinanews_edits_total{source="office"} 1`, `chinanews_removals_total 1`,
		`chinanews_sources{state="ok"} 1`, `chinanews_sources{state="gone"} 1`, `chinanews_sources{state="dead"} 0`, `chinanews_source_well{source="harbour"} 0`,
		`chinanews_source_read_timestamp_seconds{source="harbour"} 0`, `chinanews_feed_entries_total{feed="all"} 7`, `chinanews_feed_readers{feed="all",how="stated"} 40`,
		`chinanews_tasks_late_seconds{kind="listing"} 60`, `chinanews_editor_queue 4`, `chinanews_store_records 9`, `chinanews_store_commit_seconds_count 3`,
		`chinanews_store_commit_seconds_bucket{le="1"} 3`, `chinanews_http_requests_total{code="2xx",kind="feed"} 1`, `chinanews_http_response_bytes_total{kind="feed"} 5`,
		`chinanews_http_requests_total{code="304",kind="feed"} 0`, `chinanews_hub_subscriptions 2`, `chinanews_deliveries_failing{to="webhook"} 1`,
		`chinanews_deliveries_total{result="told",to="subscriber"} 2`, `chinanews_reloads_total{result="failed"} 1`, `chinanews_reload_successful 1`,
		`chinanews_alarms{kind="disk"} 1`, `chinanews_alarms{kind="source"} 0`, "\ngo_goroutines ", "\nprocess_open_fds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// What is exposed is what is described, with the types and labels that are, and
// the operators' document has the same list.
func TestTheListIsWhatIsExposed(t *testing.T) {
	types, labels := make(map[string]string), make(map[string]map[string]bool)
	text := scrape(t, busy(t, full))
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (chinanews_\w+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		types[m[1]] = m[2]
	}
	for _, m := range regexp.MustCompile(`(?m)^(chinanews_\w+?)(?:_bucket|_sum|_count)?\{(.*)\} `).FindAllStringSubmatch(text, -1) {
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(m[2], -1) {
			if labels[m[1]] == nil {
				labels[m[1]] = make(map[string]bool)
			}
			labels[m[1]][l[1]] = l[1] != "le"
		}
	}
	for _, m := range List() {
		if types[m.Name] != m.Type {
			t.Errorf("%s is exposed as %q, described as %q", m.Name, types[m.Name], m.Type)
		}
		delete(types, m.Name)
		var has []string
		for l, own := range labels[m.Name] {
			if own {
				has = append(has, l)
			}
		}
		slices.Sort(has)
		if want := slices.Sorted(slices.Values(m.Labels)); !slices.Equal(has, want) {
			t.Errorf("%s has labels %v, described are %v", m.Name, has, want)
		}
	}
	if len(types) > 0 {
		t.Errorf("not described: %v", types)
	}
	const file, begin, end = "../../../deploy/METRICS.md", "<!-- metrics -->\n", "<!-- end -->"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), begin)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the list", file)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+Table()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != Table() {
		t.Errorf("%s has another list; refresh it by -update", file)
	}
}

// Every metric that the rules and the dashboard name is one that there is.
func TestRulesAndDashboardKnowTheMetrics(t *testing.T) {
	known := make(map[string]bool)
	for _, m := range List() {
		known[m.Name] = true
		if m.Type == histogram {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				known[m.Name+part] = true
			}
		}
	}
	for _, file := range []string{"../../../deploy/alerts.yaml", "../../../deploy/grafana.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".json") && !json.Valid(text) {
			t.Errorf("%s is no JSON", file)
		}
		names := regexp.MustCompile(`chinanews_\w+`).FindAllString(string(text), -1)
		if len(names) < 10 {
			t.Errorf("%s names %d metrics", file, len(names))
		}
		for _, name := range names {
			if !known[name] {
				t.Errorf("%s names %s, which there is not", file, name)
			}
		}
	}
}

// promtool runs it, if it is installed.
func promtool(t *testing.T, in string, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "promtool") {
			t.Fatal("CHINANEWS_REQUIRE wants promtool, which Debian's package prometheus has")
		}
		t.Skip("promtool is not installed; Debian's package prometheus has it")
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestPromtoolLikesTheMetrics(t *testing.T) {
	text := scrape(t, busy(t, full))
	own := regexp.MustCompile(`(?m)^(# (HELP|TYPE) )?(chinanews|promhttp)_.*\n`).FindAllString(text, -1) // of the library's own it dislikes some
	promtool(t, strings.Join(own, ""), "check", "metrics")
}

func TestPromtoolLikesTheRules(t *testing.T) {
	promtool(t, "", "check", "rules", "../../../deploy/alerts.yaml")
	promtool(t, "", "test", "rules", "../../../deploy/alerts_test.yaml")
}

// Whatever is said by sources, readers and subscribers makes no series.
func TestLabelsAreBounded(t *testing.T) {
	m := busy(t, full)
	before := strings.Count(scrape(t, m), "\n")
	for n := range 1000 {
		hostile := fmt.Sprintf("x%d\"}\nchinanews_alarms{kind=\"%d", n, n)
		m.Polled(news.TaskKind(hostile), hostile)
		m.Told(hostile, n%2 == 0, 1)
		m.Found(hostile, 1, 1)
		m.Requests.Before(func(string) Kind { return OfPage }, http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/"+strconv.Itoa(n), nil))
	}
	text := scrape(t, m)
	if more := strings.Count(text, "\n") - before; more > 5 { // "other" of each
		t.Errorf("%d more lines:\n%s", more, text)
	}
	if strings.Contains(text, "x1") || len(m.sources) != 1 {
		t.Error("what was said is a label, or is remembered")
	}
	if !strings.Contains(text, `chinanews_polls_total{kind="other",outcome="other"} 1000`) {
		t.Error("it is not counted as other")
	}
}

// A source that has no row any more is exposed no more; one that was renamed
// begins anew.
func TestSourcesThatAreGone(t *testing.T) {
	rows := []Source{{ID: "office"}, {ID: "harbour"}}
	m := New("dev", func() (Reading, error) { return Reading{Sources: rows}, nil }, nil)
	m.Found("office", 5, 0)
	scrape(t, m)
	rows = []Source{{ID: "harbour"}}
	if text := scrape(t, m); strings.Contains(text, "office") {
		t.Error("a source without a row is exposed")
	}
	rows = []Source{{ID: "office"}}
	if text := scrape(t, m); !strings.Contains(text, `chinanews_items_total{source="office"} 0`) {
		t.Error("one that came back is not counted anew")
	}
}

// A record that cannot be read leaves the rest readable.
func TestAReadingThatFails(t *testing.T) {
	m := busy(t, func() (Reading, error) { return Reading{}, errors.New("the record is closed") })
	text := scrape(t, m)
	if !strings.Contains(text, "chinanews_polls_total") || !strings.Contains(text, "chinanews_http_requests_total") || strings.Contains(text, "chinanews_store_records") {
		t.Errorf("it says\n%s", text)
	}
}

// Each class of error that there is has its own name.
func TestEveryClassIsKnown(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../../news/condition.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Names) != 1 || !strings.HasPrefix(v.Names[0].Name, "Class") {
			return true
		}
		value, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		found++
		if !slices.Contains(classes, value) {
			t.Errorf("%s is counted as other", v.Names[0].Name)
		}
		return true
	})
	if found != len(classes) {
		t.Errorf("%d classes are there, %d known", found, len(classes))
	}
}

// To count and to scrape at once races with nothing.
func TestCountedAtOnce(t *testing.T) {
	m := busy(t, full)
	h := m.Requests.Before(func(string) Kind { return OfFeed }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 200 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/feeds/all.atom", nil))
				m.Polled(news.TaskListing, Unchanged)
				m.Found("office", 1, 0)
			}
		})
		wait.Go(func() { scrape(t, m) })
	}
	wait.Wait()
	text := scrape(t, m)
	for _, want := range []string{`{code="304",kind="feed"} 1600`, `outcome="unchanged"} 1600`, `chinanews_items_total{source="office"} 1603`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
