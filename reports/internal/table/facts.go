package table

// Facts describe how a result came about.
type Facts []Fact

// A Fact is one thing to know about how a result came about.
type Fact struct {
	Term, Text string
	Code       string // what was run, if anything
}
