package result

import "fmt"

// Judge sets the verdict of a verification from its findings and reasons.
func (v *Verification) Judge() { v.Verdict = v.judged() }

func (v *Verification) judged() string {
	switch {
	case len(v.Findings) > 0:
		return Different
	case len(v.Reasons) > 0 || v.Invalid || v.Partial || v.Tried.Requests == 0:
		return Unknown
	}
	return Same
}

// Exit statuses of a verification.
const (
	ExitSame      = 0
	ExitDifferent = 1
	ExitUnknown   = 3 // too little was tried
	ExitInvalid   = 4 // the targets cannot be compared
)

// ExitStatus returns the exit status of the command for the verdict.
func (v *Verification) ExitStatus() int {
	switch {
	case v.Verdict == Same:
		return ExitSame
	case v.Verdict == Different:
		return ExitDifferent
	case v.Invalid:
		return ExitInvalid
	}
	return ExitUnknown
}

// Consistent checks that the verdict follows from the findings, and that each finding
// agrees with its own sequence. The error continues a sentence that begins with the name
// of the file.
func (v *Verification) Consistent() error {
	if want := v.judged(); v.Verdict != want {
		return fmt.Errorf("has the verdict %q, but its findings and reasons give %q: it was edited", v.Verdict, want)
	}
	for i, f := range v.Findings {
		if err := f.consistent(); err != nil {
			return fmt.Errorf("has a finding %d that %w", i+1, err)
		}
	}
	return nil
}
