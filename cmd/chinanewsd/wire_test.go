package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chinanews/fetcher"
)

// wire is a network inside the process, on which one server answers for every
// name of *.test. It works in virtual time.
type wire struct {
	plain, secure *pipes
	private       atomic.Int32 // connections to addresses that must not be asked
	trust         *tls.Config
}

// pipes is a listener whose connections are pipes, each from a port of its own.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	port   atomic.Int32
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

// end is the server's end of a pipe.
type end struct {
	net.Conn
	remote net.Addr
}

func (e end) RemoteAddr() net.Addr { return e.remote }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(93, 184, 216, 34), Port: 80} }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- end{server, &net.TCPAddr{IP: net.IPv4(203, 0, 114, 7), Port: int(p.port.Add(1))}}:
		return client, nil
	case <-p.closed:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newWire serves a handler until the test stops it.
func newWire(t *testing.T, h http.Handler) (w *wire, stop func()) {
	w = &wire{plain: newPipes(), secure: newPipes()}
	cert, pool := selfSigned(t)
	w.trust = &tls.Config{RootCAs: pool}
	plain := &http.Server{Handler: h}
	secure := &http.Server{Handler: h, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}}
	go plain.Serve(w.plain)
	go secure.ServeTLS(w.secure, "", "")
	return w, func() { plain.Close(); secure.Close() }
}

var (
	publicV4 = netip.MustParseAddr("93.184.216.34")
	deadV6   = netip.MustParseAddr("2606:2800:220:1::dead")
	insideV4 = netip.MustParseAddr("10.0.0.5")
)

func (w *wire) network() fetcher.Network {
	return fetcher.Network{TLS: w.trust, Lookup: w.lookup, Connect: w.connect}
}

func (w *wire) lookup(_ context.Context, host string) ([]netip.Addr, error) {
	switch {
	case host == "inside.test":
		return []netip.Addr{insideV4}, nil
	case host == "dead-aaaa.test":
		return []netip.Addr{deadV6, publicV4}, nil
	case strings.HasSuffix(host, ".test"):
		return []netip.Addr{publicV4}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (w *wire) connect(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	switch {
	case to.Addr() == deadV6:
		return nil, syscall.ECONNREFUSED
	case to.Addr() != publicV4:
		w.private.Add(1)
		return nil, syscall.ECONNREFUSED
	case to.Port() == 443:
		return w.secure.dial(ctx)
	}
	return w.plain.dial(ctx)
}

// selfSigned makes a certificate for *.test that is valid for a century.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	return certified(t, time.Now().AddDate(100, 0, 0))
}

// certified makes one that was valid from a year ago until some moment.
func certified(t *testing.T, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"*.test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
