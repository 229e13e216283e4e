package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"chinanews/feedout/signin"
)

type hashCmd struct{}

// Run hashes a password. On a terminal it is asked for twice, and not shown;
// else it is the first line of what comes in. Nothing is kept of it.
func (hashCmd) Run(t *terminal) error {
	password, err := t.password(os.Stdin)
	if err != nil {
		return err
	}
	hash, err := signin.Hash(password)
	if err != nil {
		return usageError{err}
	}
	if _, err := fmt.Fprintln(t.out, hash); err != nil {
		return err
	}
	t.note("Keep this line alone in a file beside config.yaml, say desk-editor, that only the daemon's user can read, and write into config.yaml:\n" +
		"    desk:\n      users: [{name: editor, password: file:desk-editor}]\n" +
		"Under systemd it may be a credential: LoadCredential=desk-editor:/etc/chinanewsd/desk-editor.\n" +
		"Start the daemon again; the desk is then at /desk/ of the site, say http://127.0.0.1:8080/desk/.")
	return nil
}

// password takes a new one from whoever writes it.
func (t *terminal) password(in *os.File) (string, error) {
	if !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 64<<10)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := t.hidden(in, "Password: ")
	if err != nil {
		return "", err
	}
	if err := signin.Good(first); err != nil {
		return "", usageError{err}
	}
	again, err := t.hidden(in, "Once more: ")
	if err == nil && again != first {
		err = usageError{errors.New("the two are not the same; nothing was hashed")}
	}
	return first, err
}

// hidden asks for a line that is not shown. An interrupt leaves the terminal as
// it was.
func (t *terminal) hidden(in *os.File, prompt string) (string, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	fmt.Fprint(t.err, prompt)
	defer fmt.Fprintln(t.err)
	type answer struct {
		line []byte
		err  error
	}
	read := make(chan answer, 1)
	go func() { // ends with the process, when it is interrupted
		line, err := term.ReadPassword(int(in.Fd()))
		read <- answer{line, err}
	}()
	select {
	case <-t.Done():
		return "", errors.Join(errors.New("interrupted; nothing was hashed"), term.Restore(int(in.Fd()), before))
	case a := <-read:
		return string(a.line), a.err
	}
}
