package fastcgi

import (
	"encoding/binary"
	"errors"
	"strings"
)

// appendParams adds meta-variables, given as NAME=VALUE, and the end of their
// stream.
//
// By §3.4 and §5.2 the stream may be split into records anywhere. PHP refuses a
// record that ends within a pair of name and value, so the stream is split between
// pairs. Only a pair that is larger than a record is split, into its own records:
// libfcgi and others accept it, PHP does not.
func appendParams(b []byte, env []string) []byte {
	at := len(b) // start of the current record
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
			b = appendStream(b[:at:at], typeParams, content) // copies b, which content overlaps
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

// setLength sets the content length of the last record, which starts at offset at.
func setLength(b []byte, at int) {
	binary.BigEndian.PutUint16(b[at+4:], uint16(len(b)-at-headerSize))
}

// largest returns the largest meta-variable that does not fit one record: its name
// and the size of its pair in bytes, or 0 if all fit.
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

// appendLength adds the length of a name or a value: one byte below 128, else four
// bytes with the highest bit set.
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

// parsePairs reads pairs of names and values (§3.4) to the end of b. If a name is
// repeated, the last value counts.
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
