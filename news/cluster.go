package news

import "slices"

// Cluster is how a node works with others; the zero value is one node.
type Cluster struct {
	Node         string   // this node's name among them; empty: one node
	Engine       string   // EngineEmbedded or EngineNATS
	URLs         []string // of the operator's own servers
	Listen       string   // of the embedded engine's routes, host:port
	Peers        []string // the routes of all nodes
	Replicas     int      // of what nodes share: 1, 3 or 5
	Roles        []Role
	SessionTTL   Duration // after which a silent node's partitions are others'
	LogRetention Duration // for which a node may be away and catch up
	TLS          ClusterTLS
	Secret       string // that nodes show one another, or the password of the operator's own servers
	Credentials  string // file, of the operator's own servers
}

// Engines of a cluster.
const (
	EngineEmbedded = "embedded"
	EngineNATS     = "nats"
)

// Role is what a node of a cluster does.
type Role string

// The roles of nodes.
const (
	RoleEngine Role = "engine" // keeps what nodes share
	RolePoll   Role = "poll"   // asks sources
	RoleServe  Role = "serve"  // answers the public
)

// ClusterTLS are files in PEM by which nodes know one another; all or none.
type ClusterTLS struct{ Certificate, Key, Authority string }

// On reports whether there are other nodes.
func (c Cluster) On() bool { return c.Node != "" }

// Does reports whether a node has a role. One that is alone has all of them.
func (c Cluster) Does(r Role) bool { return !c.On() || slices.Contains(c.Roles, r) }

// Cell is a piece of state that nodes share: the last value of a key. Value
// nil: it is gone.
type Cell struct {
	Bucket string
	Key    []byte
	Value  []byte
}
