// Command chinanewsd polls ministry news sources, keeps a faithful record of
// what they said, and republishes it as feeds with a small reading site.
//
// This package is the roof: commands, wiring and lifetimes. The way of one
// item through the rooms is in flow.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/alecthomas/kong"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/feedout/signin"
	"chinanews/fetcher"
	"chinanews/news"
)

// version and commit are stamped at build time: -ldflags "-X main.version=1.2.3
// -X main.commit=0123456789ab"; deploy/build does. Else the commit is the one
// that Go has put in, when it knows.
var version, commit = "dev", ""

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

const purpose = "News of ministries, kept faithfully and republished as feeds."

type cli struct {
	Config string           `short:"c" placeholder:"FILE" help:"Configuration; else $$CHINANEWSD_CONFIG, ./config.yaml, /etc/chinanewsd/config.yaml."`
	Said   kong.VersionFlag `name:"version" help:"Print the version, and the commit that it was built from."`

	Run      runCmd      `cmd:"" help:"Run the daemon: poll, keep, publish."`
	Demo     demoCmd     `cmd:"" help:"Run the daemon on sample ministries that it serves itself; needs no network."`
	Check    checkCmd    `cmd:"" help:"Validate the configuration: every problem on its own line."`
	Poll     pollCmd     `cmd:"" help:"Poll sources once, now, with their articles; print a line a source."`
	Try      tryCmd      `cmd:"" help:"Fetch an address or source once, store nothing, show what was understood."`
	Discover discoverCmd `cmd:"" help:"Work out a source row for an address: its feed, or how its list and articles are read."`
	Sources  sourcesCmd  `cmd:"" help:"List the rows that come with the program; a configuration takes them by name."`
	Search   searchCmd   `cmd:"" help:"Find published releases by words in their titles and texts."`
	Explain  explainCmd  `cmd:"" help:"Why a release is in each feed, or is not; of a page never seen, which source it looks like."`
	Rehearse rehearseCmd `cmd:"" help:"What each feed would lose and gain under the configuration file, before it is live."`
	Reload   reloadCmd   `cmd:"" help:"Have the daemon read its configuration anew, and say what came of it."`
	Status   statusCmd   `cmd:"" help:"How every source is, the queue and the record; of one source, what has changed."`
	Queue    queueCmd    `cmd:"" help:"What waits for an editor: approvals, holds, embargoes, conflicts, floods."`
	Edit     editCmd     `cmd:"" help:"What an editor does to a story: hide, pin, hold, approve, retitle and more, and undo; to take it back for good is withdraw."`
	Withdraw withdrawCmd `cmd:"" help:"Take a story back: it leaves every feed; with --erase its texts and captures are destroyed."`
	Export   exportCmd   `cmd:"" help:"Write the record's items as JSON lines."`
	Import   importCmd   `cmd:"" help:"Make rows of the feeds in an OPML, as feed readers export it."`
	Render   renderCmd   `cmd:"" help:"Write the public site as static files, also while the daemon runs."`
	Backup   backupCmd   `cmd:"" help:"Copy the record into a new file, also while the daemon runs."`
	Restore  restoreCmd  `cmd:"" help:"Put the record of a backup into place, never over another."`
	Verify   verifyCmd   `cmd:"" help:"Check the record: chain, digests, indexes, pages; or a backup."`
	Compact  compactCmd  `cmd:"" help:"Write the record's file anew without its free pages."`
	Rebuild  rebuildCmd  `cmd:"" help:"Fold everything that follows from the record anew."`
	Hash     hashCmd     `cmd:"" name:"hash-password" help:"Hash a password for the editor's desk, and say where to put it."`
	Token    tokenCmd    `cmd:"" help:"Make a token for feeds that are not public, and say where to put it."`
	Cluster  clusterCmd  `cmd:"" help:"Several nodes that share one record: found it, and see how they are."`
	Doctor   doctorCmd   `cmd:"" help:"Look over the machine and the site: disk, clock, DNS, daemon, addresses, backups; say what to do."`
	Version  versionCmd  `cmd:"" help:"Print the version, and the commit that it was built from."`

	Completion completionCmd `cmd:"" help:"Print what bash, zsh or fish load to complete command lines."`
	Complete   completeCmd   `cmd:"" hidden:""`
	Manual     manualCmd     `cmd:"" hidden:""`
	DemoNode   demoNodeCmd   `cmd:"" hidden:""`
}

// terminal is what commands have at hand.
type terminal struct {
	context.Context
	out, err io.Writer
	config   string // the -c flag
}

// note says something beside what was asked for.
func (t *terminal) note(what string) { fmt.Fprintln(t.err, what) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command runs one command line and returns the exit status.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c cli
	status, exited := exitDone, false
	parser := kong.Must(&c, kong.Name("chinanewsd"), kong.UsageOnError(), kong.Description(purpose),
		kong.Writers(stdout, stderr), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Help(help),
		kong.Vars{"version": "chinanewsd " + versionSaid()},
		kong.Exit(func(code int) { status, exited = code, true }))
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	switch {
	case exited: // --help, --version
		return status
	case err != nil:
		fmt.Fprintf(stderr, "chinanewsd: %v\n%s\n", err, advice(args))
		return exitUsage
	}
	err = parsed.Run(&terminal{ctx, stdout, stderr, c.Config})
	return report(stderr, err)
}

// advice says where to read how a command line is written.
func advice(args []string) string {
	if slices.Contains(args, "edit") {
		return "chinanewsd edit --help lists the acts; chinanewsd edit STORY ACT --help says how each is written."
	}
	return "chinanewsd --help lists the commands."
}

// help lists the commands; those below a command only when that is asked of.
func help(o kong.HelpOptions, c *kong.Context) error {
	o.NoExpandSubcommands = c.Selected() == nil
	return kong.DefaultHelpPrinter(o, c)
}

// report says an error to a person and returns the exit status for it.
func report(stderr io.Writer, err error) int {
	var problems config.Problems
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, problems)
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "chinanewsd: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "chinanewsd: %v\n", err)
	return exitFailed
}

// usageError is a fault of the command line or of where the configuration was
// looked for.
type usageError struct{ error }

// load finds and reads the configuration and says its warnings.
func (t *terminal) load() (news.Config, error) { return t.loadBy(checks()) }

func (t *terminal) loadBy(c config.Checks) (news.Config, error) {
	file, err := config.Find(t.config)
	if err != nil {
		return news.Config{}, usageError{err}
	}
	cfg, err := config.Load(file, c)
	if err != nil {
		return cfg, configError(err)
	}
	return cfg, nil
}

// configError makes an unreadable configuration file a fault of usage.
func configError(err error) error {
	var problems config.Problems
	if errors.As(err, &problems) {
		return problems
	}
	return usageError{err}
}

func checks() config.Checks {
	return config.Checks{Selector: fetcher.CheckSelector, Layout: fetcher.CheckLayout, Address: fetcher.CheckAddress, Outgoing: fetcher.CheckOutgoing, Rule: curator.CheckRule, Password: signin.Check}
}

type versionCmd struct{}

func (versionCmd) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, "chinanewsd", versionSaid())
	return err
}

// versionSaid is the version with the commit, as far as that is known.
func versionSaid() string {
	from, changed := commit, ""
	if build, ok := debug.ReadBuildInfo(); ok && from == "" {
		for _, s := range build.Settings {
			switch {
			case s.Key == "vcs.revision":
				from = s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = ", changed since"
			}
		}
	}
	if from == "" {
		return version
	}
	return fmt.Sprintf("%s (commit %s%s)", version, from, changed)
}

type checkCmd struct {
	Public bool `help:"Also demand what a public site needs: a site.base_url that others reach, and site.contact."`
}

func (c checkCmd) Run(t *terminal) error {
	asked := checks()
	asked.Public = c.Public
	cfg, err := t.loadBy(asked)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(t.err, w)
	}
	if _, err := curator.New(cfg.Publication, 0); err != nil {
		return usageError{err}
	}
	outcome := "no problems"
	if n := len(cfg.Warnings); n > 0 {
		outcome = count(n, "warning")
	}
	fmt.Fprintf(t.out, "%s: %s, %s, %s\n", cfg.File, count(len(cfg.Sources), "source"), count(len(cfg.Feeds), "feed"), outcome)
	return nil
}
