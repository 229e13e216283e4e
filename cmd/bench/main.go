// Command bench measures chinanewsd against the goals for its speed: the program
// itself, as a process, on a web of fictional ministries, in turn with the least
// that the same task can be done with. docs/speed.md says how, and what came of it.
//
// It needs Go and Linux, listens on loopback only, and asks nobody else.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"chinanews/cmd/bench/bare"
)

// bench is one run.
type bench struct {
	book
	options
	program string // chinanewsd, built
	work    string // directory for all that is made
	log     io.Writer
}

// options are the command line.
type options struct {
	feeds, hosts, pairs, subscribers, requests int
	sources, items                             []int // of the curves
	seed                                       uint64
	interval                                   time.Duration
	only                                       []string // numbers of goals, words of scenes
	markdown, keep                             bool
	raw, read, docs, dir                       string
}

func main() {
	if ran, err := bare.Run(os.Args[1:]); ran {
		exit(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(ctx, o)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func parse(args []string) (o options, err error) {
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.IntVar(&o.feeds, "feeds", 2000, "feeds of the rounds")
	set.IntVar(&o.hosts, "hosts", 200, "their hosts")
	set.IntVar(&o.pairs, "pairs", 3, "how often each is measured, in turn with its limit; what -raw's file has counts")
	set.IntVar(&o.subscribers, "subscribers", 10_000, "callbacks that are told; ten at a host")
	set.IntVar(&o.requests, "requests", 20_000, "requests of a feed that is served")
	set.Uint64Var(&o.seed, "seed", 1, "of all texts")
	set.DurationVar(&o.interval, "interval", 0, "between two polls of a feed in the rounds; 0: as long as these need")
	set.BoolVar(&o.markdown, "markdown", false, "write the table as Markdown")
	set.BoolVar(&o.keep, "keep", false, "keep the directory of what was made")
	set.StringVar(&o.raw, "raw", "", "file to which each sample is added, as a line of JSON; what it has is not measured again, and is in the table")
	set.StringVar(&o.read, "read", "", "measure nothing: read samples from a file that -raw wrote")
	set.StringVar(&o.docs, "docs", "", "directory whose speed.md gets the table, and which gets the plots")
	set.StringVar(&o.dir, "dir", "", "where records are made; else the directory for temporary files")
	quick := set.Bool("quick", false, "small sizes: to see that it works")
	only := set.String("only", "", "what to measure: numbers of goals, 1,2,9; or words: "+words()+"; else all")
	sources := set.String("sources", "1000,10000,100000", "sources of the curve of polls")
	items := set.String("items", "10000,100000,1000000", "items of the other curves")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	given := make(map[string]bool)
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if *quick {
		o.quick(given, sources, items)
	}
	return o, o.lists(*only, *sources, *items)
}

// quick makes small what was not given.
func (o *options) quick(given map[string]bool, sources, items *string) {
	small := map[string]func(){
		"feeds": func() { o.feeds = 200 }, "hosts": func() { o.hosts = 20 }, "subscribers": func() { o.subscribers = 500 }, "requests": func() { o.requests = 4000 },
		"sources": func() { *sources = "100,1000" }, "items": func() { *items = "1000,10000" },
	}
	for name, set := range small {
		if !given[name] {
			set()
		}
	}
}

func (o *options) lists(only, sources, items string) (err error) {
	for _, word := range split(only) {
		if o.only = append(o.only, word); !slices.ContainsFunc(scenes, func(s scene) bool { return s.called(word) }) {
			return fmt.Errorf("-only: nothing is called %q", word)
		}
	}
	if o.sources, err = numbers(sources); err != nil {
		return fmt.Errorf("-sources: %w", err)
	}
	if o.items, err = numbers(items); err != nil {
		return fmt.Errorf("-items: %w", err)
	}
	slices.Sort(o.sources)
	slices.Sort(o.items)
	for _, list := range [][]int{o.items, o.sources} {
		if len(list) == 0 || list[0] < 1 {
			return errors.New("-sources and -items must be numbers above zero")
		}
	}
	if o.feeds < 1 || o.hosts < 1 || o.hosts > 50_000 || o.pairs < 1 || o.subscribers < 100 {
		return errors.New("-feeds, -hosts and -pairs must be above zero, -hosts at most 50000, -subscribers at least 100")
	}
	return nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func numbers(list string) (all []int, err error) {
	for _, word := range split(list) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// scene is something that is measured, for some goals.
type scene struct {
	word, name string
	goals      []int
	run        func(*bench, context.Context) error
}

var scenes = []scene{
	{"rounds", "rounds of polls", []int{1, 2, 3, 4, 5, 7, 8}, (*bench).rounds},
	{"kill", "killed again and again", []int{4}, (*bench).killed},
	{"polite", "slow hosts that refuse", []int{6}, (*bench).polite},
	{"serve", "a feed served", []int{9}, (*bench).served},
	{"render", "a change rendered", []int{10}, (*bench).rendered},
	{"hub", "callbacks told", []int{11}, (*bench).told},
	{"grow", "more items", []int{9, 12}, (*bench).grown},
	{"cluster", "more items that may be copies", nil, (*bench).clustered},
	{"crowd", "more sources", []int{7}, (*bench).many},
}

// words are those of all scenes.
func words() string {
	var list []string
	for _, s := range scenes {
		list = append(list, s.word)
	}
	return strings.Join(list, ", ")
}

// called reports whether a scene is meant by its word or by a goal's number.
func (s scene) called(word string) bool {
	return word == s.word || slices.ContainsFunc(s.goals, func(n int) bool { return word == strconv.Itoa(n) })
}

// wants reports whether a scene is to be played.
func (o options) wants(s scene) bool {
	return len(o.only) == 0 || slices.ContainsFunc(o.only, s.called)
}

func run(ctx context.Context, o options) error {
	b := &bench{options: o, log: os.Stderr, book: book{now: time.Now}}
	if o.docs != "" { // before hours of measuring
		if _, err := rewritten(o.docs, ""); err != nil {
			return err
		}
	}
	source := b.measure
	if o.read != "" {
		source = b.recall
	}
	err := source(ctx)
	if len(b.all) <= 2 { // what it was to be measured on alone
		return err
	}
	return errors.Join(err, b.report())
}

func (b *bench) recall(context.Context) error {
	f, err := os.Open(b.read)
	if err != nil {
		return err
	}
	defer f.Close()
	b.all, err = readSamples(f)
	return err
}

// measure plays all scenes. When one fails the others go on.
func (b *bench) measure(ctx context.Context) (err error) {
	if b.raw != "" {
		f, err := os.OpenFile(b.raw, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
		if err != nil {
			return err
		}
		defer f.Close()
		if b.all, err = readSamples(f); err != nil {
			return fmt.Errorf("%s: %w", b.raw, err)
		}
		b.lines = f
	}
	if b.work, err = os.MkdirTemp(b.dir, "bench"); err != nil {
		return err
	}
	if !b.keep {
		defer os.RemoveAll(b.work)
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	if err := b.belongs(); err != nil {
		return err
	}
	return b.play(ctx)
}

// left is how often something is to be measured yet.
func (b *bench) left(key string, x float64) int { return b.wanted(b.pairs, key, x) }

// belongs is an error when the samples that there are were measured on something
// else than what is to come: no table may have both.
func (b *bench) belongs() error {
	text, err := os.ReadFile(b.program)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	sizes := fmt.Sprintf("feeds %d, hosts %d, subscribers %d, requests %d, seed %d, program %x", b.feeds, b.hosts, b.subscribers, b.requests, b.seed, sum[:6])
	begun := len(b.all) > 0
	for key, note := range map[string]string{"machine": machine(), "sizes": sizes} {
		if had := slices.ContainsFunc(b.all, func(o sample) bool { return o.Key == key && o.Note == note }); begun && !had {
			return fmt.Errorf("%s has samples of another %s than: %s; give another file", b.raw, key, note)
		}
		if !begun {
			if err := b.add(sample{Key: key, Note: note}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) play(ctx context.Context) error {
	var errs []error
	for _, s := range scenes {
		if !b.wants(s) || ctx.Err() != nil {
			continue
		}
		b.say("== %s", s.name)
		if err := s.run(b, ctx); err != nil {
			b.say("%s: %v", s.name, err)
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	return errors.Join(errs...)
}

// build makes the program, as it is shipped, but for the name of the commit: the
// same code gives the same bytes.
func (b *bench) build(ctx context.Context) error {
	b.program = filepath.Join(b.work, "chinanewsd")
	c := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-o", b.program, "chinanews/cmd/chinanewsd")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return nil
}

// in calls do with a new directory, which is gone afterwards.
func (b *bench) in(name string, do func(dir string) error) error {
	dir := filepath.Join(b.work, name)
	if !b.keep {
		defer os.RemoveAll(dir)
	}
	return do(dir)
}

// say tells who waits.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.log, "%s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}

// report writes the table, and what documents show.
func (b *bench) report() error {
	list := results(b.all)
	write := writeText
	if b.markdown {
		write = writeMarkdown
	}
	if err := write(os.Stdout, list); err != nil || b.docs == "" {
		return err
	}
	return publish(b.docs, b.all)
}
