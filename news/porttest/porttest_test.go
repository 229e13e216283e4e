package porttest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const asked = "CHINANEWS_PORTTEST"

// Processes that take addresses beside each other never have one in common.
func TestNoneIsGivenTwice(t *testing.T) {
	if os.Getenv(asked) != "" {
		for range 2 * block {
			fmt.Println("address", Address(t))
		}
		fmt.Println("done")
		os.Stdin.Read(make([]byte, 1)) // until all have theirs
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := make(map[string]int)
	for process := range 4 {
		for _, address := range taken(t, self) {
			if other, ok := owner[address]; ok {
				t.Errorf("processes %d and %d have %s", other, process, address)
			}
			owner[address] = process
		}
	}
	if len(owner) != 4*2*block {
		t.Errorf("%d addresses, want %d", len(owner), 4*2*block)
	}
}

// taken are the addresses of another process, which lives until the test ends.
func taken(t *testing.T, self string) (all []string) {
	t.Helper()
	child := exec.Command(self, "-test.run", "^TestNoneIsGivenTwice$", "-test.v")
	child.Env = append(os.Environ(), asked+"=1")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); child.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "done"; {
		if address, ok := strings.CutPrefix(lines.Text(), "address "); ok {
			all = append(all, address)
		} else {
			t.Log(lines.Text())
		}
	}
	return all
}

// What somebody listens at is passed over, and what a test had is given again.
func TestTakenIsPassedOver(t *testing.T) {
	first := Address(t)
	mu.Lock()
	next := left[0]
	mu.Unlock()
	l, err := listen(next)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	second := Address(t)
	if second == first || second == l.Addr().String() {
		t.Errorf("%s after %s, and %s is listened at", second, first, l.Addr())
	}
	var had string
	t.Run("another", func(t *testing.T) { had = Address(t) })
	mu.Lock()
	last := left[len(left)-1]
	mu.Unlock()
	if _, port, _ := net.SplitHostPort(had); port != fmt.Sprint(last) {
		t.Errorf("%s is not left again, but %d", had, last)
	}
}
