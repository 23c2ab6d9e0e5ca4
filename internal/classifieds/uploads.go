package classifieds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"golang.org/x/sync/semaphore"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/picture"
)

const (
	uploadMemory = 96 << 20 // bytes for all uploads at the same time
	photoMemory  = 64 << 20 // bytes for all photos that are being sent
	smallForm    = 64 << 10 // a form of at most so many bytes is no upload
	copies       = 4        // memory that reading a form takes, as a multiple of its size
)

// A budget is memory that requests share.
type budget struct{ *semaphore.Weighted }

func newBudget(bytes int64) budget { return budget{semaphore.NewWeighted(bytes)} }

// take waits for a part of the budget, no longer than line.Patience. The error wraps
// listings.ErrBusy.
func (b budget) take(ctx context.Context, bytes int64) error {
	if b.TryAcquire(bytes) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, line.Patience)
	defer cancel()
	if err := b.Acquire(ctx, bytes); err != nil {
		return fmt.Errorf("%w: other photos use the memory: %w", listings.ErrBusy, err)
	}
	return nil
}

// admit waits until there is memory for the form, which the request keeps to its end.
func (v *visit) admit() error {
	size := v.r.ContentLength
	switch {
	case 0 <= size && size <= smallForm:
		return nil
	case size < 0 || size > maxBody: // of unknown length, or read up to the limit
		size = maxBody
	}
	err := v.site.uploads.take(v.r.Context(), copies*size)
	if err == nil {
		v.taken = copies * size
	}
	return err
}

// leave ends the context of a post, and gives the memory back.
func (v *visit) leave() {
	if v.cancel != nil {
		v.cancel()
	}
	if v.taken > 0 {
		v.site.uploads.Release(v.taken)
	}
}

// photos returns the uploaded photo, if there is one, or the reason why it is refused.
func (v *visit) photos() (photos []listings.Photo, problem string, err error) {
	data, problem, err := v.uploaded()
	if len(data) == 0 || problem != "" || err != nil {
		return nil, problem, err
	}
	p, err := v.inspect(data)
	if err == nil {
		return []listings.Photo{p}, "", nil
	}
	for _, refused := range refusals {
		if errors.Is(err, refused.as) {
			return nil, refused.problem, nil
		}
	}
	return nil, "", err
}

// refusals are the reasons why a photo is refused, and what the visitor reads.
var refusals = []struct {
	as      error
	problem string
}{
	{picture.ErrKind, "This is not a JPEG, PNG or GIF picture."},
	{picture.ErrPixels, "This picture has too many pixels."},
	{picture.ErrBroken, "This picture is damaged or incomplete."},
	{picture.ErrMore, "This file has more in it than a picture. Please save the picture again, and choose that file."},
}

// uploaded reads the file of the form. The form drops it, since both would be kept.
func (v *visit) uploaded() (data []byte, problem string, err error) {
	if v.r.MultipartForm == nil {
		return nil, "", nil
	}
	file, header, err := v.r.FormFile("photo")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	defer file.Close()
	if header.Size > maxPhoto {
		return nil, "A photo may have up to 2 MB; this one has " + strconv.FormatInt(header.Size>>10, 10) + " KB.", nil
	}
	data = make([]byte, header.Size)
	_, err = io.ReadFull(file, data)
	v.r.MultipartForm = nil
	return data, "", err
}

// inspect decodes a photo. Its type comes from the bytes, not from the browser's header.
func (v *visit) inspect(data []byte) (listings.Photo, error) {
	info, err := picture.Inspect(data)
	if err != nil {
		return listings.Photo{}, err
	}
	if err := v.site.decoding.take(v.r.Context(), info.Memory); err != nil {
		return listings.Photo{}, err
	}
	defer v.site.decoding.Release(info.Memory)
	if err := picture.Check(data); err != nil {
		return listings.Photo{}, err
	}
	return listings.Photo{Type: info.Type, Width: int64(info.Width), Height: int64(info.Height), Data: data}, nil
}
