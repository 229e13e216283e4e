package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// child is this program again, in the background: for a task of the bare kind that
// says a line when it is ready, and ends when its standard input does.
type child struct {
	process
	cmd  *exec.Cmd
	in   io.WriteCloser
	said *bufio.Scanner
}

// startChild waits until the child is ready, and returns what it said.
func startChild(args ...string) (c *child, line string, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	c = &child{cmd: exec.Command(self, args...)}
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, "", err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, "", err
	}
	c.process, c.said = process(c.cmd.Process.Pid), bufio.NewScanner(out)
	if line, err = c.line(); err != nil {
		c.close()
	}
	return c, line, err
}

func (c *child) line() (string, error) {
	if !c.said.Scan() {
		return "", errors.Join(fmt.Errorf("%s says nothing", c.cmd.Args[1]), c.said.Err())
	}
	return c.said.Text(), nil
}

// ask sends a line and reads the answer.
func (c *child) ask(word string, into any) error {
	if _, err := fmt.Fprintln(c.in, word); err != nil {
		return err
	}
	line, err := c.line()
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(line), into)
}

// close ends the child.
func (c *child) close() {
	c.in.Close()
	end := time.AfterFunc(5*time.Second, func() { c.cmd.Process.Kill() })
	defer end.Stop()
	c.cmd.Wait()
}
