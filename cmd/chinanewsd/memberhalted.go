package main

import (
	"errors"
	"fmt"
	"strings"

	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// A node halts when the log has less than its record, or says another thing. It
// has records that were confirmed, and a node that goes on may not have them,
// however long its record has grown since: which is right is for the operator to
// say.

// halts reports whether what a node has stopped for is that.
func halts(stopped error) bool {
	return errors.Is(stopped, storage.ErrForked) || errors.Is(stopped, jetstream.ErrRewound)
}

// halted are the nodes that have halted, and those that go on, or wait to.
func halted(all []standing) (names, others []string) {
	for _, s := range all {
		switch {
		case s.Halted:
			names = append(names, s.Node)
		case s.Trouble != silent:
			others = append(others, s.Node)
		}
	}
	return names, others
}

// haltedWords says what nodes that have halted may have.
func haltedWords(names []string) string {
	return fmt.Sprintf("records that were confirmed may be on %s alone, which halted for them, even where others have longer records: see there before `chinanewsd cluster reseed`", strings.Join(names, ", "))
}

// divided refuses a reseed while some nodes have halted and others go on: either
// have what the others have not. Where nothing is founded nobody can go on: who has
// not halted waits since it was started anew.
func divided(all []standing, founded bool) error {
	names, others := halted(all)
	if !founded || len(names) == 0 || len(others) == 0 {
		return nil
	}
	return usageError{fmt.Errorf("%s; %s went on without these and may have newer ones. With --force the cluster goes on with this node's record; what others have more is then only in the copies of their records from before, beside news.db", haltedWords(names), strings.Join(others, ", "))}
}
