package service

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// manager hears what the daemon tells.
func manager(t *testing.T) (hear func() string) {
	path := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return func() string {
		said := make([]byte, 4096)
		l.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, err := l.Read(said)
		if err != nil {
			t.Fatal(err)
		}
		return string(said[:n])
	}
}

func TestTell(t *testing.T) {
	hear := manager(t)
	for _, tt := range []struct {
		tell func() error
		want string
	}{
		{func() error { return Ready("28 sources") }, `^READY=1\nSTATUS=28 sources$`},
		{func() error { return Reloading("reading the configuration") }, `^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=reading the configuration$`},
		{func() error { return Status("a\nREADY=1\x00b") }, `^STATUS=a READY=1 b$`},
		{Alive, `^WATCHDOG=1$`},
		{func() error { return Stopping("stopping") }, `^STOPPING=1\nSTATUS=stopping$`},
	} {
		if err := tt.tell(); err != nil {
			t.Error(err)
		}
		if said := hear(); !regexp.MustCompile(tt.want).MatchString(said) {
			t.Errorf("told %q, want %q", said, tt.want)
		}
	}
}

// Without a manager nothing is told and nothing fails; one that went away is
// an error and no panic.
func TestNoManager(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	if Managed() || Ready("") != nil || Reloading("") != nil || Status("x") != nil || Alive() != nil || Stopping("") != nil {
		t.Error("something is told to nobody")
	}
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "gone"))
	if !Managed() || Alive() == nil {
		t.Error("nobody hears, and it is no error")
	}
}

func TestWatchdog(t *testing.T) {
	for _, tt := range []struct {
		usec, pid string
		want      time.Duration
		bad       bool
	}{
		{"", "", 0, false}, {"2000000", "", 2 * time.Second, false}, {"2000000", strconv.Itoa(os.Getpid()), 2 * time.Second, false},
		{"2000000", "1", 0, false}, {"-1", "", 0, true}, {"x", "", 0, true},
	} {
		t.Setenv("WATCHDOG_USEC", tt.usec)
		t.Setenv("WATCHDOG_PID", tt.pid)
		if got, err := Watchdog(); got != tt.want || (err != nil) != tt.bad {
			t.Errorf("%s for pid %s: %s, %v; want %s", tt.usec, tt.pid, got, err, tt.want)
		}
	}
}

const childEnv = "CHINANEWS_TEST_SOCKETS"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		got, err := Sockets("http", "admin")
		if err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(0)
		}
		for _, name := range []string{"http", "admin"} {
			if l := got[name]; l != nil {
				os.Stdout.WriteString(name + " " + l.Addr().String() + "\n")
			}
		}
		if again, err := Sockets("http"); len(again) > 0 || err != nil {
			os.Stdout.WriteString("handed out twice")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// handed is what a child makes of descriptors that it is given as a manager
// gives them.
func handed(t *testing.T, names string, files ...*os.File) string {
	t.Helper()
	c := exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ exec "$0"`, os.Args[0])
	c.Env = append(os.Environ(), childEnv+"=1", "LISTEN_FDS="+strconv.Itoa(len(files)), "LISTEN_FDNAMES="+names)
	c.ExtraFiles = files
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func listener(t *testing.T, network, address string) (*os.File, string) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close(); l.Close() })
	return f, l.Addr().String()
}

func TestSockets(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("there is no /bin/sh that knows a child's pid")
	}
	a, at := listener(t, "tcp", "127.0.0.1:0")
	b, bt := listener(t, "tcp", "127.0.0.1:0")
	unix, _ := listener(t, "unix", filepath.Join(t.TempDir(), "s"))
	file, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		names string
		files []*os.File
		want  string
	}{
		{"", nil, ""},
		{"http", []*os.File{a}, "http " + at + "\n"},
		{"admin:http", []*os.File{a, b}, "http " + bt + "\nadmin " + at + "\n"},
		{"chinanewsd.socket", []*os.File{a}, "http " + at + "\n"},
		{"unknown", []*os.File{a}, "http " + at + "\n"},
		{"", []*os.File{a}, "http " + at + "\n"},
		{"gopher", []*os.File{a}, "FileDescriptorName= to one of: http, admin"},
		{"http:http", []*os.File{a, b}, "two sockets named http"},
		{"http", []*os.File{unix}, "no TCP socket but unix"},
		{"http", []*os.File{file}, "does not listen for connections"},
	} {
		got := handed(t, tt.names, tt.files...)
		if strings.HasSuffix(tt.want, "\n") && got != tt.want || !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%d named %q: %q, want %q", len(tt.files), tt.names, got, tt.want)
		}
	}
}
