package result

// Costs are the costs of a request of each target, by its name: CPU time with one user who
// sends the mix without pause. They come from rounds in which all targets take turns.
type Costs map[string]TargetCosts

// TargetCosts are what a request costs one target, in parts. A part that is nil is not known,
// or stands in another one (see [Cost.With]); Missing has the reason.
type TargetCosts struct {
	Process *Cost `json:"process,omitempty"` // starting and ending the smallest possible process
	Runtime *Cost `json:"runtime,omitempty"` // what the least program of the same kind adds to it
	Startup *Cost `json:"startup,omitempty"` // what the program itself does before it can answer
	Work    *Cost `json:"work,omitempty"`    // what remains once all is loaded
	Gateway *Cost `json:"gateway,omitempty"` // HTTP, and passing on request and answer
	Total   *Cost `json:"total,omitempty"`   // of the whole process tree

	Wall     *Wall             `json:"wall,omitempty"`
	Level    float64           `json:"level"`                     // of all intervals
	WorkOf   string            `json:"work_of,omitempty"`         // the target whose total is taken for the work
	Program  string            `json:"runtime_program,omitempty"` // the least program of the same kind
	Missing  map[string]string `json:"missing,omitempty"`         // why a part is not known, by its name
	Measured CostRounds        `json:"rounds"`
	Routes   []RouteCost       `json:"routes,omitempty"` // in the order of the mix
}

// A Cost is a part of what a request costs, with its interval. It is never negative.
type Cost struct {
	CPUSeconds      float64  `json:"cpu_seconds"`
	Low             Float    `json:"low"`
	High            Float    `json:"high"`
	PageFaults      Float    `json:"page_faults"`      // minor and major, per request
	ContextSwitches Float    `json:"context_switches"` // voluntary and not, per request
	With            []string `json:"with,omitempty"`   // further parts in this figure, which cannot be told apart from it
	Below           bool     `json:"below,omitempty"`  // the part may be nothing: only High is known
}

// Wall is how long an answer takes with one user, in seconds.
type Wall struct {
	Seconds float64 `json:"seconds"`
	Low     Float   `json:"low"`
	High    Float   `json:"high"`
}

// AboutCosts begins the key of a warning about costs.
const AboutCosts = "costs"

// Names of the parts, as in result.json.
const (
	PartProcess = "process"
	PartRuntime = "runtime"
	PartStartup = "startup"
	PartWork    = "work"
	PartGateway = "gateway"
	PartTotal   = "total"
)

// Parts are the names of the parts of a total, in the order in which they happen.
func Parts() []string {
	return []string{PartGateway, PartProcess, PartRuntime, PartStartup, PartWork}
}

// Part is a part or the total by its name; nil if it is not known by itself.
func (t TargetCosts) Part(name string) *Cost {
	return map[string]*Cost{
		PartProcess: t.Process, PartRuntime: t.Runtime, PartStartup: t.Startup, PartWork: t.Work,
		PartGateway: t.Gateway, PartTotal: t.Total,
	}[name]
}

// CostRounds are what was measured. The n-th rounds of all targets, and of the programs
// beside them, were measured one after the other.
type CostRounds struct {
	Target  []CostRound `json:"target"`
	Process []CostRound `json:"process,omitempty"` // of the smallest process, under the same gateway
	Runtime []CostRound `json:"runtime,omitempty"` // of the least program of the same kind, under the same gateway
}

// A CostRound is some requests of one user, and what they cost.
type CostRound struct {
	Requests uint64  `json:"requests"` // wrong answers included
	Errors   uint64  `json:"errors,omitempty"`
	Seconds  float64 `json:"seconds"`

	Tree    *Account `json:"tree,omitempty"`    // of all processes; nil where they are not known
	Gateway *Account `json:"gateway,omitempty"` // of the gateway alone, which is in Tree too; nil where there is none of ours
}

// An Account is what processes used in a round.
type Account struct {
	CPU      float64 `json:"cpu"` // seconds
	Faults   Float   `json:"page_faults"`
	Switches Float   `json:"context_switches"` // unknown where processes ended that nobody counted
}

// minus is what is left of an account.
func (a Account) minus(b Account) Account {
	return Account{CPU: a.CPU - b.CPU, Faults: a.Faults - b.Faults, Switches: a.Switches - b.Switches}
}
