package load

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"syscall"

	"github.com/valyala/fasthttp"
)

// A Fault is a kind of error: the reason why an answer was wrong or missing.
type Fault string

// The kinds of fault, besides "status 503" and the like.
const (
	FaultTimeout Fault = "timeout"        // no answer in time, counted from the due time
	FaultRefused Fault = "refused"        // the target does not listen
	FaultReset   Fault = "reset"          // the connection was reset
	FaultEOF     Fault = "closed"         // the connection was closed before the end of the answer
	FaultMarker  Fault = "marker missing" // the status is right, but the marker is not in the body
	FaultFiles   Fault = "no descriptors" // the generator ran out of descriptors or ports
	FaultLarge   Fault = "too large"      // the header exceeds 256 KiB or the body 64 MiB
	FaultCoding  Fault = "content coding" // the body could not be decoded
	FaultTLS     Fault = "TLS"            // no TLS connection was established
	FaultOther   Fault = "other"
	noFault      Fault = ""
)

// lost reports whether the fault is the end of the connection.
func (f Fault) lost() bool { return f == FaultReset || f == FaultEOF }

func statusFault(code int) Fault { return Fault("status " + strconv.Itoa(code)) }

// classify returns the kind of a connection error.
func classify(err error) Fault {
	var timeout net.Error
	switch {
	case errors.Is(err, fasthttp.ErrTimeout), errors.Is(err, fasthttp.ErrDialTimeout), errors.Is(err, context.DeadlineExceeded):
		return FaultTimeout
	case errors.As(err, &timeout) && timeout.Timeout():
		return FaultTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return FaultRefused
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.EADDRNOTAVAIL):
		return FaultFiles
	case errors.Is(err, errLarge), errors.Is(err, fasthttp.ErrBodyTooLarge):
		return FaultLarge
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return FaultReset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return FaultEOF
	case ofTLS(err):
		return FaultTLS
	}
	return FaultOther
}

var errHandshake = errors.New("the TLS handshake failed")

// ofTLS reports whether an error comes from the handshake or from a later TLS
// record.
func ofTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, errHandshake) || errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert)
}
