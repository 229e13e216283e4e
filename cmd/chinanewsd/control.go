package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chinanews/news"
)

// While the daemon runs it holds the record, and commands talk to it by HTTP
// over a socket that only its own user may open.
const (
	socketName    = "control.sock"
	mostSocket    = 100 // bytes of a path that every system takes
	controlWithin = 30 * time.Second
	maxReply      = 64 << 20
)

// socketPaths are where a daemon's socket may be: the first is where a daemon
// started with this environment puts it.
func socketPaths(data string) []string {
	paths := []string{filepath.Join(data, socketName)}
	if dir, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":"); dir != "" {
		paths = append([]string{filepath.Join(dir, socketName)}, paths...)
	}
	return paths
}

// shortened calls do with a name of a path that is short enough for a socket:
// the path, or for the while a link to its folder and the file in it.
func shortened(path string, do func(string) error) error {
	if len(path) <= mostSocket {
		return do(path)
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "cn")
	if err == nil && len(dir) > mostSocket/2 {
		os.Remove(dir)
		dir, err = os.MkdirTemp("/tmp", "cn")
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	link := filepath.Join(dir, "d")
	if err := os.Symlink(folder, link); err != nil {
		return err
	}
	return do(filepath.Join(link, filepath.Base(path)))
}

// controlSocket is a listener that takes its file away when it is closed.
type controlSocket struct {
	net.Listener
	path string
	file os.FileInfo
	link string // in the data directory, when the socket is elsewhere
}

// listenControl makes the daemon's socket. What a dead daemon left is
// replaced; the store's lock says that this one is alone with its record.
func listenControl(data string) (*controlSocket, error) {
	paths := socketPaths(data)
	path := paths[0]
	if conn, err := dialSocket(context.Background(), path); err == nil {
		conn.Close()
		return nil, fmt.Errorf("another daemon answers at %s; give each a RUNTIME_DIRECTORY of its own", path)
	}
	c := &controlSocket{path: path}
	if err := c.listen(); err != nil {
		return nil, fmt.Errorf("making %s: %w", path, err)
	}
	if len(paths) > 1 { // a person's shell does not know RUNTIME_DIRECTORY
		c.link = paths[1]
		os.Remove(c.link)
		if err := os.Symlink(path, c.link); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

// listen binds another name, closes it to others, and renames it into place:
// whoever finds the socket finds it finished.
func (c *controlSocket) listen() error {
	begun := c.path + ".new"
	if err := os.Remove(begun); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := shortened(begun, func(name string) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
		if err == nil {
			l.SetUnlinkOnClose(false)
			c.Listener = l
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.file, err = os.Lstat(begun); err == nil {
		err = os.Chmod(begun, 0o600)
	}
	if err == nil {
		err = os.Rename(begun, c.path)
	}
	if err != nil {
		return errors.Join(err, c.Listener.Close(), os.Remove(begun))
	}
	return nil
}

// Close takes the socket away, unless another daemon has put its own there.
func (c *controlSocket) Close() error {
	err := c.Listener.Close()
	if now, e := os.Lstat(c.path); e == nil && os.SameFile(now, c.file) {
		os.Remove(c.path)
		if c.link != "" {
			os.Remove(c.link)
		}
	}
	return err
}

func dialSocket(ctx context.Context, path string) (conn net.Conn, err error) {
	err = shortened(path, func(name string) error {
		conn, err = new(net.Dialer).DialContext(ctx, "unix", name)
		return err
	})
	return conn, err
}

// control answers commands. An endpoint is a line here and a function that
// returns what is to be said.
func (h *house) control() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /status", reply(func(r *http.Request) (any, error) { return h.overview(r.Context(), r.FormValue("source")) }))
	mux.HandleFunc("GET /backup", h.sendBackup)
	mux.Handle("POST /edit", reply(h.editFor))
	mux.Handle("GET /edit", reply(h.dossierFor))
	mux.Handle("GET /queue", reply(func(r *http.Request) (any, error) { return h.queue(r.Context()) }))
	mux.Handle("GET /explain", reply(h.explainFor))
	mux.HandleFunc("POST /rehearse", h.rehearseFor)
	mux.HandleFunc("POST /reload", h.reloadFor)
	mux.Handle("GET /site", reply(func(r *http.Request) (any, error) { return h.site(r.Context()) }))
	mux.Handle(publicPrefix+"/", http.StripPrefix(publicPrefix, h.written()))
	mux.Handle("GET /search", reply(func(r *http.Request) (any, error) { return h.lookUp(r.Context(), r.URL.Query()) }))
	if h.member != nil {
		mux.Handle("GET /cluster", reply(func(r *http.Request) (any, error) { return h.member.overview(r.Context()) }))
		mux.Handle("POST /cluster/finalize", reply(func(r *http.Request) (any, error) { return h.member.finalize(r.Context(), r.FormValue("force") != "") }))
		mux.HandleFunc("POST /cluster/reseed", h.member.reseedFor)
	}
	return mux
}

// refused is how the daemon says no.
type refused struct {
	Error string `json:"error"`
	Usage bool   `json:"usage"` // it is the command line's fault
}

func reply(do func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		said, err := do(r)
		if err != nil {
			refuse(w, w, err)
			return
		}
		json.NewEncoder(w).Encode(said)
	})
}

// refuse says no, into the body of an answer.
func refuse(w http.ResponseWriter, body io.Writer, err error) {
	_, usage := errors.AsType[usageError](err)
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(body).Encode(refused{err.Error(), usage})
}

// ask puts a question to the daemon that holds the configured record, and
// reads its answer into a value. There is no daemon when answered is false.
func (t *terminal) ask(cfg news.Config, method, target string, into any) (answered bool, err error) {
	return t.converse(cfg, method, target, nil, into)
}

// send is ask with a value that the daemon is to act on.
func (t *terminal) send(cfg news.Config, target string, what, into any) (answered bool, err error) {
	body, err := json.Marshal(what)
	if err != nil {
		return false, err
	}
	return t.converse(cfg, "POST", target, bytes.NewReader(body), into)
}

// converse makes a request that is answered by one value.
func (t *terminal) converse(cfg news.Config, method, target string, body io.Reader, into any) (answered bool, err error) {
	ctx, cancel := context.WithTimeout(t, controlWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon"+target, body)
	if err != nil {
		return false, err
	}
	return converse(req, cfg, func(body io.Reader) error {
		return json.NewDecoder(io.LimitReader(body, maxReply)).Decode(into)
	})
}

// receive is ask for an answer that is a stream, which is written to w.
func (t *terminal) receive(cfg news.Config, target string, w io.Writer) (answered bool, err error) {
	req, err := http.NewRequestWithContext(t, "GET", "http://daemon"+target, nil)
	if err != nil {
		return false, err
	}
	return converse(req, cfg, func(body io.Reader) error {
		_, err := io.Copy(w, body)
		return err
	})
}

// converse finds the daemon and makes one request of it.
func converse(req *http.Request, cfg news.Config, take func(body io.Reader) error) (answered bool, err error) {
	for _, path := range socketPaths(cfg.Data) {
		conn, err := dialSocket(req.Context(), path)
		switch {
		case errors.Is(err, fs.ErrPermission):
			return true, fmt.Errorf("the daemon's socket %s is closed to this user; run the command as the daemon's user", path)
		case err != nil: // nobody is there
			continue
		}
		return true, request(req, conn, take)
	}
	return false, nil
}

// request makes one request over a connection.
func request(req *http.Request, conn net.Conn, take func(body io.Reader) error) error {
	defer conn.Close()
	once := http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	resp, err := once.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("asking the daemon: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return take(resp.Body)
	}
	body := json.NewDecoder(io.LimitReader(resp.Body, maxReply))
	var no refused
	if err := body.Decode(&no); err != nil || no.Error == "" {
		return fmt.Errorf("the daemon answers %s; is it of another version?", resp.Status)
	}
	if no.Usage {
		return usageError{errors.New(no.Error)}
	}
	return errors.New(no.Error)
}
