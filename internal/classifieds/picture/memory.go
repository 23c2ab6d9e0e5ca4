package picture

import (
	"image"
	"image/color"
)

// memory returns an upper bound for the memory of a decoder, in bytes. A small file can
// declare much, so the bound counts all that the decoders of package image allocate.
func memory(kind string, shape image.Config, l layout) int64 {
	pixels := int64(shape.Width) * int64(shape.Height)
	switch kind {
	case "gif":
		return l.pixels + l.largest + l.frames*bytesPerFrame // an interlaced frame is copied
	case "jpeg":
		return memoryOfJPEG(pixels, l)
	}
	return 2 * pixels * bytesPerPixel(shape.ColorModel, l.transparent) // an interlaced PNG is decoded in parts
}

// bytesPerFrame is what a frame of a GIF takes besides its pixels: up to 256 colours, each an
// interface with its value.
const bytesPerFrame = 8 << 10

// bytesPerPixel returns the size of a pixel of a decoded PNG. A grey picture with a
// transparent colour is decoded to RGBA.
func bytesPerPixel(model color.Model, transparent bool) int64 {
	switch model {
	case color.GrayModel:
		if !transparent {
			return 1
		}
	case color.Gray16Model:
		if !transparent {
			return 2
		}
		return 8
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, paletted := model.(color.Palette); paletted {
		return 1
	}
	return 4
}

// memoryOfJPEG returns the memory for the samples of all components, for their coefficients in
// a progressive picture, and for the conversion to RGB or CMYK.
func memoryOfJPEG(pixels int64, l layout) int64 {
	samples, components := samplesOf(l.frame)
	total := samples
	if l.progressive {
		total += 4 * samples // each coefficient is an int32
	}
	if l.converted || len(components) == 4 || string(components) == "RGB" {
		total += 4 * pixels
	}
	return total
}

// samplesOf returns the number of samples that a frame declares, and the identifiers of its
// components (ITU-T T.81, B.2.2). Each component fills whole units of 8 × 8 samples for each of
// its sampling factors, so that a narrow picture has many more samples than pixels.
func samplesOf(frame []byte) (samples int64, components []byte) {
	const fixed, each = 6, 3 // bytes
	if len(frame) < fixed+each {
		return 0, nil
	}
	height, width := int64(frame[1])<<8|int64(frame[2]), int64(frame[3])<<8|int64(frame[4])
	if len(frame) == fixed+each { // the factors of a single component do not count (A.2.2)
		return 64 * units(width, 1) * units(height, 1), frame[fixed : fixed+1]
	}
	var across, down int64 = 1, 1
	for c := frame[fixed:]; len(c) >= each; c = c[each:] {
		across, down = max(across, int64(c[1]>>4)), max(down, int64(c[1]&15))
	}
	for c := frame[fixed:]; len(c) >= each; c = c[each:] {
		samples += 64 * int64(c[1]>>4) * int64(c[1]&15) * units(width, across) * units(height, down)
		components = append(components, c[0])
	}
	return samples, components
}

// units returns how many units of n × 8 samples a length needs.
func units(length, n int64) int64 { return (length + 8*n - 1) / (8 * n) }
