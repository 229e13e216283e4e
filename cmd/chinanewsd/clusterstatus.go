package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"chinanews/news"
	"chinanews/relay/jetstream"
)

// clusterOverview is what `cluster status` shows, as --json prints it.
type clusterOverview struct {
	Node        string           `json:"node"`
	Incarnation string           `json:"incarnation"`
	Rules       string           `json:"rules"`            // the node that is to rule; empty: none that is there
	Unruled     time.Time        `json:"unruled,omitzero"` // since when what is recorded waits for a ruling, where that is too long
	Nodes       []standing       `json:"nodes"`
	Log         logStatus        `json:"log"`
	Tip         tipStatus        `json:"tip"`
	Engine      jetstream.Health `json:"engine"`
	Trouble     []string         `json:"trouble,omitempty"` // sentences, the worst first
}

type logStatus struct {
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

type tipStatus struct {
	Pos  uint64 `json:"pos"`
	Link string `json:"link"`
}

func (o clusterOverview) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tROLES\tPOLLS\tRECORD\tLAG\t")
	for _, n := range o.Nodes {
		mark := n.Stopped + n.Trouble
		if n.Node == o.Rules {
			mark = strings.TrimSpace("rules " + mark)
		}
		fmt.Fprintf(w, "%s\t%s\t%d of %d\t%d\t%d\t%s\n", n.Node, strings.Trim(fmt.Sprint(n.Roles), "[]"), n.Parts, news.Parts, n.Tip.Pos, n.Lag, mark)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, trouble := range o.Trouble {
		fmt.Fprintln(out, trouble)
	}
	return nil
}

// overview asks the nodes how they are.
func (m *member) overview(ctx context.Context) (o clusterOverview, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	own, err := m.standing()
	if err != nil {
		return o, err
	}
	at, err := m.node.Status()
	if err != nil {
		return o, err
	}
	o = clusterOverview{Node: m.cfg.Node, Incarnation: own.Incarnation, Rules: at.Ruler, Tip: own.Tip, Engine: m.relay.Health(ctx)}
	if now := time.Now(); unruledFor(at, now) > clusterGrace {
		o.Unruled = at.Unruled
	}
	o.Nodes, err = m.standings(ctx)
	if !slices.ContainsFunc(o.Nodes, func(s standing) bool { return s.Node == own.Node }) {
		o.Nodes = append(o.Nodes, own)
	}
	if err != nil {
		o.Trouble = append(o.Trouble, fmt.Sprintf("the other nodes cannot be asked: %v", err))
	}
	if o.Log.First, o.Log.Last, err = m.relay.Head(ctx); err != nil {
		o.Trouble = append(o.Trouble, fmt.Sprintf("what nodes share cannot be read: %v", err))
	}
	if other := m.rival.Load(); other != nil {
		o.Trouble = append(o.Trouble, fmt.Sprintf("another process is %s too (%s): %s", o.Node, *other, ownName))
	}
	o.judge()
	return o, nil
}

// judge says what is wrong.
func (o *clusterOverview) judge() {
	switch {
	case o.Rules == "":
		o.Trouble = append(o.Trouble, "no node rules: nothing new is published until one does")
	case !o.Unruled.IsZero():
		o.Trouble = append(o.Trouble, unruledWords(o.Rules, o.Unruled))
	}
	o.Trouble = append(o.Trouble, o.Engine.Wrong...)
	for _, n := range o.Nodes {
		switch {
		case n.Stopped != "":
			o.Trouble = append(o.Trouble, fmt.Sprintf("%s does not follow: %s", n.Node, n.Stopped))
		case n.Incarnation != "" && n.Incarnation != o.Incarnation:
			o.Trouble = append(o.Trouble, fmt.Sprintf("%s is of another founding (%s) than %s (%s)", n.Node, n.Incarnation, o.Node, o.Incarnation))
		case n.Trouble != "":
			o.Trouble = append(o.Trouble, n.Node+": "+n.Trouble)
		case n.Differs:
			o.Trouble = append(o.Trouble, fmt.Sprintf("%s has another configuration than is published: make the files equal, then `chinanewsd reload` on %s", n.Node, o.Rules))
		}
	}
	if names, _ := halted(o.Nodes); len(names) > 0 {
		o.Trouble = append(o.Trouble, haltedWords(names))
	}
	if names := astray(o.Rules, o.Nodes); len(names) > 0 {
		o.Trouble = append(o.Trouble, strayWords(names, o.Rules))
	}
	slices.SortStableFunc(o.Nodes, func(a, b standing) int { return cmp.Compare(a.Node, b.Node) })
}

// lately is how long a trouble is told of after it was met last.
const lately = 5 * time.Second

// status is how this node stands; nil when the record cannot say.
func (m *member) status() *memberStatus {
	at, err := m.node.Status()
	if err != nil {
		return nil
	}
	s := &memberStatus{Node: at.Node, Rules: at.Ruler, Parts: at.Parts, Lag: at.Lag()}
	s.Waits = m.waitsFor()
	if at.Stopped != nil {
		s.Over = at.Stopped.Error()
	}
	return s
}

func (s memberStatus) String() string {
	rules := s.Rules + " rules"
	switch s.Rules {
	case s.Node:
		rules = "it rules"
	case "":
		rules = "none rules"
	}
	if s.Waits != "" {
		return fmt.Sprintf("this is %s; %s; what is there is served; `chinanewsd cluster status` has who is there", s.Node, s.Waits)
	}
	text := fmt.Sprintf("this is %s; %s; it polls %d of %d partitions", s.Node, rules, s.Parts, news.Parts)
	if s.Lag > 0 {
		text += fmt.Sprintf(", and has %s less than others", count(int(s.Lag), "record"))
	}
	if s.Over != "" {
		text += ". It follows the others no more: " + s.Over
	}
	return text + "; `chinanewsd cluster status` has the others"
}

// standing is how this node is.
func (m *member) standing() (s standing, err error) {
	at, err := m.node.Status()
	if err != nil {
		return s, err
	}
	cursor, err := m.store.Cursor()
	if err != nil {
		return s, err
	}
	tip, err := m.store.Tip()
	s = standing{Node: m.cfg.Node, Roles: m.cfg.Roles, Tip: tipStatus{tip.Pos, hex.EncodeToString(tip.Link[:])}, Lag: at.Lag(), State: cursor.State, Parts: at.Parts,
		Incarnation: cursor.Incarnation, Differs: m.differs.Load(), Version: version, Clock: time.Now()}
	if f := m.works.Load(); f != nil {
		if h := f.house.Load(); h != nil {
			s.Rest = rest(h.read)
		}
	}
	s.Stopped = m.stopped(at)
	s.Halted = halts(at.Stopped)
	if time.Since(at.Troubled) < lately {
		s.Trouble = at.Trouble
	}
	return s, err
}
