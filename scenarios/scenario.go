// Package scenarios describes workloads: the requests and their mix, the rates, the
// data, and the objective.
//
// Start with [Load], which finds a shipped scenario by its name, or reads a file;
// [Parse] parses bytes. Package bench/load turns a scenario into requests and due
// times.
package scenarios

import "time"

// A Scenario is a named workload for any number of targets.
type Scenario struct {
	Name        string
	Description string
	Data        Data
	Draw        map[string]Draw // sources of the values of placeholders such as {ad}, by name
	Mix         []Route
	Capacity    Capacity
	Replay      Replay
	Objective   Objective
	Targets     []Target // the first is the baseline; none means the built-in pair
}

// Data describes the data set of the built-in targets.
type Data struct {
	Ads  int   // number of classified ads
	Seed int64 // the data set is a function of Ads and Seed
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
// Header, the names and values of Form, Body and Expect.Body are templates: see
// [Parts].
type Route struct {
	Name   string
	Weight float64 // relative to the weights of the other routes
	Method string  // GET, POST, …
	Path   string  // with query: /c/{category}?page=2
	Header []Field // sent as given, in this order; Host replaces the target's address
	Form   []Field // sent in this order, as URLEncoded unless Type is Multipart
	Body   string  // the body, if there is no Form
	Type   string  // media type of the Form or the Body: application/json
	Expect Expect
}

// A Field is one field of a header or of a form.
type Field struct{ Name, Value string }

// Expect describes a right response. Any other response is an error, not a hit.
type Expect struct {
	Status int    // HTTP status; 200 if not given
	Body   string // a marker that the body must contain

	// Baseline says that a right answer is what the baseline answered to the same request
	// before measuring: its status, and a part of the body that does not vary.
	Baseline bool
}

// Capacity contains the settings for measuring the highest throughput, in a closed
// loop: each user sends the next request as soon as the last is answered.
type Capacity struct {
	Users  int           // number of users, so of requests in flight
	Block  time.Duration // minimum length of a block; longer for slow targets
	Budget time.Duration // the measurement uses all of it; the last session may end a little later
	Within float64       // a wider half-width of the gain's interval gives a warning: 0.15 means ±15%
}

// Replay contains the settings for replaying the traffic of a day: stages in order,
// in an open loop, the same for each target.
type Replay struct {
	Timeout time.Duration // from the due time to the answer; later is an error
	Stages  []Stage

	// DoubleUpTo bounds the rates at which the last stage is repeated for a target that met
	// the objective in it: at twice its rate, and so on, until it misses the objective. Zero
	// repeats nothing.
	DoubleUpTo Rate
}

// A Stage is a part of a replay with its own rate.
type Stage struct {
	Name  string
	For   time.Duration
	Rate  Rate
	Curve []float64 // multiples of Rate at evenly spaced points, linear in between; empty means a constant 1
}

// Objective is the requirement for a stage of a replay: its p95 and its share of
// errors must not be higher.
type Objective struct {
	P95    time.Duration
	Errors float64 // as a share: 0.001
}

// A Target is a system under test.
type Target struct {
	Name         string
	Builtin      string            // "cgi" or "persistent"; then the other fields are empty, but for Settings
	Kind         string            // one of Kinds
	Command      []string          // may contain {addr}, see TakesAddress, {data}, see UsesData, and {instance}
	Files        string            // one of Programs: its files are copied to a separate directory of the target
	Needs        []Need            // programs that must be installed
	Dir          string            // working directory of Command; relative to the Files, if set
	Env          map[string]string // added to the environment
	Reset        []string          // command that restores the target's data
	URL          string            // of a target that runs already, or of a server with a fixed address
	Insecure     bool              // accept any certificate of an https URL
	CA           string            // file of trusted certificates in PEM, instead of the system's
	PIDs         []int             // processes to watch, for a target that runs already
	Ready        string            // path that answers when the target is ready; default DefaultReady
	StartTimeout time.Duration     // default DefaultStartTimeout
	Settings     any               // fields that not all kinds have: *CGI, *FastCGI, *Server or nil; see SettingsOf
}

// Defaults of a Target.
const (
	DefaultReady        = "/"
	DefaultStartTimeout = 15 * time.Second
)

// PIDs returns the processes that are to be watched of targets that run already.
func PIDs(targets []Target) (all []int) {
	for _, t := range targets {
		all = append(all, t.PIDs...)
	}
	return all
}
