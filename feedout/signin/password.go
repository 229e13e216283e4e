// Package signin decides who may come in to the editor's desk: passwords,
// sessions, and how long those wait who guess. It keeps secrets as digests only,
// and no address of anybody.
package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// cost is what argon2id (RFC 9106) is made to take for a guess.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// usual is what Hash makes a guess cost: a third of a second of a small machine.
var usual = cost{memory: 64 << 10, passes: 3, lanes: 1}

// Bounds of what hashes made elsewhere may cost. The least is what OWASP's
// Password Storage Cheat Sheet asks for; the most must not stop the daemon.
const (
	leastMemory = 7 << 10   // KiB
	leastWork   = 35 << 10  // KiB times passes
	mostMemory  = 256 << 10 // KiB
	mostWork    = 1 << 20   // KiB times passes

	saltLength, digestLength = 16, 32
)

// hash is a hash in the PHC string format.
type hash struct {
	cost
	salt, digest []byte
}

var phcExpr = regexp.MustCompile(`^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,6}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$`)

// Hash makes what stands in the configuration for a password. It takes 64 MiB
// for a third of a second.
func Hash(password string) (string, error) {
	if err := Good(password); err != nil {
		return "", err
	}
	h := hash{cost: usual, salt: make([]byte, saltLength)}
	rand.Read(h.salt)
	h.digest = h.of(password, digestLength)
	return h.String(), nil
}

// Bounds of passwords, in bytes: NIST SP 800-63B, section 3.1.1.2, asks for at
// least 15 characters where nothing else is asked for; a short sentence has them.
const leastPassword, mostPassword = 12, 1000

// Good says why a password is not taken.
func Good(password string) error {
	switch {
	case len([]rune(password)) < leastPassword:
		return fmt.Errorf("a password has at least %d characters; four or five words are easy to keep in mind", leastPassword)
	case len(password) > mostPassword:
		return fmt.Errorf("a password has at most %d bytes", mostPassword)
	}
	return nil
}

// Check says why a text is no hash of a password, or one that is not good
// enough. What it says has no part of the text in it.
func Check(text string) error {
	h, err := parse(text)
	switch work := uint64(h.memory) * uint64(h.passes); {
	case err != nil:
		return err
	case h.memory < leastMemory || work < leastWork:
		return errors.New("this hash of a password is too weak: it is guessed too quickly")
	case h.memory > mostMemory || work > mostWork || h.lanes > 16:
		return errors.New("this hash of a password would cost more than a sign-in may")
	}
	return nil
}

func parse(text string) (h hash, err error) {
	found := phcExpr.FindStringSubmatch(text)
	if found == nil {
		return h, errors.New("this is no argon2id hash of a password")
	}
	n := [3]uint64{}
	for i := range n {
		n[i], _ = strconv.ParseUint(found[i+1], 10, 32) // digits, by the expression
	}
	h.cost = cost{uint32(n[0]), uint32(n[1]), uint8(min(n[2], 255))}
	var bad [2]error
	h.salt, bad[0] = base64.RawStdEncoding.DecodeString(found[4])
	h.digest, bad[1] = base64.RawStdEncoding.DecodeString(found[5])
	if errors.Join(bad[:]...) != nil || h.passes == 0 || h.lanes == 0 || h.memory < 8*uint32(h.lanes) {
		return hash{}, errors.New("this is no argon2id hash of a password")
	}
	return h, nil
}

func (h hash) String() string {
	b := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes, b(h.salt), b(h.digest))
}

func (h hash) of(password string, length uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, length)
}

// fits reports whether a password is the one that was hashed.
func (h hash) fits(password string) bool {
	return subtle.ConstantTimeCompare(h.of(password, uint32(len(h.digest))), h.digest) == 1
}

// secret is one that nobody can guess, for a cookie or an address.
func secret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Digest is under what a secret is kept.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
