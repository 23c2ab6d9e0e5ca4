// Package scenarios describes workloads: which requests, in which mix, how many
// a second, against which data, and what counts as good enough.
//
// Start with [Load], which finds a scenario by name among those that ship or
// reads a file; [Parse] understands bytes. What a scenario means in requests
// and due times is the business of package bench/load.
package scenarios

import "time"

// A Scenario is a named workload that can be offered to any number of targets.
type Scenario struct {
	Name        string
	Description string
	Data        Data
	Draw        map[string]Draw // what a placeholder such as {ad} stands for, by name
	Mix         []Route
	Capacity    Capacity
	Replay      Replay
	Objective   Objective
	Targets     []Target // the first is the baseline; none means the built-in pair
}

// Data says which data set the built-in targets serve.
type Data struct {
	Ads  int   // how many classified ads
	Seed int64 // the data set is a function of Ads and Seed alone
}

// A Draw is a source of values for a placeholder. Exactly one of From, List and
// Range is set.
type Draw struct {
	From  string   // a list of the data set: "categories", "ads", "words", "photos"
	List  []string // these values
	Range []int64  // two whole numbers, low and high, both included
	Zipf  float64  // popularity exponent s > 1: the k-th value is drawn ∝ k^-s; 0 draws uniformly
}

// A Route is one kind of request and its share of the mix. Path, the values of
// Header, names and values of Form, Body and Expect.Body are templates: see [Parts].
type Route struct {
	Name   string
	Weight float64 // relative to the weights of the other routes
	Method string  // GET, POST, …
	Path   string  // with query: /c/{category}?page=2
	Header []Field // sent as given, in this order; Host takes the place of the target's address
	Form   []Field // sent in this order, as URLEncoded unless Type is Multipart
	Body   string  // what is sent, where there is no Form
	Type   string  // of the Form or the Body: application/json
	Expect Expect
}

// A Field is one field of a header or of a form.
type Field struct{ Name, Value string }

// Expect says which response is a right one. Any other is an error, not a hit.
type Expect struct {
	Status int    // HTTP status; 200 if not given
	Body   string // a marker that the body must contain
}

// Capacity says how the highest throughput is found: a closed loop of Users who
// each send the next request as soon as the last is answered.
type Capacity struct {
	Users  int           // requests in flight
	Block  time.Duration // length of a block, at least; lengthened for slow targets
	Budget time.Duration // all of it is used; a last session may end a little later
	Within float64       // half-width of the gain's interval above which a run warns: 0.15 is ±15%
}

// Replay says how the traffic of a day is replayed: stages in order, in an open
// loop, the same for each target.
type Replay struct {
	Timeout time.Duration // a hit not answered this long after it was due is an error
	Stages  []Stage
}

// A Stage is a stretch of a replay with a rate of its own.
type Stage struct {
	Name  string
	For   time.Duration
	Rate  Rate
	Curve []float64 // multiples of Rate at evenly spaced points, linear between; none is a constant 1
}

// Objective says what is good enough: a stage of a replay meets it when its p95
// and its share of errors are no higher.
type Objective struct {
	P95    time.Duration
	Errors float64 // a share: 0.001
}

// A Target is a system under test.
type Target struct {
	Name         string
	Builtin      string            // "cgi" or "persistent"; the rest is then empty
	Kind         string            // one of Kinds
	Command      []string          // may hold {addr}, see TakesAddress, and {data}, see UsesData
	Files        string            // one of Programs: its files are copied to a directory of the target's own
	Needs        []Need            // what has to be installed
	Dir          string            // working directory of Command; relative to the Files, if there are any
	Env          map[string]string // added to the environment
	Reset        []string          // a command that restores the target's data
	URL          string            // of a target that already runs, or of a server that always listens there
	Insecure     bool              // take any certificate of an https URL
	CA           string            // file of certificates in PEM to trust in place of the system's
	PIDs         []int             // processes to watch, of a target that already runs
	Ready        string            // path that answers when the target is ready; default DefaultReady
	StartTimeout time.Duration     // default DefaultStartTimeout
	Settings     any               // the fields that not all kinds have: *CGI, *FastCGI or nil; see SettingsOf
}

// Defaults of a Target.
const (
	DefaultReady        = "/"
	DefaultStartTimeout = 15 * time.Second
)
