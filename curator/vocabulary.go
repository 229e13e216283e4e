package curator

// kind is what a part of a rule is.
type kind int

const (
	nothing kind = iota // nothing that a rule can use; it was said
	aText
	aList
	aMoment
	aSpan
	aNumber
	aTruth
)

func (k kind) String() string {
	return [...]string{"nothing", "text", "a list", "a moment", "a length of time", "a number", "yes or no"}[k]
}

// fieldKinds are the fields of an item.
var fieldKinds = map[string]kind{
	"title": aText, "text": aText, "summary": aText, "lang": aText, "locale": aText, "source": aText, "publisher": aText, "url": aText,
	"published": aMoment, "first_seen": aMoment, "tags": aList, "authors": aList, "carriers": aList,
}

var fieldNames = []string{"title", "text", "summary", "lang", "locale", "source", "publisher", "url", "published", "first_seen", "tags", "authors", "carriers"}

var functionNames = []string{"has", "any_of", "near", "len", "lower", "upper", "trim", "date", "duration"}

// usage is how each function is written.
var usage = map[string]string{
	"has": `has(title, "words")`, "any_of": `any_of(title, words.some_list, "words")`, "near": `near(text, "some", "words", 12)`,
	"len": "len(title) or len(tags)", "lower": "lower(title)", "upper": "upper(title)", "trim": "trim(title)",
	"date": `date("2026-11-23")`, "duration": `duration("48h")`,
}

// foreign are signs of the expression library, or of other languages, that no
// rule needs, and what to write instead.
var foreign = map[string]string{
	"=": "write ==", "&": "write and", "|": "write or", "let": "write the value where it is used", ";": "join the parts with and, or",
	"if": "join the parts with and, or, not", "else": "join the parts with and, or, not", "?": "join the parts with and, or, not", ":": "use startsWith, endsWith or contains",
	"??": "nothing is ever missing: an empty text is \"\"", "?.": "nothing is ever missing: an empty text is \"\"",
	"#": `use "x" in tags, or any_of(tags, "x*")`, "##": `use "x" in tags, or any_of(tags, "x*")`, "..": "use >= and <=", "::": "leave it out",
	"{": "write lists as [\"a\", \"b\"]", "}": "write lists as [\"a\", \"b\"]", "^": "use + - * / %", "**": "use + - * / %", "nil": "nothing is ever missing: an empty text is \"\"",
}

// lookalikes are characters that are mistaken for others.
var lookalikes = map[rune]string{'“': `"`, '”': `"`, '„': `"`, '‘': `'`, '’': `'`, '（': "(", '）': ")", '，': ",", '＝': "==", '＂': `"`, '「': `"`, '」': `"`, '《': `"`, '》': `"`, '、': ",", '。': ".", '！': "!", '：': ":"}

// operators are words that are written in one way only.
var operators = map[string]string{"and": "and", "or": "or", "not": "not", "in": "in", "contains": "contains", "matches": "matches", "startswith": "startsWith", "endswith": "endsWith", "true": "true", "false": "false"}
