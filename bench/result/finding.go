package result

// A SavedFinding is a finding with everything that is necessary to run it again: the
// content of finding.json.
type SavedFinding struct {
	Schema    int       `json:"schema"`
	Version   string    `json:"version,omitempty"` // of classibench
	Command   []string  `json:"command,omitempty"` // that found it
	Found     string    `json:"found"`             // RFC 3339
	Directory string    `json:"directory"`         // working directory of the command: relative paths refer to it
	Scenario  string    `json:"scenario"`          // YAML: targets and requests, as "--save" writes it
	Seed      int64     `json:"seed"`
	Ignore    []Ignored `json:"ignore,omitempty"` // that the user declared
	Varies    []Varying `json:"varies,omitempty"` // on this route
	Baseline  Launch    `json:"baseline"`
	Candidate Launch    `json:"candidate"`
	Finding   Finding   `json:"finding"`
}

// An Ignored is a part of answers that the user does not want to be compared: one of
// Header, CSS, JSON and Regexp.
type Ignored struct {
	Route  string `json:"route,omitempty"`  // empty: all routes
	Header string `json:"header,omitempty"` // name of a header field
	CSS    string `json:"css,omitempty"`    // selector of elements
	JSON   string `json:"json,omitempty"`   // pointer (RFC 6901)
	Regexp string `json:"regexp,omitempty"` // of a text in the body
}

// A Launch is how to start one side by hand. In Prepare, Reset, Commands and Env, {addr},
// {host} and {port} stand for the address to listen at, {backend} for that of a FastCGI
// program, {addr1} and {port1} for that of the first of several instances and so on,
// {classibench} for this program, and {tmp} for an empty directory of this side.
type Launch struct {
	Name     string     `json:"name"`
	Kind     string     `json:"kind"`
	URL      string     `json:"url,omitempty"`      // of a target that runs already, or listens there
	Prepare  [][]string `json:"prepare,omitempty"`  // commands that make its data once
	Reset    []string   `json:"reset,omitempty"`    // command that restores its data
	Commands [][]string `json:"commands,omitempty"` // processes to start in this order, such as a program and its gateway
	Env      []string   `json:"env,omitempty"`      // NAME=VALUE
	Dir      string     `json:"dir,omitempty"`      // working directory
	Ready    string     `json:"ready,omitempty"`    // path that answers when it is ready
}
