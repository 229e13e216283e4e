package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"chinanews/config"
)

// manualCmd writes the manual pages of the package: what they say of commands
// is what --help says, and of keys what the configuration's reference says.
type manualCmd struct {
	Page string `arg:"" enum:"chinanewsd.1,chinanewsd.yaml.5" help:"chinanewsd.1 or chinanewsd.yaml.5."`
	Date string `placeholder:"2026-11-26" help:"Of the release."`
}

// Run prints a manual page.
func (c manualCmd) Run(t *terminal, app *kong.Context) error {
	p := &manPage{}
	if c.Page == "chinanewsd.1" {
		p.title("chinanewsd", "1", c.Date)
		p.program(app.Model.Node)
	} else {
		p.title("chinanewsd.yaml", "5", c.Date)
		p.keys(config.Reference())
	}
	_, err := io.WriteString(t.out, p.String())
	return err
}

// manPage is a manual page in the language of man(7).
type manPage struct{ strings.Builder }

// escaped is a text that means nothing but itself.
var escaped = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "“", `\(lq`, "”", `\(rq`)

// said writes a line of text.
func (p *manPage) said(text string) {
	text = escaped.Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	p.WriteString(text + "\n")
}

// paragraphs writes texts, parted from each other.
func (p *manPage) paragraphs(texts ...string) {
	for n, t := range texts {
		if n > 0 {
			p.WriteString(".PP\n")
		}
		p.said(t)
	}
}

// as writes a line of text by a macro: a heading, bold.
func (p *manPage) as(macro, text string) {
	fmt.Fprintf(p, ".%s \"%s\"\n", macro, strings.ReplaceAll(escaped.Replace(text), `"`, `\(dq`))
}

func (p *manPage) title(name, section, date string) {
	fmt.Fprintf(p, ".TH %q %s %q %q\n.nh\n.ad l\n", escaped.Replace(name), section, date, "chinanewsd "+version)
}

// examples writes lines of a terminal or a file, each after what they are for.
func (p *manPage) examples(pairs ...string) {
	p.as("SH", "EXAMPLES")
	for n := 0; n < len(pairs); n += 2 {
		if n > 0 {
			p.WriteString(".PP\n")
		}
		p.said(pairs[n])
		p.WriteString(".PP\n.RS 4\n.nf\n")
		for line := range strings.Lines(pairs[n+1]) {
			p.said(strings.TrimSuffix(line, "\n"))
		}
		p.WriteString(".fi\n.RE\n")
	}
}

// list writes what is defined, each with its definition.
func (p *manPage) list(pairs ...string) {
	for pair := range slices.Chunk(pairs, 2) {
		p.WriteString(".TP\n")
		p.as("B", pair[0])
		p.said(pair[1])
	}
}

// program is the page of the program itself.
func (p *manPage) program(app *kong.Node) {
	p.as("SH", "NAME")
	p.WriteString("chinanewsd \\- news of ministries, kept faithfully and republished as feeds\n")
	p.as("SH", "SYNOPSIS")
	p.WriteString(".B chinanewsd\n.RI [ flags ]\n.I command\n.RI [ arguments ]\n")
	p.as("SH", "DESCRIPTION")
	p.paragraphs("chinanewsd polls ministry news sources politely, keeps a record of what each of them said and when, and republishes it as RSS, Atom and JSON feeds with a small reading site. One program, one config.yaml, one file of data.",
		"While the daemon runs it holds the record; commands that need it ask the daemon over a socket that only its own user and root may open.")
	p.as("SH", "FLAGS")
	for _, f := range flags(app.Flags) {
		p.list(f[:]...)
	}
	p.as("SH", "COMMANDS")
	p.commands(app)
	p.as("SH", "EXIT STATUS")
	p.list("0", "Done.", "1", "Failed; a message on stderr says at what.", "2", "Bad usage, or a bad configuration.")
	p.as("SH", "SIGNALS")
	p.list("SIGTERM, SIGINT", "The daemon stops, within ten seconds.",
		"SIGHUP", "The daemon reads its configuration anew; where it runs in a terminal, it ends.")
	p.as("SH", "ENVIRONMENT")
	p.list("CHINANEWSD_CONFIG", "The configuration, when no flag names it.",
		"STATE_DIRECTORY", "The data directory; it wins over the configuration. systemd sets it.",
		"RUNTIME_DIRECTORY", "Where the daemon's socket is. systemd sets it.",
		"CREDENTIALS_DIRECTORY", "Where secrets are looked for that the configuration has as file:NAME. systemd sets it.")
	p.as("SH", "FILES")
	p.list("/etc/chinanewsd/config.yaml", "The configuration: chinanewsd.yaml(5).", "/var/lib/chinanewsd", "The record: news.db, captures and backups.")
	p.examples("See it at work, without a network and without leaving anything behind:", "chinanewsd demo",
		"Have a source's row worked out into a file that the configuration includes, see what it reads, and take it in:", "chinanewsd discover https://www.example.org/news/ >sources/example.yaml\nchinanewsd check\nchinanewsd reload",
		"Take the record to another machine, with a backup here that is restored there:", "chinanewsd backup /var/backups/chinanewsd/moving\nscp /var/backups/chinanewsd/moving other:/root\nssh other\ninstall -o chinanewsd -m 600 /root/moving /var/backups/chinanewsd/moving\nrunuser -u chinanewsd -- chinanewsd restore /var/backups/chinanewsd/moving")
	p.as("SH", "SEE ALSO")
	p.said("chinanewsd.yaml(5); in /usr/share/doc/chinanewsd/docs the guides: operator.md, editor.md, readers.md")
}

// commands are all that a person may give. What one of a family takes as those
// before it do is not said again.
func (p *manPage) commands(app *kong.Node) {
	var family *kong.Node
	var known map[string]string
	for _, c := range app.Leaves(true) {
		if c.Parent != family {
			family, known = c.Parent, make(map[string]string)
		}
		p.as("SS", "chinanewsd "+summary(c))
		p.said(c.Help)
		var again []string
		for _, pair := range parameters(c) {
			if said, ok := known[pair[0]]; ok && said == pair[1] && family != app {
				again = append(again, pair[0])
				continue
			}
			known[pair[0]] = pair[1]
			p.list(pair[0], pair[1])
		}
		if len(again) > 0 {
			p.list(strings.Join(again, ", "), "As above.")
		}
	}
}

// parameters are what a command takes, each with what is said of it.
func parameters(c *kong.Node) (pairs [][2]string) {
	if c.Parent.Type == kong.ArgumentNode {
		pairs = append(pairs, [2]string{c.Parent.Argument.ShortSummary(), sentence(c.Parent.Argument.Help)})
	}
	for _, a := range c.Positional {
		pairs = append(pairs, [2]string{a.ShortSummary(), sentence(a.Help)})
	}
	return append(pairs, flags(c.Flags)...)
}

// summary is a command with what may follow it, without flags.
func summary(c *kong.Node) string {
	s := c.Path()
	for _, a := range c.Positional {
		s += " " + a.ShortSummary()
	}
	if required := c.FlagSummary(true); required != "" {
		s += " " + required
	}
	return s
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return "(see above)"
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// flags are those that are not hidden, each with what is said of it.
func flags(all []*kong.Flag) (pairs [][2]string) {
	for _, f := range all {
		if f.Hidden || f.Name == "help" {
			continue
		}
		written := strings.ReplaceAll(f.Value.Summary(), `"`, "")
		if f.Short != 0 {
			written = fmt.Sprintf("-%c, %s", f.Short, written)
		}
		pairs = append(pairs, [2]string{written, sentence(f.Help)})
	}
	return pairs
}

// manualConfig is a whole configuration, as short as they come.
const manualConfig = `site:
  title: Harbour News
  base_url: https://news.example.org
  contact: news@example.org
sources:
  - mfa-en-top
  - id: harbour
    url: https://www.example.org/notices/
    publisher: Harbour Office
    rights: government
feeds:
  - id: all
    title: All notices
    languages: all
  - id: tides
    title: Tides
    where: any_of(title, "tide*")
`

// keys is the page of the configuration.
func (p *manPage) keys(keys []config.Key) {
	p.as("SH", "NAME")
	p.WriteString("chinanewsd.yaml \\- configuration of chinanewsd\n")
	p.as("SH", "DESCRIPTION")
	p.paragraphs("config.yaml says what is polled and what is published. chinanewsd check names every mistake in it with its line; chinanewsd rehearse says what it would change in feeds.",
		"Durations are written 30s, 15m, 24h or 7d; sizes 10MiB. ${NAME} is replaced from the environment, in rules too: there \\x24 is a dollar sign. A secret that is written file:NAME is a file of $CREDENTIALS_DIRECTORY, or a path from the folder of config.yaml. A list of one may be written without brackets.",
		"Behind each key stands its value when it is left out; of rows of sources and feeds an example.")
	p.as("SH", "KEYS")
	for _, k := range keys {
		depth := strings.Count(k.Path, ".")
		if depth == 0 {
			p.as("SS", strings.TrimSuffix(k.Path+": "+k.Example, ": "))
			p.said(k.About)
			continue
		}
		p.list(strings.TrimSuffix(k.Path+": "+k.Example, ": "), k.About)
	}
	p.examples("One source of the catalogue, one of your own, two feeds:", manualConfig)
	p.as("SH", "FILES")
	p.list("/etc/chinanewsd/config.yaml", "The configuration of the packaged service.",
		"/usr/share/chinanewsd/config.schema.json", "Its JSON schema, for editors: a first line # yaml-language-server: $schema=... names it.")
	p.as("SH", "SEE ALSO")
	p.said("chinanewsd(1)")
}
