package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/picture"
)

// TestMemory compares the memory that Inspect states with what the decoder allocates.
func TestMemory(t *testing.T) {
	for name, data := range map[string][]byte{
		"a grey PNG":                              grey(t, nil),
		"a grey PNG with a transparent colour":    grey(t, []byte{0, 1}),
		"a JPEG":                                  photograph(t),
		"an RGB JPEG":                             inRGB(photograph(t)),
		"a progressive JPEG":                      frame(0xc2, 1000, 1000, 0x22, 0x11, 0x11),
		"a narrow JPEG":                           frame(0xc0, 1, 65000, 0x22, 0x11, 0x11),
		"a narrow progressive JPEG":               frame(0xc2, 1, 65000, 0x22, 0x22, 0x22),
		"a flat JPEG":                             frame(0xc0, 65000, 1, 0x41, 0x11, 0x11),
		"a JPEG with four components":             frame(0xc0, 1000, 1000, 0x22, 0x11, 0x11, 0x22),
		"a progressive JPEG with four components": frame(0xc2, 1000, 1000, 0x11, 0x11, 0x11, 0x11),
		"a progressive grey JPEG":                 frame(0xc2, 1000, 1000, 0x44),
		"an interlaced GIF":                       interlaced(t),
	} {
		info, err := picture.Inspect(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		const besides = 256 << 10 // tables, readers and buffers
		if took := allocated(func() { picture.Check(data) }); took > info.Memory+besides {
			t.Errorf("%s: decoding took %d bytes, Inspect states %d", name, took, info.Memory)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// A GIF of 2 MB has room for 90,000 frames of a pixel, each of which takes 4 KB for its colours.
func TestManyFrames(t *testing.T) {
	const head, pixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff",
		"!\xf9\x04\x01\x00\x00\xff\x00" + ",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
	gifOf := func(frames int) []byte { return []byte(head + string(bytes.Repeat([]byte(pixel), frames)) + ";") }
	few := gifOf(100)
	if err := check(few); err != nil {
		t.Errorf("100 frames: %v", err)
	}
	info, err := picture.Inspect(few)
	decoded, _ := gif.DecodeAll(bytes.NewReader(few))
	if colors := int64(cap(decoded.Image[0].Palette)) * 16 * 100; err != nil || info.Memory < colors {
		t.Errorf("100 frames: Inspect states %d bytes, %v, but the colours take %d", info.Memory, err, colors)
	}
	if info, err := picture.Inspect(gifOf(90_000)); !errors.Is(err, picture.ErrPixels) {
		t.Errorf("90,000 frames: got %+v, %v, want ErrPixels", info, err)
	}
}

// grey returns a grey PNG, with the chunk that names its transparent colour if it has one.
func grey(t *testing.T, transparent []byte) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1000, 1000))); err != nil || transparent == nil {
		return b.Bytes()
	}
	const head = 33 // bytes: the signature and IHDR
	chunk := append([]byte("tRNS"), transparent...)
	data := binary.BigEndian.AppendUint32(bytes.Clone(b.Bytes()[:head]), uint32(len(transparent)))
	data = binary.BigEndian.AppendUint32(append(data, chunk...), crc32.ChecksumIEEE(chunk))
	return append(data, b.Bytes()[head:]...)
}

func photograph(t *testing.T) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 1000, 1000)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// inRGB renames the components of a JPEG, so that the decoder takes them for RGB.
func inRGB(data []byte) []byte {
	sof, sos := bytes.Index(data, []byte{0xff, 0xc0}), bytes.Index(data, []byte{0xff, 0xda})
	for i, name := range []byte("RGB") {
		data[sof+10+3*i], data[sos+5+2*i] = name, name
	}
	return data
}

// frame returns a JPEG with these sampling factors, and a scan without data.
func frame(marker byte, width, height int, factors ...byte) []byte {
	n := byte(len(factors))
	data := []byte{0xff, 0xd8, 0xff, marker, 0, 8 + 3*n, 8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), n}
	for i, f := range factors {
		data = append(data, byte(i+1), f, 0)
	}
	data = append(data, 0xff, 0xda, 0, 6+2*n, n)
	for i := range factors {
		data = append(data, byte(i+1), 0)
	}
	return append(data, 0, 0, 0, 0xff, 0xd9)
}

// interlaced returns a GIF with lines in the order of interlacing.
func interlaced(t *testing.T) []byte {
	var b bytes.Buffer
	if err := gif.Encode(&b, image.NewPaletted(image.Rect(0, 0, 1000, 1000), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	data[bytes.IndexByte(data, ',')+9] |= 0x40
	return data
}
