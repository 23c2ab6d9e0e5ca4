package logs

import (
	"fmt"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/accesslog"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A Summary says what an import found.
type Summary struct {
	About      trace.About    `json:"traffic"`
	Files      []File         `json:"files"` // in the order of their first times
	Lines      int            `json:"lines"`
	Unreadable int            `json:"unreadable"`
	Problems   []Problem      `json:"problems,omitempty"` // the first unreadable lines
	Masked     bool           `json:"masked,omitempty"`   // the texts of Problems show their structure only
	Left       map[Reason]int `json:"-"`                  // requests that were left out
	Methods    map[string]int `json:"left_methods,omitempty"`
	FieldsLeft int            `json:"fields_left,omitempty"` // header fields with control characters
	Escaped    int            `json:"escaped,omitempty"`     // targets that are no URL as they were sent
	CutOff     []string       `json:"cut_off,omitempty"`
	Seed       uint64         `json:"seed"`
	Back       Jump           `json:"back"` // lines with an earlier time than one before
	Gap        Jump           `json:"gap"`  // more than a day without a line

	latest time.Time
}

// A File is a log.
type File struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	Lines  int    `json:"lines"`
}

// A Problem is a line that cannot be read.
type Problem struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	Text   string `json:"text"` // its begin, masked if the import is anonymous
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s: %q", p.Path, p.Line, p.Reason, p.Text)
}

// A Jump says how often times jump, and where they jump most.
type Jump struct {
	Lines   int     `json:"lines"`
	Seconds float64 `json:"seconds"` // of the longest jump
	Path    string  `json:"path,omitempty"`
	Line    int     `json:"line,omitempty"`
}

// mostProblems is how many unreadable lines are kept.
const mostProblems = 5

func (s *Summary) begin(src *source) {
	f := File{Path: src.path}
	if src.format != nil {
		f.Format = src.format.Name
	}
	s.Files = append(s.Files, f)
}

func (s *Summary) file() *File { return &s.Files[len(s.Files)-1] }

// unreadable counts a line that cannot be read.
func (s *Summary) unreadable(src *source, line []byte, err error) {
	s.Unreadable++
	if len(s.Problems) == mostProblems {
		return
	}
	text, reason := begin(line), src.shown(err).Error()
	if src.masked {
		s.Masked, text = true, accesslog.Mask(text)
	}
	if f := accesslog.Detect([][]byte{line}); f != nil && f.Name != src.format.Name {
		reason = fmt.Sprintf("it is in the format %s, the file in %s", f.Name, src.format.Name)
	}
	s.Problems = append(s.Problems, Problem{src.path, s.file().Lines, reason, text})
}

// begin is the begin of a text, for a message.
func begin(line []byte) string {
	const most = 60
	if len(line) <= most {
		return string(line)
	}
	return string(line[:most]) + "…"
}

// mostMethods bounds how many methods are told apart: a client may send any word.
const mostMethods = 50

// otherMethod stands for methods that are not told apart.
const otherMethod = "other"

// leave counts a request that is left out.
func (s *Summary) leave(why Reason, method string) {
	if s.Left == nil {
		s.Left, s.Methods = map[Reason]int{}, map[string]int{}
	}
	s.Left[why]++
	if why != Unsafe && why != OtherVerbs {
		return
	}
	if _, known := s.Methods[method]; !known && len(s.Methods) == mostMethods {
		method = otherMethod
	}
	s.Methods[method]++
}

// longGap is the time without a line that is reported.
const longGap = 24 * time.Hour

// order follows the times of lines.
func (s *Summary) order(at time.Time) {
	switch d := at.Sub(s.latest); {
	case s.latest.IsZero():
	case d < 0:
		s.Back.count(-d, s.file())
		return
	case d > longGap:
		s.Gap.count(d, s.file())
	}
	s.latest = at
}

func (j *Jump) count(d time.Duration, f *File) {
	j.Lines++
	if d.Seconds() > j.Seconds {
		*j = Jump{j.Lines, d.Seconds(), f.Path, f.Lines}
	}
}
