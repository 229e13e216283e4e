package jetstream

import (
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	clusterName = "chinanews"
	routeUser   = "chinanews"
	clientUser  = "chinanews"
	payload     = 8 << 20 // bytes of the largest message
	startWithin = 30 * time.Second
	reportEvery = 60 // tries, about one a second, of a route to a node that is not there
)

// start runs the engine of this process. Its one client is in the process, which
// alone knows the password; other nodes come by routes.
func (e Engine) start(node, password string, log *slog.Logger) (*server.Server, error) {
	o, err := e.options(node)
	if err != nil {
		return nil, err
	}
	o.CustomClientAuthentication = secret(password)
	s, err := server.NewServer(o)
	if err != nil {
		return nil, fmt.Errorf("making the cluster's engine: %w", err)
	}
	voice := &engineLog{log: log.With("part", "engine"), fatal: make(chan error, 1)}
	s.SetLoggerV2(voice, false, false, false)
	go s.Start() // returns once everything listens
	for end := time.Now().Add(startWithin); ; {
		select {
		case err = <-voice.fatal:
		default:
			if s.ReadyForConnections(100 * time.Millisecond) {
				return s, nil
			}
			if time.Now().Before(end) {
				continue
			}
			err = errors.New("it is not ready in time")
		}
		s.Shutdown()
		return nil, fmt.Errorf("starting the cluster's engine at %s, files in %s: %w", e.Listen, e.Dir, err)
	}
}

// secret is the password of the engine's one client.
type secret string

func (s secret) Check(c server.ClientAuthentication) bool {
	return subtle.ConstantTimeCompare([]byte(c.GetOpts().Password), []byte(s)) == 1
}

// stopEngine hands leaderships to other nodes, if it is done politely, then
// stops.
func stopEngine(s *server.Server, politely bool) {
	if politely {
		s.LameDuckShutdown()
	}
	s.Shutdown()
	s.WaitForShutdown()
}

func (e Engine) options(node string) (*server.Options, error) {
	o := &server.Options{
		ServerName: node,
		// A port that nobody is told of. Without one the engine would not start its
		// routes either, nor hand over its leaderships.
		Host:       "127.0.0.1",
		Port:       server.RANDOM_PORT,
		NoSigs:     true,
		MaxPayload: payload,
		JetStream:  e.Store,
		StoreDir:   e.Dir,
		// Without it an acknowledged message is lost when all machines lose power:
		// the engine's own default is to sync every two minutes.
		SyncAlways:             true,
		DisableJetStreamBanner: true,
		LameDuckDuration:       time.Second,
		LameDuckGracePeriod:    time.Millisecond,
		ConnectErrorReports:    reportEvery,
		ReconnectErrorReports:  reportEvery,
	}
	if e.alone() {
		// A group of one would wait for a second for ever. Its files are apart: an
		// engine that later joins others would take them for leftovers, and delete
		// them.
		o.StoreDir = filepath.Join(e.Dir, "alone")
		return o, nil
	}
	host, port, _ := net.SplitHostPort(e.Listen)
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("cluster.listen %s: the port is no number", e.Listen)
	}
	o.Cluster = server.ClusterOpts{Name: clusterName, Host: host, Port: number, NoAdvertise: true, PingInterval: 2 * time.Second, MaxPingsOut: 2}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		// Others hear of this node from those that it dials, and these would name the
		// address that it dials from.
		o.Cluster.Advertise = e.Listen
	}
	if e.Secret != "" {
		o.Cluster.Username, o.Cluster.Password = routeUser, e.Secret
	}
	if e.TLS != nil {
		o.Cluster.TLSConfig, o.Cluster.TLSTimeout = mutual(e.TLS), 5
	}
	for _, peer := range e.Peers {
		route := &url.URL{Scheme: "nats-route", Host: peer}
		if e.Secret != "" {
			route.User = url.UserPassword(routeUser, e.Secret)
		}
		o.Routes = append(o.Routes, route)
	}
	return o, nil
}

func (e Engine) alone() bool {
	return !slices.ContainsFunc(e.Peers, func(peer string) bool { return peer != e.Listen })
}

// mutual makes both ends of a route show a certificate.
func mutual(c *tls.Config) *tls.Config {
	c = c.Clone()
	c.ClientAuth = tls.RequireAndVerifyClientCert
	if c.ClientCAs == nil {
		c.ClientCAs = c.RootCAs
	}
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	return c
}

// engineLog passes on what the engine warns of. The engine takes Fatalf for the
// end of the process; here it is the end of its start.
type engineLog struct {
	log   *slog.Logger
	fatal chan error
}

func (l *engineLog) Noticef(format string, v ...any) {}
func (l *engineLog) Debugf(format string, v ...any)  {}
func (l *engineLog) Tracef(format string, v ...any)  {}
func (l *engineLog) Warnf(format string, v ...any)   { l.log.Warn(said(format, v)) }
func (l *engineLog) Errorf(format string, v ...any) {
	text := said(format, v)
	if routine.MatchString(text) {
		l.log.Debug(text)
		return
	}
	l.log.Error(explained(text))
}
func (l *engineLog) Fatalf(format string, v ...any) {
	l.log.Error(said(format, v))
	select {
	case l.fatal <- errors.New(said(format, v)):
	default:
	}
}

// routine is what the engine calls an error and is none of its own: another node
// is not there, has gone, or only asked who listens.
var routine = regexp.MustCompile(`trying to connect to route|Route Error 'Stale Connection'|Error flushing: |connection reset by peer|broken pipe|handshake error: EOF`)

func said(format string, v []any) string { return strings.TrimSpace(fmt.Sprintf(format, v...)) }
