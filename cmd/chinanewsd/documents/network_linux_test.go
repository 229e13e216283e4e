package documents

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The environment of a test process that has a network and a view of the files of
// its own: the directory that it may write, and the program.
const (
	insideEnv  = "CHINANEWS_TEST_SANDBOX"
	programEnv = "CHINANEWS_TEST_PROGRAM"
)

func inside() bool { return os.Getenv(insideEnv) != "" }

// outsideWorld is the address that all names of documents have. It is one that the
// daemon takes for public; from here nothing reaches the real one.
var outsideWorld = net.IPv4(93, 184, 216, 34).To4()

// settle makes the network of this process, and all files but those of its
// directory read-only.
func settle() error {
	dir := os.Getenv(insideEnv)
	if err := errors.Join(interfaceUp("lo", nil), interfaceUp("lo:1", outsideWorld)); err != nil {
		return fmt.Errorf("making a network: %w", err)
	}
	for _, m := range []struct {
		what, where string
		flags       uintptr
	}{{"none", "/", unix.MS_REC | unix.MS_PRIVATE}, {dir, dir, unix.MS_BIND}, {"none", "/", unix.MS_REMOUNT | unix.MS_BIND | unix.MS_RDONLY}, {"proc", "/proc", 0}} {
		if err := unix.Mount(m.what, m.where, "proc", m.flags, ""); err != nil && os.Getenv(userEnv) == "" {
			return fmt.Errorf("mounting %s: %w", m.where, err)
		}
	}
	return nil
}

// userEnv says that the process is root in a namespace of users only, and so
// cannot write what is others' anyway.
const userEnv = "CHINANEWS_TEST_USER"

func interfaceUp(name string, address net.IP) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	i, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	if address != nil {
		if err := i.SetInet4Addr(address); err != nil {
			return err
		}
		return unix.IoctlIfreq(fd, unix.SIOCSIFADDR, i)
	}
	i.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, i)
}

var example = regexp.MustCompile(`\b[a-z0-9][a-z0-9.-]*\.example\b`)

// names are the hosts of a document, and those that every document may use.
func names(d Document) []string {
	found := []string{"ministry.example", "news.example", foreignAffairs}
	for _, p := range d.Parts {
		found = append(found, example.FindAllString(p.Text+"\n"+strings.Join(p.Lines, "\n"), -1)...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// outside opens the world outside of a document's machine: its names, and what
// answers there. trust is the file for the certificate.
func outside(d Document, trust string) (shut func(), err error) {
	hosts := filepath.Join(filepath.Dir(trust), "hosts")
	lines := "127.0.0.1 localhost\n"
	for _, name := range names(d) {
		lines += outsideWorld.String() + " " + name + "\n"
	}
	if err := os.WriteFile(hosts, []byte(lines), 0o644); err != nil {
		return nil, err
	}
	if err := unix.Mount(hosts, "/etc/hosts", "", unix.MS_BIND, ""); err != nil {
		return nil, err
	}
	certificate, err := certify(names(d), trust)
	if err != nil {
		return nil, err
	}
	plain, err := net.Listen("tcp", net.JoinHostPort(outsideWorld.String(), "80"))
	if err != nil {
		return nil, err
	}
	secret, err := tls.Listen("tcp", net.JoinHostPort(outsideWorld.String(), "443"), &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: world(), ErrorLog: log.New(io.Discard, "", 0)}
	go s.Serve(plain)
	go s.Serve(secret)
	return func() {
		s.Close()
		plain.Close() // one that is not served yet
		secret.Close()
		unix.Unmount("/etc/hosts", unix.MNT_DETACH)
	}, nil
}

// certify makes a certificate for names that is its own authority.
func certify(names []string, file string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "documents"}, DNSNames: names, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, os.WriteFile(file, text, 0o644)
}
