package main

import (
	"crypto/rand"
	"fmt"
)

type tokenCmd struct{}

// Run makes a token. Nothing is kept of it.
func (tokenCmd) Run(t *terminal) error {
	if _, err := fmt.Fprintln(t.out, newToken()); err != nil {
		return err
	}
	t.note("Keep it alone in a file that the daemon's user can read, and nobody else (of the packaged service /etc/chinanewsd/secrets/NAME, with mode 0640, which is file:secrets/NAME; else NAME beside config.yaml), and name the file at each feed that it is to open:\n" +
		"    access: token\n    tokens: [{name: WHO HAS IT, token: file:NAME}]\n" +
		"Run `chinanewsd reload`; the feeds are then " + t.at("/t/TOKEN/") + ". To close it, take its line out.")
	return nil
}

// newToken is one that nobody can guess: 26 characters of 32, 130 bits.
func newToken() string { return rand.Text() }
