package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"chinanews/news"
)

// clusterTLS is how nodes know one another: both sides show certificates of one
// authority. That they are fit for it now is checked here; the error names the
// file and says what to do.
func clusterTLS(c news.Cluster, now time.Time) (*tls.Config, error) {
	files := c.TLS
	if files == (news.ClusterTLS{}) {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s and key %s do not belong together, or one is none in PEM: %w", files.Certificate, files.Key, err)
	}
	text, err := os.ReadFile(files.Authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("authority %s holds no certificate in PEM", files.Authority)
	}
	if err := fits(c, pair, pool, now); err != nil {
		return nil, fmt.Errorf("certificate %s %w", files.Certificate, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, RootCAs: pool, ClientCAs: pool,
		ClientAuth: tls.RequireAndVerifyClientCert}, nil
}

// fits says why other nodes would not believe a node's certificate.
func fits(c news.Cluster, pair tls.Certificate, pool *x509.CertPool, now time.Time) error {
	leaf := pair.Leaf
	switch {
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("is not valid before %s: is this machine's clock right?", leaf.NotBefore.UTC().Format(time.RFC3339))
	case now.After(leaf.NotAfter):
		return fmt.Errorf("ended at %s: have the authority make another", leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	between := x509.NewCertPool()
	for _, der := range pair.Certificate[1:] {
		if cert, err := x509.ParseCertificate(der); err == nil {
			between.AddCert(cert)
		}
	}
	for usage, name := range map[x509.ExtKeyUsage]string{x509.ExtKeyUsageServerAuth: "serverAuth", x509.ExtKeyUsageClientAuth: "clientAuth"} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage}})
		if invalid, ok := err.(x509.CertificateInvalidError); ok && invalid.Reason == x509.IncompatibleUsage {
			return fmt.Errorf("is not for %s: nodes call and are called, so it needs extendedKeyUsage=serverAuth,clientAuth", name)
		}
		if err != nil {
			return fmt.Errorf("is not of the authority %s: %w", c.TLS.Authority, err)
		}
	}
	host, _, _ := net.SplitHostPort(c.Listen)
	if ip, err := netip.ParseAddr(host); !slices.Contains(c.Peers, c.Listen) || err == nil && ip.IsUnspecified() {
		return nil // by which name others call is not known here
	}
	if err := leaf.VerifyHostname(host); err != nil {
		return fmt.Errorf("is not for %s, where others call this node: make one with subjectAltName for that", host)
	}
	return nil
}

// soonEnds is how long before its end one is told of a node's certificate.
const soonEnds = 30 * 24 * time.Hour

// nodeCertificate looks at the certificate of a node; nil: it has none, or it is
// not to be read.
func nodeCertificate(files news.ClusterTLS) *x509.Certificate {
	pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		return nil
	}
	return pair.Leaf
}
