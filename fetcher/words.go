package fetcher

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"chinanews/news"
)

// wordsOf says what went wrong on the way, and what to do about it.
func wordsOf(err error, u *url.URL) *news.Problem {
	p := func(class news.Class, condition news.Condition, format string, args ...any) *news.Problem {
		return &news.Problem{Class: class, Condition: condition, Words: fmt.Sprintf(format, args...)}
	}
	host := u.Hostname()
	if words := certificateWords(err, host); words != "" {
		return p(news.ClassTLS, news.Certificate, "%s", words)
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	if guarded, ok := errors.AsType[refusal](err); ok {
		return p(news.ClassBlocked, news.Blocked, "%s", news.Line(string(guarded)))
	}
	switch {
	case errors.Is(err, errBlocked):
		return p(news.ClassBlocked, news.Blocked, "%v", trimmed(err))
	case errors.Is(err, errTooLarge):
		return p(news.ClassTooLarge, news.Broken, "%v; raise it if the source is to be trusted", err)
	case errors.Is(err, errTruncated):
		return p(news.ClassTruncated, news.Unreachable, "%v; nothing of it is used", err)
	case errors.Is(err, errEncoding):
		return p(news.ClassEncoding, news.Broken, "%v", err)
	case isDNS && dns.IsNotFound:
		return p(news.ClassDNS, news.Unreachable, "%s does not resolve; check the address", host)
	case isDNS:
		return p(news.ClassDNS, news.Unreachable, "%s could not be resolved now; is there a network?", host)
	case timedOut(err):
		return p(news.ClassTimeout, news.Unreachable, "%s did not answer in time (fetch.timeout)", host)
	}
	if strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "HTTP response to HTTPS") {
		return p(news.ClassTLS, news.Certificate, "%s does not speak TLS properly, or http:// only: %v", host, trimmed(err))
	}
	return p(news.ClassConnect, news.Unreachable, "no connection to %s: %v", host, trimmed(err))
}

func timedOut(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// certificateWords says what is wrong with a certificate; empty when it is not
// that.
func certificateWords(err error, host string) string {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	name, wrongName := errors.AsType[x509.HostnameError](err)
	_, other := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s is valid from %s to %s only", host, invalid.Cert.NotBefore.Format("2006-01-02"), invalid.Cert.NotAfter.Format("2006-01-02"))
	case wrongName:
		names := strings.Join(name.Certificate.DNSNames, ", ")
		if names == "" {
			names = "it names none"
		}
		return fmt.Sprintf("the certificate is for another name (%s), not for %s; perhaps the site is meant to be asked by http", names, host)
	case unknown:
		return fmt.Sprintf("the certificate of %s is signed by nobody known here", host)
	case isInvalid, other:
		return fmt.Sprintf("the certificate of %s cannot be trusted: %v", host, trimmed(err))
	}
	return ""
}

// trimmed is the last part of a chain of errors, on one line: what the system
// said, without the addresses that stand before it.
func trimmed(err error) string {
	words := news.Line(err.Error())
	if op, ok := errors.AsType[*net.OpError](err); ok {
		words = news.Line(op.Err.Error())
	}
	if r := []rune(words); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return words
}
