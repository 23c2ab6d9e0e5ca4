package trace

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// A skippable frame begins with a magic number and its size, both little endian. Numbers up
// to 15 above this one are skippable too; ours marks the frame of a traffic file.
const (
	frameMagic  = 0x184D2A5C
	frameHeader = 8
	frameSize   = 504 // room for all values; the rest is blank
)

func (a About) frame() ([]byte, error) {
	text, err := json.Marshal(a)
	if err != nil || len(text) > frameSize {
		return nil, fmt.Errorf("describe the traffic in %d bytes: %w", frameSize, err)
	}
	frame := binary.LittleEndian.AppendUint32(nil, frameMagic)
	frame = binary.LittleEndian.AppendUint32(frame, frameSize)
	return append(append(frame, text...), bytes.Repeat([]byte(" "), frameSize-len(text))...), nil
}

// readFrame reads the frame, if the file has one. It stays there: decoders of zstd skip it.
func readFrame(src *bufio.Reader) (a About, err error) {
	head, err := src.Peek(frameHeader + frameSize)
	if err != nil || binary.LittleEndian.Uint32(head) != frameMagic || binary.LittleEndian.Uint32(head[4:]) != frameSize {
		return About{}, nil
	}
	if err := json.Unmarshal(head[frameHeader:], &a); err != nil {
		return a, fmt.Errorf("its description is damaged: %w", err)
	}
	if a.Version > version {
		return a, fmt.Errorf("it has version %d of the format, and this classibench reads up to %d", a.Version, version)
	}
	return a, nil
}
