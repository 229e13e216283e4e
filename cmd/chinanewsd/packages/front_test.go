package packages

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chinanews/news/porttest"
)

// front is a web server under an example's configuration, on loopback, before a
// daemon of its own.
type front struct {
	*testing.T
	dir          string // of everything, logs too
	plain, https string // where it listens
	house, admin string // where the daemon does
	leave        func() // the daemon ends
}

const public = "https://news.example.org"

// open starts a daemon that takes itself for the site of the examples.
func open(t *testing.T) *front {
	t.Helper()
	f := &front{T: t, dir: t.TempDir(), plain: porttest.Address(t), https: porttest.Address(t), house: porttest.Address(t), admin: porttest.Address(t)}
	program := filepath.Join(unpacked(t), "chinanewsd")
	source := gazette(t)
	hash := exec.Command(program, "hash-password")
	hash.Stdin = strings.NewReader(password)
	hashed, err := hash.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"editor": string(hashed), "newsroom": token, "config.yaml": `site: {title: Harbour News, contact: ops@harbour.example, base_url: "` + public + `", was: ["` + public + `/alt"]}
data: data
listen: ` + f.house + `
trusted_proxies: 127.0.0.1/32
admin: {listen: "` + f.admin + `"}
desk: {users: [{name: editor, password: file:editor}]}
fetch: {allow: ["` + source + `"], hosts: {"*": {delay: 1s}}}
sources:
  - {id: harbour, url: "http://` + source + `/feed.xml", kind: feed, language: en, rights: government, interval: 1h}
feeds:
  - {id: notices, language: en, languages: all}
  - {id: inner, language: en, languages: all, access: token, tokens: [{name: newsroom, token: file:newsroom}]}
`} {
		f.write(name, text)
	}
	f.leave = f.start(exec.Command(program, "run", "-c", filepath.Join(f.dir, "config.yaml")))
	f.until("the daemon serves", func() bool {
		return strings.Count(got("http://"+f.house+"/feeds/notices.atom"), "<entry") == 3 && got("http://"+f.admin+"/readyz") != ""
	})
	return f
}

const (
	password = "the tide is coming in"
	token    = "OC5GWAA4NVLVVGOQ3BR32TUZOO"
)

func (f *front) write(name, text string) {
	f.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

// example is what deploy/ has under a name, with other words in it.
func (f *front) example(name string, changes ...string) string {
	f.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "deploy", name))
	if err != nil {
		f.Fatal(err)
	}
	for n := 0; n < len(changes); n += 2 {
		if !strings.Contains(string(text), changes[n]) {
			f.Fatalf("%s has no %s", name, changes[n])
		}
	}
	return strings.NewReplacer(changes...).Replace(string(text))
}

// start runs a program until the test ends, or it is stopped.
func (f *front) start(cmd *exec.Cmd) (stop func()) {
	f.Helper()
	log, err := os.Create(filepath.Join(f.dir, filepath.Base(cmd.Path)+".log"))
	if err != nil {
		f.Fatal(err)
	}
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin", "HOME=" + f.dir, "RUNTIME_DIRECTORY=" + f.dir}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			cmd.Process.Signal(syscall.SIGTERM)
			cmd.Wait()
			log.Close()
		}
	}
	f.Cleanup(stop)
	return stop
}

func (f *front) until(what string, is func() bool) {
	f.Helper()
	for range 600 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	f.Fatalf("it is never so: %s\n%s", what, f.logs())
}

// logs is all that was written into logs, by whomever.
func (f *front) logs() (all string) {
	names, _ := filepath.Glob(filepath.Join(f.dir, "*.log"))
	for _, name := range names {
		text, _ := os.ReadFile(name)
		all += "== " + filepath.Base(name) + "\n" + string(text)
	}
	return all
}

// client is a reader at an address of loopback: all names lead to the web server.
func (f *front) client(from string) *http.Client {
	jar, _ := cookiejar.New(nil) // has no error
	local := &net.TCPAddr{IP: net.ParseIP(from)}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		to := f.plain
		if strings.HasSuffix(address, ":443") {
			to = f.https
		}
		return (&net.Dialer{LocalAddr: local}).DialContext(ctx, network, to)
	}
	transport := &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableCompression: true}
	f.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// nginx takes the example as it is, but for ports and the certificate, which is
// made here.
func (f *front) nginx() {
	need(f.T, "nginx", "openssl")
	ran(f.T, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=news.example.org",
		"-keyout", filepath.Join(f.dir, "privkey.pem"), "-out", filepath.Join(f.dir, "fullchain.pem"))
	text := f.example("nginx.conf", "/etc/ssl/news.example.org", f.dir, "listen 80;", "listen "+f.plain+";", "listen 443 ssl;", "listen "+f.https+" ssl;",
		"listen [::]:80;", "", "listen [::]:443 ssl;", "", "http://127.0.0.1:8080", "http://"+f.house)
	f.write("nginx.conf", "daemon off;\npid "+f.dir+"/pid;\nerror_log "+f.dir+"/error.log;\nevents {}\nhttp {\naccess_log "+f.dir+"/access.log;\n"+
		"client_body_temp_path "+f.dir+"/body;\nproxy_temp_path "+f.dir+"/proxy;\n"+text+"}\n")
	f.start(exec.Command("nginx", "-c", filepath.Join(f.dir, "nginx.conf"), "-p", f.dir, "-e", filepath.Join(f.dir, "error.log")))
}

// caddy takes the example as it is, but for ports and who signs its certificate.
func (f *front) caddy() {
	need(f.T, "caddy")
	_, plain, _ := net.SplitHostPort(f.plain)
	_, https, _ := net.SplitHostPort(f.https)
	f.write("Caddyfile", "{\nhttp_port "+plain+"\nhttps_port "+https+"\ndefault_bind 127.0.0.1\nadmin off\nlocal_certs\nskip_install_trust\nstorage file_system "+f.dir+"/caddy\n}\n"+
		f.example("Caddyfile", "127.0.0.1:8080", f.house))
	f.start(exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", filepath.Join(f.dir, "Caddyfile")))
}
