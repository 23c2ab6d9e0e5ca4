package picture

import (
	"encoding/binary"
	"fmt"
)

// A layout is what the blocks of a file declare.
type layout struct {
	end         int    // the number of bytes up to the end of the picture
	frames      int64  // number of frames (GIF)
	pixels      int64  // of all frames (GIF)
	largest     int64  // pixels of the largest frame (GIF)
	transparent bool   // it names a transparent colour (PNG)
	frame       []byte // header of the frame, after its length (JPEG)
	progressive bool   // the decoder has to keep all coefficients (JPEG)
	converted   bool   // an Adobe segment declares RGB or CMYK (JPEG)
}

// walks has a function for each kind that follows the blocks of a file to its end.
var walks = map[string]func([]byte) (layout, error){"gif": walkGIF, "jpeg": walkJPEG, "png": walkPNG}

// A walker reads a file from the front. Behind the end it reads zeros, and is short.
type walker struct {
	data  []byte
	at    int
	short bool
}

func (w *walker) skip(n int) { w.take(n) }

func (w *walker) take(n int) []byte {
	if n < 0 || n > len(w.data)-w.at {
		w.at, w.short = len(w.data), true
		return make([]byte, max(0, min(n, 16)))
	}
	w.at += n
	return w.data[w.at-n : w.at]
}

func (w *walker) byte() byte { return w.take(1)[0] }

// ended returns the layout with the end, or an error if the file ended before.
func (w *walker) ended(l layout) (layout, error) {
	if w.short {
		return l, fmt.Errorf("%w: it ends after %d bytes", ErrBroken, len(w.data))
	}
	l.end = w.at
	return l, nil
}

// walkPNG follows the chunks (W3C PNG, third edition, §5.3) up to IEND.
func walkPNG(data []byte) (l layout, err error) {
	w := &walker{data: data, at: len("\x89PNG\r\n\x1a\n")}
	for !w.short {
		length := int(binary.BigEndian.Uint32(w.take(4)))
		kind := string(w.take(4))
		l.transparent = l.transparent || kind == "tRNS"
		w.skip(length)
		w.skip(4) // the checksum
		if kind == "IEND" {
			break
		}
	}
	return w.ended(l)
}

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	startOfFrame    = 0xc0 // up to 0xcf, apart from the tables below
	huffmanTables   = 0xc4
	arithmeticTable = 0xcc
	restart         = 0xd0 // up to 0xd7
	endOfImage      = 0xd9
	startOfScan     = 0xda
	adobe           = 0xee // APP14 (ITU-T T.872, 6.5.3)
)

// walkJPEG follows the segments (ITU-T T.81, B.1.1) up to the end of the image.
func walkJPEG(data []byte) (l layout, err error) {
	w := &walker{data: data, at: 2} // after the start of the image
	for !w.short {
		switch m := w.marker(); {
		case m == endOfImage:
			return w.ended(l)
		case m >= restart && m < restart+8:
		default:
			l.segment(m, w.take(int(binary.BigEndian.Uint16(w.take(2)))-2))
		}
	}
	return w.ended(l)
}

// segment reads a segment that has a length. Behind the end of the file, it may be shorter.
func (l *layout) segment(marker byte, body []byte) {
	switch {
	case marker&0xf0 == startOfFrame && marker != huffmanTables && marker != arithmeticTable:
		l.frame, l.progressive = body, marker&3 == 2
	case marker == adobe && len(body) >= 12 && body[11] == 0:
		l.converted = true
	}
}

// marker skips the data of a scan, and returns the next marker.
func (w *walker) marker() byte {
	for !w.short {
		for w.byte() != 0xff && !w.short {
		}
		m := byte(0xff)
		for m == 0xff && !w.short { // fill bytes
			m = w.byte()
		}
		if m != 0 { // a zero byte means that 0xff is data
			return m
		}
	}
	return endOfImage
}

// walkGIF follows the blocks (GIF89a, appendix A) up to the trailer.
func walkGIF(data []byte) (l layout, err error) {
	w := &walker{data: data, at: len("GIF89a")}
	w.colors(w.take(7)[4])
	for !w.short {
		switch w.byte() {
		case ';': // the trailer
			return w.ended(l)
		case ',': // a frame
			head := w.take(9)
			l.addFrame(int64(binary.LittleEndian.Uint16(head[4:])) * int64(binary.LittleEndian.Uint16(head[6:])))
			w.colors(head[8])
			w.skip(1) // the size of codes
			w.blocks()
		case '!': // an extension
			w.skip(1)
			w.blocks()
		default:
			return l, fmt.Errorf("%w: there is no block at byte %d", ErrBroken, w.at-1)
		}
	}
	return w.ended(l)
}

func (l *layout) addFrame(pixels int64) {
	l.frames++
	l.pixels += pixels
	l.largest = max(l.largest, pixels)
}

// colors skips a table of colours, if the flags say that there is one.
func (w *walker) colors(flags byte) {
	if flags&0x80 != 0 {
		w.skip(3 << (flags&7 + 1))
	}
}

// blocks skips sub-blocks up to the empty one.
func (w *walker) blocks() {
	for n := w.byte(); n > 0 && !w.short; n = w.byte() {
		w.skip(int(n))
	}
}
