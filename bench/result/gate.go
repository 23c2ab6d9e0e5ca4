package result

// Gate holds the measurements and the decision of a gate. Its sessions hold every
// block, so that the checks can be computed again without measuring.
type Gate struct {
	Base      string    `json:"base,omitempty"`      // description of the baseline
	Head      string    `json:"head,omitempty"`      // description of the candidate
	Quads     int       `json:"quads"`               // per look
	Looks     int       `json:"looks"`               // at most
	Alpha     float64   `json:"alpha"`               // probability of a false alarm, and of a false pass
	MaxLoss   float64   `json:"max_loss"`            // the allowed loss: 0.05
	MinGain   float64   `json:"min_gain,omitempty"`  // the required gain over CGI
	Objective string    `json:"objective,omitempty"` // the rate at which the objective has to hold
	Budget    float64   `json:"budget"`              // seconds
	Users     int       `json:"users,omitempty"`     // of the closed loop
	Spent     bool      `json:"spent,omitempty"`     // the budget is spent: the last look was at all data
	Notes     []string  `json:"notes,omitempty"`     // deviations from the plan, such as a missing part of the base
	Sessions  []Session `json:"sessions,omitempty"`
	Checks    []Check   `json:"checks"`

	Faults      Faults   `json:"faults,omitempty"` // wrong answers by target and kind, single routes included
	Outcome     Outcome  `json:"outcome"`
	Baseline    *Stored  `json:"baseline,omitempty"` // an earlier result whose gain has to be kept
	Advisory    bool     `json:"advisory,omitempty"` // the earlier result is from another machine: its check only warns
	Differences []string `json:"differing,omitempty"`
}

// A Session is a period in which both sides ran without a restart.
type Session struct {
	At       float64      `json:"at"` // seconds since the gate began
	Quads    []Quad       `json:"quads"`
	Routes   []RouteQuads `json:"routes,omitempty"`
	Excluded []Quad       `json:"void,omitempty"` // quads in which a side completed nothing: only their errors count
}

// RouteQuads holds the quads that requested a single route.
type RouteQuads struct {
	Route    string `json:"route"`
	Quads    []Quad `json:"quads"`
	Excluded []Quad `json:"void,omitempty"`
}

// Stored is the gain of an earlier result.
type Stored struct {
	Path  string `json:"path"`
	Began string `json:"began"`
	Gain  Gain   `json:"gain"`
}
