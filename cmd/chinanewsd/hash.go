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
	t.note("Keep this line alone in a file that the daemon's user can read, and nobody else: of the packaged service /etc/chinanewsd/secrets/editor, with mode 0640, which is file:secrets/editor; else desk-editor beside config.yaml. Write into config.yaml:\n" +
		"    desk:\n      users: [{name: editor, password: file:desk-editor}]\n" +
		"Run `chinanewsd reload`; the desk is then " + t.at("/desk/") + ".")
	return nil
}

// at says where a path of the site is, as far as the configuration can be read.
func (t *terminal) at(path string) string {
	cfg, err := t.load()
	switch {
	case err != nil:
		return "at " + path + " of the site"
	case cfg.Site.BaseURL == "":
		return "at http://" + cfg.Listen + path
	}
	return "at " + cfg.Site.BaseURL + path
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
