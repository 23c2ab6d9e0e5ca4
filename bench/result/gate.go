package result

// Gate is what a gate measured and how it decided. Its sessions hold every
// block, so that the same checks can be reached again without measuring.
type Gate struct {
	Base      string    `json:"base,omitempty"`      // what the candidate was compared with, in words
	Head      string    `json:"head,omitempty"`      // what was judged
	Quads     int       `json:"quads"`               // per look
	Looks     int       `json:"looks"`               // at most
	Alpha     float64   `json:"alpha"`               // false alarms and false passes, each
	MaxLoss   float64   `json:"max_loss"`            // the loss that is let pass: 0.05
	MinGain   float64   `json:"min_gain,omitempty"`  // the gain over CGI that is asked for
	Objective string    `json:"objective,omitempty"` // the rate at which the scenario's objective is asked for
	Budget    float64   `json:"budget"`              // seconds
	Users     int       `json:"users,omitempty"`     // of the closed loop
	Spent     bool      `json:"spent,omitempty"`     // the budget is spent: all that was measured was looked at
	Notes     []string  `json:"notes,omitempty"`     // what was compared instead, and its like
	Sessions  []Session `json:"sessions,omitempty"`
	Checks    []Check   `json:"checks"`

	Faults      Faults   `json:"faults,omitempty"` // wrong answers by target and kind, single routes included
	Outcome     Outcome  `json:"outcome"`
	Baseline    *Stored  `json:"baseline,omitempty"` // an earlier result whose gain is to be kept
	Advisory    bool     `json:"advisory,omitempty"` // the earlier result is of another machine: its check warns only
	Differences []string `json:"differing,omitempty"`
}

// A Session is a stretch in which both sides ran without a restart.
type Session struct {
	At       float64      `json:"at"` // seconds since the gate began
	Quads    []Quad       `json:"quads"`
	Routes   []RouteQuads `json:"routes,omitempty"`
	Excluded []Quad       `json:"void,omitempty"` // in which a side completed nothing: only their errors count
}

// RouteQuads are quads of blocks that asked for a single route.
type RouteQuads struct {
	Route    string `json:"route"`
	Quads    []Quad `json:"quads"`
	Excluded []Quad `json:"void,omitempty"`
}

// Stored is the gain that an earlier result promises.
type Stored struct {
	Path  string `json:"path"`
	Began string `json:"began"`
	Gain  Gain   `json:"gain"`
}
