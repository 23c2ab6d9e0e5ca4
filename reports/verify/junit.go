package verify

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"
)

// JUnit writes a verification as a JUnit report that GitHub, GitLab and Jenkins can read: a
// test case for the whole, and one for each finding. A finding is a failure. The whole is an
// error if the verdict is not known, so that a run that compared nothing does not look passed.
func JUnit(w io.Writer, v *result.Verification) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	suite := junitSuiteOf(v)
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{junitCounts: suite.junitCounts, Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
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
	Out     string        `xml:"system-out,omitempty"`
}

// A junitFailure repeats its text in the body, since GitLab does not show messages.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:",chardata"`
}

const junitName = "classibench verify"

func junitSuiteOf(v *result.Verification) junitSuite {
	s := junitSuite{
		junitCounts: junitCounts{Name: junitName, Time: junitSeconds(v.Seconds)},
		Host:        text.Clean(v.Environment.Host),
		Properties:  junitProperties(v),
		Cases:       []junitCase{wholeCase(v)},
	}
	if began, err := time.Parse(time.RFC3339, v.Began); err == nil {
		s.Timestamp = began.UTC().Format(time.DateOnly + "T15:04:05")
	}
	for i, f := range v.Findings {
		s.Cases = append(s.Cases, findingCase(v, i, f))
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
	}
}

// wholeCase returns the test case of the verification itself. With findings it passes: they
// are cases of their own.
func wholeCase(v *result.Verification) junitCase {
	c := junitCase{Name: "verification", Class: junitName, Time: junitSeconds(v.Seconds), Out: text.Clean(v.Tried.String())}
	if v.Verdict == result.Unknown {
		c.Error = &junitFailure{Message: text.Clean(v.Headline()), Type: "unknown", Body: body(v.Reasons)}
	}
	return c
}

// findingCase returns the failed test case of a finding. Its number makes the name unique.
func findingCase(v *result.Verification, i int, f result.Finding) junitCase {
	return junitCase{
		Name: fmt.Sprintf("%d. %s: %s", i+1, f.Kind, text.Clean(v.Title(f))), Class: junitName, Time: junitSeconds(0),
		Failure: &junitFailure{Message: text.Clean(message(v, f)), Type: f.Kind, Body: body(details(v, f))},
	}
}

// message describes a finding in a sentence.
func message(v *result.Verification, f result.Finding) string {
	return f.Candidate + ": " + v.Title(f) + "."
}

// details describe a finding: its sequence, place, values and cause.
func details(v *result.Verification, f result.Finding) []string {
	lines := []string{message(v, f)}
	if r := f.Reliability(); r != "" {
		lines = append(lines, r)
	}
	for i, s := range f.SentSequence() {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d. visitor %d: %s %s", i+1, s.Visitor, s.Line(), s.Body)))
	}
	if f.Place != "" {
		lines = append(lines, "place: "+f.Place, v.Baseline()+": "+visible(f.Want), f.Candidate+": "+visible(gotWords(f)))
	}
	lines = append(append(lines, "cause: "+f.Causes()), f.Evidence...)
	for _, h := range f.LookFor {
		lines = append(lines, "look for, in "+h.Language+": "+h.Text)
	}
	return lines
}

// body puts each text on its own line.
func body(texts []string) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString("\n" + cut(text.Clean(s), longestLine))
	}
	return b.String() + "\n"
}

func junitProperties(v *result.Verification) (all []junitProperty) {
	e := v.Environment
	for _, p := range []junitProperty{
		{"verdict", v.Verdict}, {"tried", v.Tried.String()}, {"classibench", v.Version}, {"scenario", v.Scenario.Name}, {"scenario.digest", v.Scenario.Digest},
		{"seed", strconv.FormatInt(v.Seed, 10)}, {"os", e.OS}, {"arch", e.Arch}, {"kernel", e.Kernel}, {"cpu", e.CPU}, {"go", e.Go},
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
