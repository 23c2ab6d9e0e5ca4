package table

// Facts describe how a result was measured.
type Facts []Fact

// A Fact is one detail of how a result was measured.
type Fact struct {
	Term, Text string
	Code       string // the command that was run, if any
}
