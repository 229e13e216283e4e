package dates

import (
	"strings"
	"time"
)

// standard reads what nearly all feeds write, as the forms would read it: RFC
// 822 with seconds, RFC 3339, and the same without T and zone. What is not
// plainly one of these is left to them.
func standard(text string, o Options) (stamp, bool) {
	s, zone, ok := mailDate(text)
	if !ok {
		s, zone, ok = internetDate(text)
	}
	if !ok || s.second > 59 || !s.sane(o.Now) {
		return stamp{}, false
	}
	s.clock, s.seconds = true, true
	s.zone, ok = standardZone(zone)
	return s, ok
}

// mailDate reads Fri, 20 Nov 2026 06:00:00, and returns what follows a blank.
func mailDate(text string) (s stamp, rest string, ok bool) {
	if day, after, found := strings.Cut(text, ", "); found {
		if len(day) != 3 || !strings.Contains("MonTueWedThuFriSatSun", day) {
			return s, "", false
		}
		text = after
	}
	day, text, _ := strings.Cut(text, " ")
	if len(day) == 1 {
		day = "0" + day
	}
	if len(day) != 2 || len(text) < len("Nov 2026 06:00:00 Z") || text[3] != ' ' || text[8] != ' ' || text[17] != ' ' {
		return s, "", false
	}
	at := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", text[:3])
	s = stamp{day: digits(day), month: at/3 + 1, year: digits(text[4:8])}
	return s, text[18:], at >= 0 && at%3 == 0 && s.setDigits(text[9:17])
}

// internetDate reads 2026-11-20T06:00:00, and returns what follows.
func internetDate(text string) (s stamp, rest string, ok bool) {
	const length = len("2026-11-20T06:00:00")
	if len(text) < length || text[4] != '-' || text[7] != '-' || text[10] != 'T' && text[10] != ' ' {
		return s, "", false
	}
	s = stamp{year: digits(text[:4]), month: digits(text[5:7]), day: digits(text[8:10])}
	rest = text[length:]
	if strings.HasPrefix(rest, ".") && len(rest) > 1 && digits(rest[1:2]) >= 0 {
		rest = strings.TrimLeft(rest[1:], "0123456789")
	}
	return s, rest, s.setDigits(text[11:length]) && (rest != "" || text[10] == ' ')
}

// setDigits sets the time of day to one as 06:00:00.
func (s *stamp) setDigits(clock string) bool {
	if clock[2] != ':' || clock[5] != ':' {
		return false
	}
	s.hour, s.minute, s.second = digits(clock[:2]), digits(clock[3:5]), digits(clock[6:])
	return s.hour >= 0 && s.minute >= 0 && s.second >= 0
}

// standardZone is a zone as GMT, UTC, Z, +0800 or +08:00; nil when none is
// stated.
func standardZone(zone string) (*time.Location, bool) {
	switch {
	case zone == "":
		return nil, true
	case zone == "GMT", zone == "UTC", zone == "Z":
		return greenwich, true
	case len(zone) == 6 && zone[3] == ':':
		zone = zone[:3] + zone[4:]
	}
	if len(zone) != 5 || zone[0] != '+' && zone[0] != '-' {
		return nil, false
	}
	hours, minutes := digits(zone[1:3]), digits(zone[3:])
	if hours < 0 || minutes < 0 {
		return nil, false
	}
	loc := offset(zone[0] == '-', hours, minutes)
	return loc, loc != nil
}

var greenwich = offset(false, 0, 0)

// digits is the number that a few digits are; -1 for anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
