package signin

import (
	"strings"
	"testing"
)

// The hash of the reference implementation's own tests.
const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

func TestReference(t *testing.T) {
	h, err := parse(reference)
	if err != nil || h.String() != reference || !h.fits("password") || h.fits("Password") || h.fits("") {
		t.Errorf("the reference's hash is read as %v, %v", h, err)
	}
	if err := Check(reference); err != nil {
		t.Errorf("it is not taken: %v", err)
	}
}

func TestHash(t *testing.T) {
	const password = "四只红色的自行车停在门口那里"
	text, err := Hash(password)
	if err != nil || Check(text) != nil || strings.Contains(text, password) {
		t.Fatalf("%q, %v, %v", text, err, Check(text))
	}
	h, err := parse(text)
	if err != nil || h.cost != usual || len(h.salt) != saltLength || !h.fits(password) || h.fits(password+" ") {
		t.Errorf("%+v, %v", h, err)
	}
	for _, bad := range []string{"", "short", strings.Repeat("中", 11), strings.Repeat("x", 1001)} {
		if text, err := Hash(bad); err == nil || text != "" || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q is hashed: %q, %v", bad, text, err)
		}
	}
}

// What is no hash, or no good one, is refused in words that do not say it again.
func TestCheck(t *testing.T) {
	swap := func(old, new string) string { return strings.Replace(reference, old, new, 1) }
	for _, tt := range []struct{ text, want string }{
		{"correct horse battery", "no argon2id hash"}, {"", "no argon2id hash"}, {"$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "no argon2id hash"},
		{swap("argon2id", "argon2i"), "no argon2id hash"}, {swap("v=19", "v=16"), "no argon2id hash"}, {reference + "\n", "no argon2id hash"}, {" " + reference, "no argon2id hash"},
		{swap("p=1", "p=0"), "no argon2id hash"}, {swap("t=2", "t=0"), "no argon2id hash"}, {swap("m=65536", "m=4"), "no argon2id hash"}, {swap("m=65536", "m=99999999999999"), "no argon2id hash"},
		{swap("c29tZXNhbHQ", "c29tZXNhbA"), "no argon2id hash"}, {reference[:60], "no argon2id hash"},
		{swap("m=65536", "m=4096"), "too weak"}, {swap("m=65536", "m=8192"), "too weak"}, {swap("m=65536,t=2", "m=19456,t=1"), "too weak"},
		{swap("m=65536", "m=4194304"), "cost more"}, {swap("t=2", "t=999"), "cost more"}, {swap("p=1", "p=255"), "cost more"},
		{swap("m=65536,t=2", "m=19456,t=2"), ""}, {swap("m=65536,t=2", "m=47104,t=1"), ""}, {swap("m=65536,t=2", "m=7168,t=5"), ""},
	} {
		err := Check(tt.text)
		if tt.want == "" && err == nil {
			continue
		}
		if err == nil || tt.want == "" || !strings.Contains(err.Error(), tt.want) || tt.text != "" && strings.Contains(err.Error(), tt.text) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{reference, "", "$argon2id$v=19$m=65536,t=2,p=1$$", "$argon2id$v=19$m=000000001,t=000001,p=999$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(h.String())
		if err != nil || again.String() != h.String() {
			t.Errorf("%q is read as %v, and that as %v, %v", text, h, again, err)
		}
	})
}
