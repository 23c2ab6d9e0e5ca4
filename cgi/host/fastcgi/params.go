package fastcgi

import (
	"encoding/binary"
	"errors"
	"strings"
)

// appendParams adds meta-variables, as NAME=VALUE, and the end of their stream.
//
// By §3.4 and §5.2 the stream may be cut into records anywhere. PHP refuses a
// record that ends within a pair of name and value, so the stream is cut between
// pairs. A pair that is larger than a record is cut all the same, into records of
// its own: libfcgi and others can take it, PHP cannot.
func appendParams(b []byte, env []string) []byte {
	at := len(b) // of the record that is being filled
	b = appendHeader(b, typeParams, requestID, 0)
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if content := len(b) - at - headerSize; content > 0 && content+pairSize(name, value) > maxContent {
			setLength(b, at)
			at = len(b)
			b = appendHeader(b, typeParams, requestID, 0)
		}
		b = appendPair(b, name, value)
		if content := b[at+headerSize:]; len(content) > maxContent {
			b = appendStream(b[:at:at], typeParams, content) // in another place
			at = len(b)
			b = appendHeader(b, typeParams, requestID, 0)
		}
	}
	if len(b) == at+headerSize {
		return b // an empty record ends the stream
	}
	setLength(b, at)
	return appendHeader(b, typeParams, requestID, 0)
}

// setLength sets the length of the last record, which begins at at.
func setLength(b []byte, at int) {
	binary.BigEndian.PutUint16(b[at+4:], uint16(len(b)-at-headerSize))
}

// largest is the largest of the meta-variables that do not fit one record: its
// name, and the size of its pair in bytes; 0 if they all do.
func largest(env []string) (name string, size int) {
	for _, e := range env {
		n, v, _ := strings.Cut(e, "=")
		if s := pairSize(n, v); s > max(size, maxContent) {
			name, size = n, s
		}
	}
	return name, size
}

// appendPair adds a name and its value (§3.4).
func appendPair(b []byte, name, value string) []byte {
	b = appendLength(b, len(name))
	b = appendLength(b, len(value))
	b = append(b, name...)
	return append(b, value...)
}

func pairSize(name, value string) int {
	return lengthSize(len(name)) + lengthSize(len(value)) + len(name) + len(value)
}

// appendLength adds the length of a name or value: in one byte if it is below
// 128, else in four with the highest bit set.
func appendLength(b []byte, n int) []byte {
	if lengthSize(n) == 1 {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
}

func lengthSize(n int) int {
	if n < 1<<7 {
		return 1
	}
	return 4
}

var errPair = errors.New("not FastCGI: a name-value pair is cut off")

// parsePairs reads whole pairs of names and values (§3.4), up to the end of b. Of
// a name that comes twice, the last value counts.
func parsePairs(b []byte) (map[string]string, error) {
	pairs := map[string]string{}
	for len(b) > 0 {
		name, rest, ok := cutLength(b)
		value, rest, also := cutLength(rest)
		if !ok || !also || uint64(name)+uint64(value) > uint64(len(rest)) {
			return pairs, errPair
		}
		pairs[string(rest[:name])] = string(rest[name : name+value])
		b = rest[name+value:]
	}
	return pairs, nil
}

// cutLength reads a length.
func cutLength(b []byte) (n uint32, rest []byte, ok bool) {
	switch {
	case len(b) > 0 && b[0]>>7 == 0:
		return uint32(b[0]), b[1:], true
	case len(b) >= 4:
		return binary.BigEndian.Uint32(b) &^ (1 << 31), b[4:], true
	}
	return 0, nil, false
}
