package meter

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Metric describes a metric to operators.
type Metric struct {
	Name   string
	Type   string // counter, gauge or histogram
	Labels []string
	Help   string
}

var list []Metric

// add describes a metric. The name lacks the prefix that all have.
func add(kind, name, help string, labels ...string) Metric {
	m := Metric{"chinanews_" + name, kind, labels, help}
	list = append(list, m)
	return m
}

// List is every metric of the program's own.
func List() []Metric { return list }

const (
	counter   = "counter"
	gauge     = "gauge"
	histogram = "histogram"
)

var (
	buildInfo = add(gauge, "build_info", "1; the version is a label.", "version")

	pollingPaused = add(gauge, "polling_paused", "1 if nothing is polled because the daemon was started so (run --paused), else 0.")

	pollsTotal    = add(counter, "polls_total", "Documents that sources were asked for, by kind (listing, article, look) and outcome (good, unchanged, or the class of the error).", "kind", "outcome")
	publishLag    = add(histogram, "publish_lag_seconds", "Seconds from a release's own time to its being seen, of news that is dated to the minute; not of a source's first listing.")
	itemsTotal    = add(counter, "items_total", "Releases that were not known before, by source.", "source")
	editsTotal    = add(counter, "edits_total", "Readings in which a source had changed a release, by source.", "source")
	removalsTotal = add(counter, "removals_total", "Releases that were confirmed to be gone from their addresses.")

	sourcesNow     = add(gauge, "sources", "Sources in each state, as `chinanewsd status` names them.", "state")
	sourceWell     = add(gauge, "source_well", "1 if nobody needs to look at the source, else 0.", "source")
	sourceReadTime = add(gauge, "source_read_timestamp_seconds", "When a list of the source was last read well; 0: never.", "source")

	feedEntries = add(counter, "feed_entries_total", "Stories that entered the feed as news, since the record began.", "feed")
	feedChanged = add(gauge, "feed_changed_timestamp_seconds", "When the feed last changed; 0: never.", "feed")
	feedReaders = add(gauge, "feed_readers", "Readers of the feed today, in Beijing: estimated of programs that ask by themselves (direct), and as services say (stated).", "feed", "how")

	tasksWaiting = add(gauge, "tasks", "Documents that wait to be asked for and decisions that wait to be made, due or not.", "kind")
	tasksDue     = add(gauge, "tasks_due", "Those of tasks whose time has come.", "kind")
	tasksLate    = add(gauge, "tasks_late_seconds", "How long ago the time of the oldest of them came; hosts are asked at their own pace.", "kind")
	editorWaits  = add(gauge, "editor_queue", "Lines that wait for an editor.")

	storeBytes   = add(gauge, "store_bytes", "Size of the record's file.")
	storeFree    = add(gauge, "store_free_bytes", "Bytes in that file that can be used again.")
	storeRecords = add(gauge, "store_records", "Position of the last record.")
	storeCommit  = add(histogram, "store_commit_seconds", "Seconds that transactions took until they were on disk.")
	storeChanges = add(counter, "store_changes_total", "Changes that were written; several share a transaction.")
	storeFailed  = add(counter, "store_failures_total", "Transactions that the disk refused.")
	diskFree     = add(gauge, "disk_free_bytes", "Room on the file system of the data directory.")
	diskSize     = add(gauge, "disk_bytes", "Size of that file system.")
	backupTime   = add(gauge, "backup_timestamp_seconds", "When the last good backup in the data directory was made; 0: there is none.")
	backupBytes  = add(gauge, "backup_bytes", "Size of that backup.")

	requestsTotal = add(counter, "http_requests_total", "Requests of the public that were answered, by what was asked for and how (2xx, 304, 3xx, 4xx, 5xx).", "kind", "code")
	bytesTotal    = add(counter, "http_response_bytes_total", "Bytes of their answers, without headers.", "kind")

	hubSubscriptions = add(gauge, "hub_subscriptions", "Subscriptions to the hub whose leases run.")
	tellFailing      = add(gauge, "deliveries_failing", "Subscribers, hubs and webhooks that cannot be told now.", "to")
	deliveriesTotal  = add(counter, "deliveries_total", "Attempts to tell subscribers, hubs and webhooks, by how they went (told, failed).", "to", "result")

	reloadsTotal = add(counter, "reloads_total", "Attempts to read the configuration again, by how they went (ok, failed).", "result")
	reloadOK     = add(gauge, "reload_successful", "1 unless the last attempt failed.")
	reloadTime   = add(gauge, "reload_timestamp_seconds", "When the configuration that is worked by was read.")

	clusterRules  = add(gauge, "cluster_rules", "1 if this node rules, else 0. This and what follows: with other nodes only.")
	clusterParts  = add(gauge, "cluster_partitions", "Partitions of hosts, of 1024, that this node polls.")
	clusterLag    = add(gauge, "cluster_lag_records", "Records that other nodes may have and this one does not yet.")
	clusterState  = add(gauge, "cluster_lag_cells", "Likewise, of what is remembered beside the record.")
	clusterHeard  = add(gauge, "cluster_seen_timestamp_seconds", "When this node last reached what nodes share; 0: not since its start.")
	clusterOn     = add(gauge, "cluster_following", "1 unless this node follows what nodes share no more, for its operator to decide.")
	clusterFaults = add(gauge, "cluster_faults", "What is wrong with how what nodes share is kept, each one: replicas that are away, above all. Looked at twice a minute.")

	alarmsNow = add(gauge, "alarms", "Alarms that stand, as in /feeds/health.atom.", "kind")
)

// Table is the list as a table in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| metric | type | labels | what it is |\n|---|---|---|---|\n")
	for _, m := range list {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Name, m.Type, strings.Join(m.Labels, ", "), m.Help)
	}
	return b.String()
}

func (m Metric) desc() *prometheus.Desc { return prometheus.NewDesc(m.Name, m.Help, m.Labels, nil) }

func (m Metric) counters() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: m.Name, Help: m.Help}, m.Labels)
}
