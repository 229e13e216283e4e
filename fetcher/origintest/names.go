package origintest

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver answers names with one address each, of the caller's choice, and
// all others with nothing. No packet is sent.
func Resolver(answers map[string]string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server, answers)
		return client, nil
	}}
}

// answerDNS speaks DNS as over TCP: each message after its length.
func answerDNS(conn net.Conn, answers map[string]string) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := conn.Read(length[:]); err != nil {
			return
		}
		query := make([]byte, int(length[0])<<8|int(length[1]))
		if _, err := conn.Read(query); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(query) != nil {
			return
		}
		reply := replyTo(m, answers)
		if _, err := conn.Write(append([]byte{byte(len(reply) >> 8), byte(len(reply))}, reply...)); err != nil {
			return
		}
	}
}

func replyTo(m dnsmessage.Message, answers map[string]string) []byte {
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	ip, err := netip.ParseAddr(answers[strings.TrimSuffix(q.Name.String(), ".")])
	header := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, Type: q.Type}
	switch {
	case err != nil:
		m.RCode = dnsmessage.RCodeNameError
	case ip.Is4() && q.Type == dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}}}
	case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}
