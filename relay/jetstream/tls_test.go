package jetstream_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"chinanews/relay/jetstream"
	"chinanews/relay/jetstream/jetstreamtest"
)

// authority makes configurations of nodes that know one another by it.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	var der []byte
	a.key, der = a.sign(template, template)
	a.cert, _ = x509.ParseCertificate(der)
	return a
}

func (a *authority) sign(template, parent *x509.Certificate) (*ecdsa.PrivateKey, []byte) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	signer := key
	if a.key != nil {
		signer = a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	return key, der
}

func (a *authority) node() *tls.Config {
	key, der := a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "node"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.cert)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, RootCAs: roots}
}

// Nodes with certificates of one authority and one secret are a cluster. One with
// another's certificate, or another secret, is none of it.
func TestRoutesAreGuarded(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	c := jetstreamtest.Start(t, 5, func(i int, o *jetstream.Options) {
		o.Engine.Peers = o.Engine.Peers[:3]
		o.Engine.Secret, o.Engine.TLS, o.Replicas, o.Engine.Store = "one secret", ours.node(), 3, i < 3
		switch i {
		case 3:
			o.Engine.TLS = others.node()
		case 4:
			o.Engine.Secret = "another"
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Relays[0].Found(ctx, jetstreamtest.Charter("one"), ""); err != nil {
		t.Fatal(err)
	}
	for i, r := range c.Relays {
		_, err := r.Charter(ctx)
		if (err == nil) != (i < 3) {
			t.Errorf("node %d reads the charter: %v", i, err)
		}
	}
	if seq, err := c.Relays[2].Append(ctx, "log.1", jetstreamtest.ID(1), nil, 0); seq != 1 || err != nil {
		t.Error(seq, err)
	}
}
