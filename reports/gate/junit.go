package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/text"
)

// JUnit writes a gate's checks as a JUnit report that GitHub, GitLab and Jenkins can read:
// a test case for each check, and one for the validity of the measurement, so that a run
// without measurements does not look passed. An inconclusive check is skipped, or a failure
// with InconclusiveFails. A check that only warns is skipped.
func JUnit(w io.Writer, r *result.Result, o Options) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	suite := junitSuiteOf(r, o)
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	err := e.Encode(junitSuites{junitCounts: suite.junitCounts, Suites: []junitSuite{suite}})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

// junitCounts are attributes of the suite and of the element above it.
type junitCounts struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"` // seconds
}

type junitSuite struct {
	junitCounts
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Host       string          `xml:"hostname,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out,omitempty"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Skipped *junitSkip    `xml:"skipped"`
}

// A junitFailure repeats its text in the body, since GitLab does not show messages.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:",chardata"`
}

type junitSkip struct {
	Message string `xml:"message,attr"`
}

const junitName = "classibench gate"

func junitSuiteOf(r *result.Result, o Options) junitSuite {
	s := junitSuite{
		junitCounts: junitCounts{Name: junitName, Time: junitSeconds(r.Seconds)},
		Host:        text.Clean(r.Environment.Host),
		Properties:  junitProperties(r),
		Cases:       []junitCase{measurementCase(r)},
	}
	if !r.Began.IsZero() {
		s.Timestamp = r.Began.UTC().Format(time.DateOnly + "T15:04:05")
	}
	for _, c := range r.Gate.Checks {
		s.Cases = append(s.Cases, checkCase(r, c, o))
	}
	for _, c := range s.Cases {
		s.count(c)
	}
	return s
}

func (n *junitCounts) count(c junitCase) {
	n.Tests++
	switch {
	case c.Failure != nil:
		n.Failures++
	case c.Error != nil:
		n.Errors++
	case c.Skipped != nil:
		n.Skipped++
	}
}

// measurementCase returns the test case of the measurement itself.
func measurementCase(r *result.Result) junitCase {
	rest := r.Seconds
	for _, c := range r.Gate.Checks {
		rest -= c.Seconds(r)
	}
	c := junitCase{Name: "measurement", Class: junitName, Time: junitSeconds(rest)}
	if reasons := unsound(r); len(reasons) > 0 {
		c.Error = &junitFailure{Message: text.Clean(reasons[0]), Type: "invalid", Body: body(reasons)}
	}
	return c
}

// unsound lists why a measurement is incomplete or invalid.
func unsound(r *result.Result) []string {
	var all []string
	if !r.Verdict.Valid {
		all = append([]string{r.Verdict.Sentence}, r.Verdict.Reasons...)
	}
	if r.Partial != "" {
		all = append(all, "The run ended early: "+r.Partial)
	}
	return all
}

func checkCase(r *result.Result, c result.Check, o Options) junitCase {
	out := junitCase{Name: text.Clean(c.Title()), Class: junitName, Time: junitSeconds(c.Seconds(r))}
	message := text.Clean(c.Reason)
	switch {
	case !r.Verdict.Valid:
		out.Skipped = &junitSkip{"The measurement is invalid."}
	case c.Outcome == result.Pass:
	case r.Gate.Advises(c):
		out.Skipped = &junitSkip{"Only a warning: " + message}
	case fails(r.Gate, c, o):
		out.Failure = &junitFailure{Message: message, Type: string(c.Outcome), Body: body(checkLines(r, c))}
	default:
		out.Skipped = &junitSkip{message}
	}
	return out
}

// fails reports whether a check that did not pass is a failure in the CI system.
func fails(g *result.Gate, c result.Check, o Options) bool {
	return g.Weighs(c) && (c.Outcome == result.Fail || o.InconclusiveFails)
}

// checkLines describe a check: reason, sides, ratio and minimum detectable effect.
func checkLines(r *result.Result, c result.Check) []string {
	base, head := sides(r)
	lines := []string{c.Reason, "base: " + base, "head: " + head}
	if bounded(c) {
		lines = append(lines,
			fmt.Sprintf("ratio %s, interval %s (%s), p of a loss %s", ratioText(c.Ratio), boundsText(c), levelText(c), pText(c.P)),
			fmt.Sprintf("minimum detectable effect %s, %s", unit.Effect(float64(c.MDE)), unit.Count(c.Quads, "quad")))
	}
	return lines
}

// body puts each text on its own line.
func body(texts []string) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString("\n" + text.Clean(s))
	}
	return b.String() + "\n"
}

func junitProperties(r *result.Result) []junitProperty {
	e := r.Environment
	var all []junitProperty
	for _, p := range []junitProperty{
		{"outcome", strings.ToLower(word(r))}, {"classibench", r.Version}, {"scenario", r.Scenario.Name}, {"scenario.digest", r.Scenario.Digest},
		{"max_loss", strconv.FormatFloat(r.Gate.MaxLoss, 'g', -1, 64)}, {"os", e.OS}, {"arch", e.Arch}, {"kernel", e.Kernel}, {"cpu", e.CPU},
		{"cores", strconv.Itoa(e.Cores)}, {"go", e.Go}, {"pinning", e.Pinning},
	} {
		if p.Value = text.Clean(p.Value); p.Value != "" {
			all = append(all, p)
		}
	}
	return all
}

// junitSeconds formats seconds without sign or exponent, as JUnit readers require.
func junitSeconds(x float64) string {
	if !(x > 0) {
		x = 0
	}
	return strconv.FormatFloat(min(x, 1e9), 'f', 3, 64)
}
