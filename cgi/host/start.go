package host

import (
	"errors"
	"fmt"
	"net/http"
	"syscall"
)

// startFailure says how a request is answered whose script does not start. Where
// the program is the reason, the error is a *ProgramError.
func (h *Handler) startFailure(rq *Request, err error) error {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, syscall.E2BIG):
		status = http.StatusRequestHeaderFieldsTooLarge
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.ENOMEM), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		status = http.StatusServiceUnavailable // less load would help
	}
	path, dir := h.program(rq)
	if wrong := h.checkProgram(path, dir); wrong != nil && status == http.StatusInternalServerError {
		return &refusal{status, fmt.Errorf("%w (%w)", wrong, err)}
	}
	return &refusal{status, fmt.Errorf("start %s: %w", path, err)}
}

// brokenPipe is how a script ends that writes to a filter which has enough: the output of
// the filter is the response.
const brokenPipe = "signal: broken pipe"

// judge says whether the response of a script that failed may be taken for
// complete. An exit status alone does not tell: many a script ends with that of
// its last command. A signal has the code -1.
func judge(code int, how string, rs *Response) error {
	rs.Failed(how)
	if code < 0 && how != brokenPipe && rs.begun && !rs.Complete() {
		return fmt.Errorf("the script ended by a %s", how)
	}
	return nil
}
