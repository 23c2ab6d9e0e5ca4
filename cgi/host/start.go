package host

import (
	"errors"
	"fmt"
	"net/http"
	"syscall"
)

// startFailure returns the error for a request whose script does not start. If the
// program is the reason, it wraps a *ProgramError.
func (h *Handler) startFailure(rq *Request, err error) error {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, syscall.E2BIG):
		status = http.StatusRequestHeaderFieldsTooLarge
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.ENOMEM), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		status = http.StatusServiceUnavailable // overload: a later try may succeed
	}
	path, dir := h.program(rq)
	if wrong := h.checkProgram(path, dir); wrong != nil && status == http.StatusInternalServerError {
		return &refusal{status, fmt.Errorf("%w (%w)", wrong, err)}
	}
	return &refusal{status, fmt.Errorf("start %s: %w", path, err)}
}

// brokenPipe is the exit of a script that still writes after its filter has ended:
// the response is the filter's output.
const brokenPipe = "signal: broken pipe"

// judge reports, as an error, whether the response of a failed script is
// incomplete. An exit status alone is no proof: many scripts end with the status of
// their last command. A signal has the code -1. It is no proof either if the script
// had closed its standard output before, which ends the response. (If both are seen
// at the same moment, they cannot be told apart, and the signal counts.)
func judge(e exit, rs *Response) error {
	rs.Failed(e.how)
	if e.code < 0 && !e.late && e.how != brokenPipe && rs.begun && !rs.Complete() {
		return fmt.Errorf("the script was ended by a %s", e.how)
	}
	return nil
}
