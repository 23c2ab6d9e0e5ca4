package dataset

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	pictureWidth  = 480
	pictureHeight = 320
	maxPhotos     = 1000
	motifs        = 24 // number of different pictures; photos repeat them
)

// photoGap returns the number of ads for each one with photos.
func (w *writer) photoGap() int64 { return max(10, int64(w.spec.Ads)/maxPhotos) }

// photos returns the number of an ad's photos: 1 for one in each gap, else 0.
func (w *writer) photos(ad int64) int {
	if gap := w.photoGap(); ad <= int64(w.spec.Ads) && ad%gap == 0 && ad/gap <= maxPhotos {
		return 1
	}
	return 0
}

// picture returns a photo's JPEG. A comment makes each photo another file.
func (w *writer) picture(id int64) []byte {
	motif := id % motifs
	if w.drawn[motif] == nil {
		w.drawn[motif] = still(rand.New(rand.NewPCG(uint64(w.spec.Seed), uint64(motif)+1<<32)))
	}
	return commented(w.drawn[motif], fmt.Sprintf("photo %d", id))
}

// commented returns a JPEG with a comment after its first marker (ITU-T T.81, B.2.4.5).
func commented(jpeg []byte, comment string) []byte {
	const startOfImage = 2 // bytes
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xfe}, uint16(2+len(comment)))
	return slices.Concat(jpeg[:startOfImage], segment, []byte(comment), jpeg[startOfImage:])
}

// still draws a still life: a few balls on a table, lit from the left.
func still(r *rand.Rand) []byte {
	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	hue := r.Float64()
	wall, table := hsl(hue, 0.25, 0.80), hsl(hue+0.5, 0.30, 0.42)
	balls := make([]ball, 2+r.IntN(3))
	for i := range balls {
		radius := 35 + 45*r.Float64()
		balls[i] = ball{x: (float64(i) + 0.3 + 0.4*r.Float64()) * pictureWidth / float64(len(balls)), y: 255 - radius, r: radius,
			c: hsl(hue+0.15+0.7*r.Float64(), 0.55, 0.5)}
	}
	for y := range pictureHeight {
		for x := range pictureWidth {
			img.SetRGBA(x, y, shade(float64(x), float64(y), wall, table, balls))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 72}); err != nil {
		panic(err) // cannot fail for an image of this size, in memory
	}
	return b.Bytes()
}

type ball struct {
	x, y, r float64
	c       color.RGBA
}

// shade returns the colour of a point: of the nearest ball that covers it, of the
// table with the balls' shadows, or of the wall.
func shade(x, y float64, wall, table color.RGBA, balls []ball) color.RGBA {
	for _, b := range balls {
		if dx, dy := x-b.x, y-b.y; dx*dx+dy*dy < b.r*b.r {
			light := math.Hypot(x-b.x+0.4*b.r, y-b.y+0.45*b.r) / (1.5 * b.r)
			return scaled(b.c, 1.35-0.95*light)
		}
	}
	if y < 225 {
		return scaled(wall, 1.05-0.25*x/pictureWidth)
	}
	light := 0.85 + 0.3*(y-225)/(pictureHeight-225)
	for _, b := range balls {
		dx, dy := (x-b.x-0.5*b.r)/(1.3*b.r), (y-252)/(0.28*b.r)
		if d := dx*dx + dy*dy; d < 1 {
			light *= 0.6 + 0.4*math.Sqrt(d)
		}
	}
	return scaled(table, light)
}

func scaled(c color.RGBA, f float64) color.RGBA {
	s := func(v uint8) uint8 { return uint8(max(0, min(255, float64(v)*f))) }
	return color.RGBA{s(c.R), s(c.G), s(c.B), 255}
}

// hsl returns the colour of a hue in turns (CSS Color Module Level 4, §7.1).
func hsl(h, s, l float64) color.RGBA {
	h = 12 * (h - math.Floor(h))
	part := func(n float64) uint8 {
		k := math.Mod(n+h, 12)
		a := s * math.Min(l, 1-l)
		return uint8(255 * (l - a*math.Max(-1, math.Min(math.Min(k-3, 9-k), 1))))
	}
	return color.RGBA{part(0), part(8), part(4), 255}
}
