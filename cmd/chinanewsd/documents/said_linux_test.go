package documents

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// mention is a command that stands in prose, in a message or in a comment.
var mention = regexp.MustCompile("(`?)chinanewsd ([a-z][a-z-]+)((?: (?:--?[a-z][a-z-]*|[A-Za-z./|\\[\\]-]+))*)")

var flag = regexp.MustCompile(`--[a-z][a-z-]*`)

// said is what the program says of itself, by its arguments; empty when it knows
// no such command.
type said struct {
	program string
	mu      sync.Mutex
	known   map[string]string
}

func (s *said) help(args ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.Join(args, " ")
	text, ok := s.known[key]
	if !ok {
		out, err := exec.Command(s.program, append(slices.Clone(args), "--help")...).Output()
		if err == nil {
			text = string(out)
		}
		s.known[key] = text
	}
	return text
}

// unknown says what is wrong with a command that is mentioned; empty: nothing.
func (s *said) unknown(quoted bool, command, rest string) string {
	commands := s.help()
	if !regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(command) + `\b`).MatchString(commands) {
		if quoted {
			return "no command is called " + command
		}
		return ""
	}
	text := s.help(command)
	for _, word := range strings.Fields(rest) { // edit has acts
		if command == "edit" && regexp.MustCompile(`^[a-z]+$`).MatchString(word) {
			text += s.help(command, "story", word)
		}
	}
	for _, f := range flag.FindAllString(rest, -1) {
		if !regexp.MustCompile(regexp.QuoteMeta(f) + `(?:[^a-z-]|$)`).MatchString(text) {
			return command + " has no " + f
		}
	}
	return ""
}

// wrongMentions are the commands that a text mentions and the program has not.
func (s *said) wrongMentions(name, text string) (problems []Problem) {
	for _, at := range mention.FindAllStringSubmatchIndex(text, -1) {
		what := s.unknown(at[2] < at[3], text[at[4]:at[5]], text[at[6]:at[7]])
		if what != "" {
			problems = append(problems, Problem{name, 1 + strings.Count(text[:at[0]], "\n"), what})
		}
	}
	return problems
}

// Commands that documents, messages and comments mention exist, with their flags.
func TestMentionedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector sees nothing of the program; run it without -short")
	}
	t.Parallel()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s, read := &said{program: bin, known: make(map[string]string)}, 0
	err = filepath.WalkDir(checkout, func(file string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(checkout, file)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(name, "_test.go"), name == "CHANGELOG.md",
			!slices.Contains([]string{".go", ".md", ".yaml", ".html", ".service", ".socket", ".timer", ".conf", ".json", ""}, filepath.Ext(name)):
			return nil
		}
		text, err := os.ReadFile(file)
		for _, p := range s.wrongMentions(filepath.ToSlash(name), string(text)) {
			t.Error(p)
		}
		read += strings.Count(string(text), "chinanewsd ")
		return err
	})
	if err != nil || read < 100 {
		t.Errorf("%d mentions; %v", read, err)
	}
	for text, want := range map[string]string{
		"so `chinanewsd stauts`":                  "f:1: no command is called stauts",
		"\nchinanewsd check --pubic":              "f:2: check has no --pubic",
		"`chinanewsd edit STORY pin --untill 3d`": "f:1: edit has no --untill",
		"chinanewsd says so; `chinanewsd edit STORY pin --until 3d`, `chinanewsd check --public`": "",
	} {
		got := ""
		for _, p := range s.wrongMentions("f", text) {
			got += p.String()
		}
		if got != want {
			t.Errorf("of %q it is said %q, not %q", text, got, want)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)
	heading = regexp.MustCompile("(?m)^#+ +(.*)$")
	noSlug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// anchors are the names that a document's headings have as links.
func anchors(text string) (names []string) {
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		names = append(names, strings.ReplaceAll(strings.ToLower(noSlug.ReplaceAllString(strings.TrimSpace(m[1]), "")), " ", "-"))
	}
	return names
}

// wrongLinks are the links of a document that lead nowhere in the checkout.
func wrongLinks(root, name, text string) (problems []Problem) {
	for _, at := range link.FindAllStringSubmatchIndex(text, -1) {
		to := text[max(at[2], at[4]):max(at[3], at[5])]
		if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
			continue
		}
		file, anchor, _ := strings.Cut(to, "#")
		target := text
		if file != "" {
			read, err := os.ReadFile(filepath.Join(root, filepath.Dir(name), file))
			if info, statErr := os.Stat(filepath.Join(root, filepath.Dir(name), file)); err != nil && (statErr != nil || !info.IsDir()) {
				problems = append(problems, Problem{name, 1 + strings.Count(text[:at[0]], "\n"), "no file is called " + file})
				continue
			}
			target = string(read)
		}
		if anchor != "" && !slices.Contains(anchors(target), anchor) {
			problems = append(problems, Problem{name, 1 + strings.Count(text[:at[0]], "\n"), "nothing is called " + to})
		}
	}
	return problems
}

// Links of documents lead somewhere.
func TestLinks(t *testing.T) {
	for _, d := range all(t) {
		text, err := os.ReadFile(filepath.Join(checkout, d.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range wrongLinks(checkout, d.Name, fenced.ReplaceAllStringFunc(string(text), func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })) {
			t.Error(p)
		}
	}
	if got := wrongLinks(checkout, "a.md", "# A b, c\n[x](#a-b-c)\n[y](#a-b) [z](nowhere.md)\n[l](LICENSE) [d](config/catalogue) [o](https://a.example/)"); len(got) != 2 || got[0].Line != 3 {
		t.Errorf("of links that lead nowhere, it is said %q", got)
	}
}
