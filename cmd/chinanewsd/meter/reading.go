package meter

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chinanews/news"
)

// Reading is how everything is at a moment.
type Reading struct {
	Sources []Source
	Feeds   []Feed
	Tasks   map[news.TaskKind]Tasks
	Waits   int // for an editor
	Store   Store
	Disk    Disk
	Backup  Backup
	Hub     Hub
	Alarms  map[news.AlarmKind]int
	Reload  Reload
	Paused  bool     // nothing is polled: run --paused
	Cluster *Cluster // nil: one node
}

// Cluster is how a node stands among others.
type Cluster struct {
	Rules, Following bool
	Parts            int
	Lag, StateLag    uint64
	Faults           int // of what nodes share
	Seen             time.Time
}

// Source is a source of the configuration.
type Source struct {
	ID    string
	State news.Condition
	Read  time.Time // zero: never
}

// Feed is a feed of the configuration.
type Feed struct {
	ID             string
	Entries        uint64
	Changed        time.Time
	Direct, Stated int // readers
}

// Tasks are those of one kind.
type Tasks struct {
	Waiting, Due int
	Late         time.Duration
}

// Store is the record's file, and what was done to it since the start.
type Store struct {
	Bytes, Free int64
	Records     uint64
	Commits     uint64
	Took        time.Duration
	Within      map[time.Duration]uint64 // commits that took no longer
	Changes     uint64
	Failed      uint64
}

// Disk is the file system of the data directory, in bytes.
type Disk struct{ Free, Size int64 }

// Backup is the last good one; the zero Backup: there is none.
type Backup struct {
	At   time.Time
	Size int64
}

// Hub is who is told of changes. Failing has subscriber, hub and webhook.
type Hub struct {
	Subscriptions int
	Failing       map[string]int
}

// Reload is the configuration.
type Reload struct {
	OK     bool // the last attempt did not fail
	Loaded time.Time
}

// present collects a Reading.
type present struct{ meter *Meter }

// Describe is part of prometheus.Collector.
func (p present) Describe(to chan<- *prometheus.Desc) {
	for _, m := range []Metric{itemsTotal, editsTotal, sourcesNow, sourceWell, sourceReadTime, feedEntries, feedChanged, feedReaders, tasksWaiting, tasksDue, tasksLate, editorWaits,
		storeBytes, storeFree, storeRecords, storeCommit, storeChanges, storeFailed, diskFree, diskSize, backupTime, backupBytes, requestsTotal, bytesTotal,
		hubSubscriptions, tellFailing, reloadOK, reloadTime, alarmsNow, pollingPaused,
		clusterRules, clusterParts, clusterLag, clusterState, clusterHeard, clusterOn, clusterFaults} {
		to <- m.desc()
	}
}

// sheet is one collection.
type sheet chan<- prometheus.Metric

// put adds a value under the labels of its metric.
func (s sheet) put(m Metric, value float64, labels ...string) {
	kind := prometheus.GaugeValue
	if m.Type == counter {
		kind = prometheus.CounterValue
	}
	s <- prometheus.MustNewConstMetric(m.desc(), kind, value, labels...)
}

// Collect is part of prometheus.Collector.
func (p present) Collect(to chan<- prometheus.Metric) {
	s := sheet(to)
	p.meter.Requests.collect(s)
	r, err := p.meter.read()
	if err != nil {
		to <- prometheus.NewInvalidMetric(storeRecords.desc(), err)
		return
	}
	s.sources(r.Sources, p.meter.of(r.Sources))
	s.feeds(r.Feeds)
	for kind, t := range r.Tasks {
		s.put(tasksWaiting, float64(t.Waiting), string(kind))
		s.put(tasksDue, float64(t.Due), string(kind))
		s.put(tasksLate, t.Late.Seconds(), string(kind))
	}
	s.put(editorWaits, float64(r.Waits))
	s.store(r.Store)
	s.put(diskFree, float64(r.Disk.Free))
	s.put(diskSize, float64(r.Disk.Size))
	s.put(backupTime, seconds(r.Backup.At))
	s.put(backupBytes, float64(r.Backup.Size))
	s.put(hubSubscriptions, float64(r.Hub.Subscriptions))
	for _, to := range recipients {
		s.put(tellFailing, float64(r.Hub.Failing[to]), to)
	}
	s.put(pollingPaused, bit(r.Paused))
	s.put(reloadOK, bit(r.Reload.OK))
	s.put(reloadTime, seconds(r.Reload.Loaded))
	s.cluster(r.Cluster)
	for _, kind := range news.AlarmKinds {
		s.put(alarmsNow, float64(r.Alarms[kind]), string(kind))
	}
}

func (s sheet) cluster(c *Cluster) {
	if c == nil {
		return
	}
	s.put(clusterRules, bit(c.Rules))
	s.put(clusterParts, float64(c.Parts))
	s.put(clusterLag, float64(c.Lag))
	s.put(clusterState, float64(c.StateLag))
	s.put(clusterHeard, seconds(c.Seen))
	s.put(clusterOn, bit(c.Following))
	s.put(clusterFaults, float64(c.Faults))
}

func (s sheet) sources(list []Source, counted map[string]counts) {
	in := make(map[string]int)
	for _, src := range list {
		in[among(states, string(src.State))]++
		s.put(sourceWell, bit(!src.State.Alarming()), src.ID)
		s.put(sourceReadTime, seconds(src.Read), src.ID)
		s.put(itemsTotal, counted[src.ID].items, src.ID)
		s.put(editsTotal, counted[src.ID].edits, src.ID)
	}
	for _, state := range states {
		s.put(sourcesNow, float64(in[state]), state)
	}
}

func (s sheet) feeds(list []Feed) {
	for _, f := range list {
		s.put(feedEntries, float64(f.Entries), f.ID)
		s.put(feedChanged, seconds(f.Changed), f.ID)
		s.put(feedReaders, float64(f.Direct), f.ID, "direct")
		s.put(feedReaders, float64(f.Stated), f.ID, "stated")
	}
}

func (s sheet) store(r Store) {
	s.put(storeBytes, float64(r.Bytes))
	s.put(storeFree, float64(r.Free))
	s.put(storeRecords, float64(r.Records))
	s.put(storeChanges, float64(r.Changes))
	s.put(storeFailed, float64(r.Failed))
	within := make(map[float64]uint64)
	for bound, n := range r.Within {
		within[bound.Seconds()] = n
	}
	s <- prometheus.MustNewConstHistogram(storeCommit.desc(), r.Commits, r.Took.Seconds(), within)
}

// seconds is a moment as metrics have it; 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

func bit(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
