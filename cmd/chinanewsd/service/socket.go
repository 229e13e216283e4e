package service

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
)

// Sockets are the listeners that the manager has opened, by the names that
// their units give them (FileDescriptorName=). names are those that are
// wanted; a socket whose unit names it nothing is taken for the first. Each is
// bound to an address and port; there is at most one of a name. They are
// handed out once: what the daemon does not close it should close.
//
// The manager keeps each open too: who connects while the daemon is restarted
// waits for the next one.
func Sockets(names ...string) (map[string]net.Listener, error) {
	got := make(map[string]net.Listener)
	var problem error
	for _, file := range activation.Files(true) {
		name := file.Name()
		if unnamed(name) {
			name = names[0]
		}
		problem = errors.Join(problem, take(got, names, name, file))
	}
	if problem == nil {
		return got, nil
	}
	for _, l := range got {
		l.Close()
	}
	return nil, problem
}

// unnamed reports a name that the manager has made: the unit's own, or
// that of a descriptor.
func unnamed(name string) bool {
	return name == "unknown" || strings.HasSuffix(name, ".socket") || strings.HasPrefix(name, "LISTEN_FD_")
}

func take(got map[string]net.Listener, names []string, name string, file *os.File) error {
	defer file.Close()
	if !slices.Contains(names, name) {
		return fmt.Errorf("the service manager hands over a socket named %s; in its unit set FileDescriptorName= to one of: %s", name, strings.Join(names, ", "))
	}
	if got[name] != nil {
		return fmt.Errorf("the service manager hands over two sockets named %s, and one is served; ListenStream=PORT listens at all addresses, IPv6 and IPv4", name)
	}
	l, err := net.FileListener(file)
	if err != nil {
		return fmt.Errorf("the socket %s that the service manager hands over does not listen for connections (%w); its unit should have ListenStream=ADDRESS:PORT and Accept=no", name, err)
	}
	if _, ok := l.(*net.TCPListener); !ok {
		l.Close()
		return fmt.Errorf("the socket %s that the service manager hands over is no TCP socket but %s; its unit should have ListenStream=ADDRESS:PORT", name, l.Addr().Network())
	}
	got[name] = l
	return nil
}
