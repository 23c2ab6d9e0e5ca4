package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/picture"
)

func Example() {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		panic(err)
	}
	info, err := picture.Inspect(file.Bytes())
	fmt.Println(info.Type, info.Width, info.Height, err)
	fmt.Println(picture.Check(file.Bytes()))
	// Output:
	// image/png 30 20 <nil>
	// <nil>
}

// encoded returns a picture of each kind, with details, so that it has many bytes.
func encoded(tb testing.TB) map[string][]byte {
	tb.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 60, 40), palette.WebSafe)
	for i := range img.Pix {
		img.Pix[i] = byte(i * i % len(palette.WebSafe))
	}
	all := map[string][]byte{}
	for kind, encode := range map[string]func(*bytes.Buffer) error{
		"jpeg": func(b *bytes.Buffer) error { return jpeg.Encode(b, img, nil) },
		"png":  func(b *bytes.Buffer) error { return png.Encode(b, img) },
		"gif":  func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) },
		"gif of two frames": func(b *bytes.Buffer) error {
			return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{img, img}, Delay: []int{1, 1}})
		},
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			tb.Fatal(err)
		}
		all[kind] = b.Bytes()
	}
	return all
}

// check looks at a file as the site does.
func check(data []byte) error {
	if _, err := picture.Inspect(data); err != nil {
		return err
	}
	return picture.Check(data)
}

// TestWholeOrNot cuts pictures off at every byte, and adds bytes of other files.
func TestWholeOrNot(t *testing.T) {
	for kind, whole := range encoded(t) {
		if err := check(whole); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for n := range whole {
			if err := check(whole[:n]); !errors.Is(err, picture.ErrBroken) && !errors.Is(err, picture.ErrKind) {
				t.Errorf("%s cut off after %d of %d bytes: got %v", kind, n, len(whole), err)
			}
		}
		for _, more := range []string{"\x00", "\n", "<script>alert(1)</script>", "PK\x03\x04", "\xff\xd9", ";", string(whole)} {
			if err := check(append(whole[:len(whole):len(whole)], more...)); !errors.Is(err, picture.ErrMore) {
				t.Errorf("%s followed by %.10q: got %v, want ErrMore", kind, more, err)
			}
		}
	}
}

func TestDamaged(t *testing.T) {
	files := encoded(t)
	for name, data := range map[string][]byte{
		"a script with the head of a GIF":   []byte("GIF89a=\x01;\x01lert(document.domain)//"),
		"a script in the colours of a GIF":  []byte("GIF89a/*\x01\x00\x80\x00\x00" + "*/=1;alert(document.domain);/*"),
		"a checksum of PNG":                 flipped(files["png"], len(files["png"])-20),
		"the data of PNG":                   flipped(files["png"], len(files["png"])/2),
		"a GIF without a frame":             []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
		"the second frame of a GIF":         append(files["gif"][:len(files["gif"])-1:len(files["gif"])-1], ",\x00\x00\x00\x00\x05\x00\x05\x00\x00\x02\x00;"...),
		"a JPEG without a scan":             []byte("\xff\xd8\xff\xc0\x00\x0b\x08\x00\x05\x00\x05\x01\x01\x11\x00\xff\xd9"),
		"a segment of JPEG with no length":  append(files["jpeg"][:2:2], append([]byte("\xff\xfe\x00\x00"), files["jpeg"][2:]...)...),
		"a chunk of PNG that is too long":   append(files["png"][:33:33], "\xff\xff\xff\xffIDAT"...),
		"a PNG with its end in the comment": append(files["png"][:33:33], "\x00\x00\x00\x04tEXtIEND\x00\x00\x00\x00"...),
	} {
		if err := check(data); !errors.Is(err, picture.ErrBroken) && !errors.Is(err, picture.ErrKind) {
			t.Errorf("%s: got %v, want ErrBroken", name, err)
		}
	}
}

func flipped(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 0x55
	return data
}

// TestBombs has small files that take much memory to decode: Inspect refuses them.
func TestBombs(t *testing.T) {
	frame := "\x2c\x00\x00\x00\x00\xff\x0f\xff\x0f\x00\x02\x01\x00\x00"
	head := "GIF89a\xff\x0f\xff\x0f\x80\x00\x00\x00\x00\x00\xff\xff\xff"
	for name, data := range map[string][]byte{
		"a GIF of many frames": []byte(head + string(bytes.Repeat([]byte(frame), 9)) + ";"),
		"a large PNG":          largePNG(6),
		"a progressive JPEG":   progressive(3000, 3000),
		"more than 2^31":       progressive(65000, 65000),
	} {
		if info, err := picture.Inspect(data); !errors.Is(err, picture.ErrPixels) {
			t.Errorf("%s of %d bytes: got %+v, %v, want ErrPixels", name, len(data), info, err)
		}
	}
	if _, err := picture.Inspect(largePNG(0)); err != nil {
		t.Errorf("a grey picture of the same size: %v", err)
	}
}

// largePNG returns the head of a PNG of 3000 × 3000 pixels with 16 bits in each channel.
func largePNG(colorType byte) []byte {
	head := []byte{'I', 'H', 'D', 'R', 0, 0, 0x0b, 0xb8, 0, 0, 0x0b, 0xb8, 16, colorType, 0, 0, 0}
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	data = binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(head))
	return append(data, "\x00\x00\x00\x00IEND\xaeB`\x82"...)
}

// progressive returns the head of a progressive JPEG with three components.
func progressive(width, height int) []byte {
	return []byte{0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
		0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0, 0xff, 0xd9}
}

// FuzzInspect looks for files that Inspect reads for ever, or for which it promises too
// little.
func FuzzInspect(f *testing.F) {
	for _, data := range encoded(f) {
		f.Add(data)
	}
	f.Add(progressive(10, 10))
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := picture.Inspect(data)
		if err != nil {
			return
		}
		if info.Memory <= 0 && picture.Check(data) == nil || info.Memory > picture.MaxMemory || info.Width <= 0 || info.Height <= 0 {
			t.Errorf("got %+v", info)
		}
	})
}
