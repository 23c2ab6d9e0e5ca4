package result

// Verdicts of a verification.
const (
	Same      = "same"      // no difference was found
	Different = "different" // see the findings
	Unknown   = "unknown"   // see the reasons
)

// Kinds of findings of a verification.
const (
	KindPort        = "port"        // a candidate that was just started answers this request differently
	KindLifetime    = "lifetime"    // the candidate answers differently only after certain requests
	KindConcurrency = "concurrency" // only while certain requests are under way
	KindGrowth      = "growth"      // answers stay equal, resources do not
)

// A Verification holds what was tried to tell two targets apart, and what was found.
type Verification struct {
	Schema      int         `json:"schema"`
	Version     string      `json:"version,omitempty"` // of classibench
	Command     []string    `json:"command,omitempty"` // that ran it
	Scenario    Scenario    `json:"scenario"`
	Environment Environment `json:"environment"`
	Targets     []Target    `json:"targets"` // the baseline first
	Began       string      `json:"began"`   // RFC 3339
	Seconds     float64     `json:"seconds"`
	Budget      float64     `json:"budget"` // seconds
	Seed        int64       `json:"seed"`
	Partial     bool        `json:"partial,omitempty"` // it ended early: without findings, the verdict is unknown

	Verdict  string    `json:"verdict"`           // Same, Different or Unknown
	Reasons  []string  `json:"reasons,omitempty"` // why the verdict is unknown
	Invalid  bool      `json:"invalid,omitempty"` // the reasons make a comparison impossible; else it was only too short
	Tried    Tried     `json:"tried"`
	Findings []Finding `json:"findings"`
	Varies   []Varying `json:"varies,omitempty"` // what is not compared
	Growth   []Growth  `json:"growth,omitempty"` // of a soak
	Warnings []Warning `json:"warnings,omitempty"`
}

// Tried is the extent of a verification.
type Tried struct {
	Requests     int `json:"requests"`      // sent to a candidate
	OrderedPairs int `json:"ordered_pairs"` // of routes, seen next to each other
	PairsOf      int `json:"pairs_of"`      // ordered pairs that there are
	Sequences    int `json:"sequences"`
	Visitors     int `json:"visitors"` // at most in one sequence
	Restarts     int `json:"restarts"` // of candidates
	Probes       int `json:"probes"`   // sequences that were sent to make a finding shorter
	Routes       int `json:"routes"`
}

// A Finding is a difference with the shortest sequence of requests that shows it.
type Finding struct {
	Candidate string `json:"candidate"`
	Kind      string `json:"kind"`
	Hazard    int    `json:"hazard,omitempty"` // number of the hazard in docs/verify.md, 1 to 17; 0 is not known
	Cause     string `json:"cause,omitempty"`  // the hazard in words
	Canary    bool   `json:"canary"`           // another visitor's value is in the answer

	Length   int            `json:"length"`   // of the sequence
	Sequence []VerifiedStep `json:"sequence"` // the last one is the victim, unless steps are sent at the same time
	Victim   VerifiedStep   `json:"victim"`
	Minimal  bool           `json:"minimal"` // without any of its requests the difference is gone; this was tried
	Rate     float64        `json:"rate"`    // share of the repetitions that showed it: 1 is always
	Shown    int            `json:"shown"`
	Repeated int            `json:"repeated"`
	Place    string         `json:"place"` // where the answers differ, such as "header Set-Cookie", "html main > p[2]", "json /ads/0/title"
	Want     string         `json:"want"`  // excerpt of the baseline's answer at the place
	Got      string         `json:"got"`
	Baseline VerifiedAnswer `json:"baseline"`
	Answer   VerifiedAnswer `json:"answer"`             // of the candidate
	Evidence []string       `json:"evidence,omitempty"` // one sentence each
	LookFor  []Hint         `json:"look_for,omitempty"`
	Cleaners []VerifiedStep `json:"cleaners,omitempty"` // requests that hide the difference when sent before the victim
	Also     []VerifiedStep `json:"also,omitempty"`     // other victims with the same cause
	Growth   *Growth        `json:"growth,omitempty"`   // of a finding of kind growth
}

// A Hint says what to look for in a program of one language.
type Hint struct {
	Language string `json:"language"` // Perl, PHP, Python or Go
	Text     string `json:"text"`
}

// A VerifiedStep is a request of a sequence.
type VerifiedStep struct {
	Visitor int                 `json:"visitor"` // from 1
	Method  string              `json:"method"`
	URL     string              `json:"url"`
	Header  map[string][]string `json:"header,omitempty"`
	Body    string              `json:"body,omitempty"`
	Route   string              `json:"route,omitempty"`
	Batch   int                 `json:"batch,omitempty"`   // steps with the same number, not 0, are sent at the same time
	Pause   float64             `json:"pause,omitempty"`   // seconds before the step
	Connect bool                `json:"connect,omitempty"` // over a new connection, which another worker may serve

	Sent *SentRequest `json:"sent,omitempty"` // if the visitor sent values of their own instead
}

// A SentRequest is a request with the values of its visitor. Hidden fields are still names,
// and cookies are left out.
type SentRequest struct {
	URL    string              `json:"url"`
	Header map[string][]string `json:"header,omitempty"`
	Body   string              `json:"body,omitempty"`
}

// A VerifiedAnswer is one side's answer to the victim.
type VerifiedAnswer struct {
	Status  int                 `json:"status,omitempty"`
	Header  map[string][]string `json:"header,omitempty"`
	Body    string              `json:"body,omitempty"` // cut after 64 KiB; a body that is not text as Go string escapes
	Failure string              `json:"failure,omitempty"`
}

// A Varying is a place that differs between two runs of the baseline, or that the user
// declared: its value is not compared.
type Varying struct {
	Route    string   `json:"route,omitempty"` // empty: all routes
	Place    string   `json:"place"`
	Examples []string `json:"examples,omitempty"`
	Declared bool     `json:"declared,omitempty"`
}

// A Growth is the trend of a resource during a soak.
type Growth struct {
	Candidate string  `json:"candidate"`
	Route     string  `json:"route,omitempty"` // empty: all routes
	Resource  string  `json:"resource"`        // memory, descriptors, threads, processes, zombies, locks or files
	Unit      string  `json:"unit"`            // bytes, or empty
	Per1000   float64 `json:"per_1000"`        // requests
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Level     float64 `json:"level"`
	Requests  int     `json:"requests"`
	Grows     bool    `json:"grows"` // the interval is above what is allowed

	Points []GrowthPoint `json:"points,omitempty"` // after warm-up
}

// A GrowthPoint is the use of a resource after a number of requests.
type GrowthPoint struct {
	Requests int     `json:"requests"`
	Value    float64 `json:"value"`
}
