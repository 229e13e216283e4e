package clustertest

import "strings"

// approved has an editor approve what waits, at one node, which dies when it has
// said that it is done. It is in every feed after.
func approved(r *rig, n *node) {
	r.Helper()
	address, guid := r.web.publish("s000")
	until(r.T, "what was published can be approved", r.patience, func() bool {
		_, err := attempt(r.T, "edit", address, "approve", "--feed", "held", "--who", "an editor", "-c", n.config)
		return err == nil
	})
	r.allowed = append(r.allowed, guid)
	r.kill(n)
	for _, other := range r.nodes {
		if other != n {
			r.shows(other, guid)
		}
	}
	r.start(n)
	r.shows(n, guid)
}

// shows waits until a node has something in the feed whose items wait for an
// editor.
func (r *rig) shows(n *node, guid string) {
	r.Helper()
	until(r.T, n.name()+" shows "+guid, r.patience, func() bool {
		_, _, body := get("http://" + n.public + "/feeds/held.json")
		return strings.Contains(body, "notice "+guid+`"`)
	})
}
