package curator

import (
	"fmt"
	"slices"
	"strings"

	"chinanews/news"
)

// reasonWords say why a story is not in a feed.
var reasonWords = map[reason]string{
	outWithdrawn: "an editor took it back",
	outUnfilled:  "the feed has no contents yet; it has its first when every source has been asked",
	outSource:    "none of its items is of a source and language that the feed takes",
	outRule:      "none of its items passes",
	outUnread:    "its text is waited for",
	outFlood:     "it is held back as part of a flood until an editor decides",
	outHidden:    "an editor hides it",
	outHeld:      "an editor holds it",
	outEmbargo:   "an editor put it under embargo",
	outApproval:  "the feed holds what nobody has approved",
	outSibling:   "the feed has it in the language that it prefers",
}

// carrierWords say why an item does not pass, where no rule was asked.
var carrierWords = map[reason]string{
	notConfigured: "its source is configured no more",
	outSource:     "the feed does not take its source",
	notLanguage:   "the feed does not take its language",
	outFlood:      reasonWords[outFlood],
	outUnread:     reasonWords[outUnread],
	notThere:      "it is no longer at its address, and the feed drops such",
}

// words say why a story is in a feed or not.
func (s Standing) words() string {
	switch {
	case s.In && s.Reason == "":
		return "it passes: " + s.passing()
	case s.Leaves:
		return "it stays until the configuration changes, and would not enter today: " + s.hindrance()
	case s.In:
		return "it stays, and would not enter today: " + s.hindrance()
	case s.Enters:
		return s.hindrance() + " until the configuration changes"
	}
	return s.hindrance()
}

// passing says what lets the item pass that leads, else the first that does.
func (s Standing) passing() string {
	words := ""
	for _, c := range s.Carriers {
		if c.Passes && (words == "" || c.Item == s.Lead) {
			words = c.Words()
		}
	}
	return words
}

// hindrance says what keeps a story out, and where that is a rule, its clause.
func (s Standing) hindrance() string {
	words := reasonWords[reason(s.Reason)]
	if r := reason(s.Reason); r != outRule && r != outSource {
		return words
	}
	for _, telling := range []func(Carrier) bool{
		func(c Carrier) bool { return c.Rule != nil && c.Item == s.Lead },
		func(c Carrier) bool { return c.Rule != nil },
		func(c Carrier) bool { return c.Reason != string(outSource) },
	} {
		if n := slices.IndexFunc(s.Carriers, telling); n >= 0 {
			return words + ": " + s.Carriers[n].Words()
		}
	}
	return words
}

// maxDecisive bounds how many clauses are told in one sentence.
const maxDecisive = 3

// Words say what lets an item pass, or does not: the clauses that decide.
func (c Carrier) Words() string {
	if c.Rule == nil {
		return carrierWords[reason(c.Reason)]
	}
	var decide []Clause
	for _, own := range c.Own {
		if !own.True {
			return own.sentence()
		}
		decide = append(decide, own)
	}
	return sentences(append(c.Rule.Decides(), decide...))
}

// sentences are the first of some clauses, and how many more there are.
func sentences(clauses []Clause) string {
	var told []string
	for _, d := range clauses[:min(len(clauses), maxDecisive)] {
		told = append(told, d.sentence())
	}
	if more := len(clauses) - maxDecisive; more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(told, "; ")
}

// sentence says what a clause is for an item.
func (c Clause) sentence() string {
	truth := "false"
	if c.True {
		truth = "true"
	}
	if c.Text == "" {
		return c.Saw
	}
	return news.Line(c.Text) + " is " + truth + ": " + c.Saw
}
