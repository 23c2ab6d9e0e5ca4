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

// A Fault is a kind of error: why an answer was no right answer, or none.
type Fault string

// The kinds of fault, beside "status 503" and its like.
const (
	FaultTimeout Fault = "timeout"        // not answered in time after it was due
	FaultRefused Fault = "refused"        // nobody listens
	FaultReset   Fault = "reset"          // the connection broke
	FaultEOF     Fault = "closed"         // the connection was closed before the answer was whole
	FaultMarker  Fault = "marker missing" // an answer of the right status, but not the right one
	FaultFiles   Fault = "no descriptors" // the generator ran out of descriptors or ports
	FaultLarge   Fault = "too large"      // the generator reads 256 KiB of a header and 64 MiB of a body
	FaultCoding  Fault = "content coding" // the body could not be decoded
	FaultTLS     Fault = "TLS"            // no secure connection came about
	FaultOther   Fault = "other"
	noFault      Fault = ""
)

// lost reports whether the fault is that the connection ended.
func (f Fault) lost() bool { return f == FaultReset || f == FaultEOF }

func statusFault(code int) Fault { return Fault("status " + strconv.Itoa(code)) }

// classify finds the kind of an error of the connection.
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

// ofTLS reports whether an error is one of the handshake, or of the records after it.
func ofTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, errHandshake) || errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert)
}
