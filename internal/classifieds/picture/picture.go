// Package picture decides whether bytes are a photo that visitors may see.
//
// [Inspect] reads the kind and the size, and finds the end of the picture without decoding
// it; so [Info.Memory] is known before that memory is needed. [Check] decodes the picture in
// full: a file counts as a picture if it is one from its first to its last byte.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	_ "image/jpeg" // besides GIF, the accepted kinds
	_ "image/png"
)

// Reasons why a file is refused.
var (
	ErrKind   = errors.New("neither JPEG nor PNG nor GIF")
	ErrPixels = errors.New("too many pixels")
	ErrBroken = errors.New("damaged or incomplete")
	ErrMore   = errors.New("the file goes on after the picture")
)

// MaxMemory is the memory in bytes that decoding a picture may take.
const MaxMemory = 128 << 20

const maxPixels = 40e6 // of a picture, or of a frame of it

// An Info is what the head of a picture declares.
type Info struct {
	Type          string // media type
	Width, Height int
	Memory        int64 // upper bound for decoding it, in bytes
}

// Inspect returns what a picture declares. The error wraps one of the reasons above.
func Inspect(data []byte) (Info, error) {
	shape, kind, err := image.DecodeConfig(bytes.NewReader(data))
	pixels := int64(shape.Width) * int64(shape.Height)
	switch {
	case err != nil:
		return Info{}, fmt.Errorf("%w: %w", ErrKind, err)
	case shape.Width <= 0 || shape.Height <= 0 || pixels > maxPixels:
		return Info{}, fmt.Errorf("%w: %d × %d", ErrPixels, shape.Width, shape.Height)
	}
	layout, err := walks[kind](data)
	if err != nil {
		return Info{}, err
	}
	info := Info{"image/" + kind, shape.Width, shape.Height, memory(kind, shape, layout)}
	if info.Memory > MaxMemory {
		return Info{}, fmt.Errorf("%w: decoding takes %d bytes", ErrPixels, info.Memory)
	}
	if layout.end < len(data) {
		return Info{}, fmt.Errorf("%w: at byte %d", ErrMore, layout.end)
	}
	return info, nil
}

// Check decodes all of a picture that Inspect has accepted. The error wraps ErrBroken.
func Check(data []byte) error {
	var err error
	if bytes.HasPrefix(data, []byte("GIF8")) {
		_, err = gif.DecodeAll(bytes.NewReader(data)) // image.Decode stops after the first frame
	} else {
		_, _, err = image.Decode(bytes.NewReader(data))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return nil
}
