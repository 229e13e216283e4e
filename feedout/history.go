package feedout

import (
	"slices"
	"time"
)

// historyNamespace is that of RFC 5005.
const historyNamespace = "http://purl.org/syndication/history/1.0"

// archived reports whether a document is one of the archive.
func (d Document) archived() bool { return d.Archive.Name != "" }

// ownLinks are a document's links to itself, to where changes of it can be
// subscribed to (WebSub, section 4), and to the others of its feed.
func (d Document) ownLinks(f Format) []atomLink {
	out := []atomLink{{Href: d.self(f), Rel: "self", Type: f.mediaType()}}
	if d.Hub != "" {
		out = append(out, atomLink{Href: d.Hub, Rel: "hub"})
	}
	return append(out, d.history(f)...)
}

// history links a document with the others of its feed (RFC 5005, section 4.1):
// whoever goes from prev-archive to prev-archive has read all of it.
func (d Document) history(f Format) []atomLink {
	link := func(rel, address string) atomLink {
		return atomLink{Href: address, Rel: rel, Type: f.mediaType()}
	}
	var out []atomLink
	if d.archived() {
		out = append(out, link("current", d.current(f)))
	}
	if older := d.older(f); older != "" {
		out = append(out, link("prev-archive", older))
	}
	if d.archived() && d.Archive.Newer != "" {
		out = append(out, link("next-archive", d.archive(d.Archive.Newer, f)))
	}
	return out
}

// older is the address of the document of the archive that comes before; empty:
// none. Digests have no archive: what is in them is older news, not entries.
func (d Document) older(f Format) string {
	if d.Older == "" || d.Feed.Digest != "" && !d.archived() {
		return ""
	}
	return d.archive(d.Older, f)
}

// archive is the address of a document of the archive.
func (d Document) archive(name string, f Format) string {
	return d.home() + "archive/" + name + "." + string(f)
}

// archiveMark stands in a document of the archive (section 4).
func (d Document) archiveMark() *struct{} {
	if d.archived() {
		return &struct{}{}
	}
	return nil
}

// historyPrefix is declared where the mark stands.
func (d Document) historyPrefix() string {
	if d.archived() {
		return historyNamespace
	}
	return ""
}

// lasting is a document of the archive without what changes with other stories
// or stands in the subscription document only.
func (d Document) lasting() Document {
	d.Hub, d.Releases = "", slices.Clone(d.Releases)
	for n := range d.Releases {
		d.Releases[n].Siblings, d.Releases[n].Membership.Pinned = nil, time.Time{}
	}
	return d
}
