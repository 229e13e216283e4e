// Package porttest gives tests addresses to listen at later, or again.
//
// A port that the system chose and that was closed again is anybody's: the next
// connection may have it, or another test that runs beside this one. These ports
// are below those that a system chooses, as Linux (32768 and up), macOS and Windows
// (49152) come, and of this process alone.
package porttest

import (
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
)

const (
	lowest    = 10240
	ephemeral = 32768 // the first that a system may choose
	block     = 64    // ports that a process takes at once
)

var (
	mu   sync.Mutex
	left []int // ports of this process that no test has

	// held are the first ports of this process' blocks. They are listened at for
	// as long as it lives, which tells the others that a block is taken.
	held []net.Listener
)

// Address is of loopback, with a port that nobody listens at, and nobody takes
// until the test has ended.
func Address(t testing.TB) string {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	for {
		if len(left) == 0 && !claim() {
			t.Fatalf("no block of %d ports is free from %d to %d", block, lowest, ephemeral-1)
		}
		port := left[0]
		left = left[1:]
		if l, err := listen(port); err == nil {
			l.Close()
			t.Cleanup(func() { giveBack(port) })
			return l.Addr().String()
		}
	}
}

func giveBack(port int) {
	mu.Lock()
	defer mu.Unlock()
	left = append(left, port)
}

// claim takes a block that no other process has, and says whether there is one.
func claim() bool {
	const blocks = (ephemeral - lowest) / block
	for n := range blocks {
		first := lowest + (os.Getpid()+n)%blocks*block
		l, err := listen(first)
		if err != nil {
			continue
		}
		held = append(held, l)
		for port := first + 1; port < first+block; port++ {
			left = append(left, port)
		}
		return true
	}
	return false
}

func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
}
