package documents

import "testing"

// wrong are documents, and how the one problem of each begins.
var wrong = []struct{ text, problem string }{
	{"```console\n$ chinanewsd version\nchinanewsd 0.1\n```", "wrong.md:3: chinanewsd version does not print this here, but:\nchinanewsd dev"},
	{"```console\n$ echo a; echo b\na\n```", "wrong.md:3: echo a; echo b does not print this here, but:\na\nb"},
	{"```console\n$ echo a; echo b\na\nb\nc\n```", "wrong.md:5: "},
	{"```console\n$ printf 'a\\nb\\nc\\n'\na\n…\nd\n```", "wrong.md:5: "},
	{"```console\n$ echo \\\n  a\nb\n```", "wrong.md:4: "},
	{"- so:\n\n  ```console\n  $ echo a\n  a\n  $ echo b\n  a\n  ```\n", "wrong.md:7: echo b"},
	{"```console\n$ chinanewsd version\n$ false\n```", "wrong.md:3: false: status 1, not 0"},
	{"<!-- sandbox: status 2 -->\n```console\n$ true\n```", "wrong.md:3: true: status 0, not 2"},
	{"```console\n$ chinanewsd status --colour\n```", "wrong.md:2: chinanewsd status --colour: status 2, not 0:\nchinanewsd: unknown flag --colour"},
	{"```console\n$ chinanewsd stauts\n```", "wrong.md:2: chinanewsd stauts: status 2"},
	{"```console\n$ chinanewsd run --config nowhere.yaml\n```", "wrong.md:2: chinanewsd run --config nowhere.yaml: status 2"},
	{"```console\n$ touch /etc/chinanewsd.yaml\n```", "wrong.md:2: touch /etc/chinanewsd.yaml: status 1"},
	{"```console\n$ curl -sS https://real.test/\n```", "wrong.md:2: curl -sS https://real.test/: status 6"},
	{"```yaml\nsite:\n  titel: News\n```", "wrong.md:3: unknown key titel"},
	{"text\n\n```yaml\nsources:\n  - {id: a, url: \"http://a.example/\"}\n  - {id: b, url: \"ftp://b.example/\"}\n```", "wrong.md:6: url: \"ftp://b.example/\" is no web address"},
	{"```yaml\n# a row:\n- {id: b, url: \"http://b.example/\", kind: tv}\n```", "wrong.md:3: "},
	{"```yaml\nfeeds:\n  - {id: a, where: 'has(title)'}\n```", "wrong.md:3: "},
	{"```yaml\nsite: [\n```", "wrong.md:"},
	{"<!-- sandbox: wrong -->\n```yaml\nsite: {title: News}\n```", "wrong.md:2: this is to be refused"},
	{"```sh\necho a\n```", "wrong.md:1: a block of \"sh\" is run by nobody"},
	{"```\n$ chinanewsd check\n```", "wrong.md:2: a command that is run by nobody"},
	{"```text\nsudo systemctl reload chinanewsd\n```", "wrong.md:2: a command that is run by nobody"},
	{"```json\n{a: 1}\n```", "wrong.md:1: this is no JSON"},
	{"<!-- sandbox: skip this -->\n", "wrong.md:1: no word is called skip"},
	{"<!-- sandbox: run false -->\n", "wrong.md:1: false: status 1"},
	{"<!-- sandbox: run\ntrue\nexit 3 -->\n```console\n$ true\n```", "wrong.md:1: true\nexit 3: status 3"},
	{"<!-- sandbox: input abc -->\n", "wrong.md:1: no block follows the comment"},
}

// What is shown is compared as it is said to be.
func TestDiffers(t *testing.T) {
	for _, c := range []struct {
		shown []string
		said  string
		want  int
	}{
		{nil, "anything", -1},
		{[]string{"a"}, "a\n", -1},
		{[]string{"a"}, "a  \r\n\n", -1},
		{[]string{"a…"}, "abc", -1},
		{[]string{"a…c"}, "abc", -1},
		{[]string{"a…c"}, "ab\nc", 0},
		{[]string{"…"}, "", -1},
		{[]string{"…"}, "a\nb", -1},
		{[]string{"a", "…"}, "a\nb\nc", -1},
		{[]string{"…", "c"}, "a\nb\nc", -1},
		{[]string{"a", "…", "c"}, "a\nc", -1},
		{[]string{"a", "…", "b"}, "a\nc", 2},
		{[]string{"a.c"}, "abc", 0},
		{[]string{"a"}, "a\nb", 0},
		{[]string{"a", "", "b"}, "a\n\nb", -1},
		{[]string{"a", "b"}, "a", 1},
		{[]string{"  a"}, "  a\n", -1},
		{[]string{"a"}, "  a\n", 0},
	} {
		if got := Differs(c.shown, c.said); got != c.want {
			t.Errorf("of %q, %q differs at %d, not %d", c.said, c.shown, got, c.want)
		}
	}
}
