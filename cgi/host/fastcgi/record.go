package fastcgi

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Types of records, FastCGI 1.0 §8.
const (
	typeBegin     = 1
	typeAbort     = 2
	typeEnd       = 3
	typeParams    = 4
	typeStdin     = 5
	typeStdout    = 6
	typeStderr    = 7
	typeGetValues = 9
	typeValues    = 10 // FCGI_GET_VALUES_RESULT
)

const (
	version       = 1
	roleResponder = 1
	keepConn      = 1
	requestID     = 1 // one request at a time
	headerSize    = 8
	maxContent    = 1<<16 - 1
	maxPadding    = 1<<8 - 1
)

// A record is the unit of the protocol (§3.3).
type record struct {
	kind    byte
	id      uint16
	content []byte // valid until the next record is read
}

// A reader reads records.
type reader struct {
	br     *bufio.Reader
	buffer [maxContent + maxPadding]byte
}

// next reads a record. It fails with io.EOF between two records, and with
// io.ErrUnexpectedEOF within one.
func (r *reader) next() (record, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r.br, header[:]); err != nil {
		return record{}, err
	}
	if header[0] != version {
		return record{}, fmt.Errorf("not FastCGI: version %d, want %d", header[0], version)
	}
	length := int(binary.BigEndian.Uint16(header[4:]))
	if _, err := io.ReadFull(r.br, r.buffer[:length+int(header[6])]); err != nil {
		return record{}, unexpected(err)
	}
	return record{kind: header[1], id: binary.BigEndian.Uint16(header[2:]), content: r.buffer[:length]}, nil
}

// unexpected turns io.EOF within a record into io.ErrUnexpectedEOF.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// appendRecord adds a record of request requestID. Its content has at most
// maxContent bytes.
func appendRecord(b []byte, kind byte, content []byte) []byte {
	return append(appendHeader(b, kind, requestID, len(content)), content...)
}

func appendHeader(b []byte, kind, id byte, length int) []byte {
	return append(b, version, kind, 0, id, byte(length>>8), byte(length), 0, 0)
}

// appendBegin adds the beginning of a request (§5.1). With keep, the application
// should leave the connection open after the request.
func appendBegin(b []byte, keep bool) []byte {
	var flags byte
	if keep {
		flags = keepConn
	}
	return appendRecord(b, typeBegin, []byte{0, roleResponder, flags, 0, 0, 0, 0, 0})
}

// appendStream adds content as records, as many as it needs.
func appendStream(b []byte, kind byte, content []byte) []byte {
	for len(content) > 0 {
		n := min(len(content), maxContent)
		b = appendRecord(b, kind, content[:n])
		content = content[n:]
	}
	return b
}

// An ending is the content of FCGI_END_REQUEST (§5.5).
type ending struct {
	app      uint32
	protocol byte
}

// Values of ending.protocol.
const (
	complete    = 0
	cantMpx     = 1
	overloaded  = 2
	unknownRole = 3
)

func parseEnding(content []byte) (ending, error) {
	if len(content) < 5 {
		return ending{}, fmt.Errorf("not FastCGI: the end of a request has %d bytes, want 8", len(content))
	}
	return ending{binary.BigEndian.Uint32(content), content[4]}, nil
}
