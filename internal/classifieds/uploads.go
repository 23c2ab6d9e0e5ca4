package classifieds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/sync/semaphore"

	"github.com/classibench/classibench/internal/classifieds/line"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/picture"
	"github.com/classibench/classibench/internal/spool"
)

const (
	uploadMemory = 96 << 20 // bytes for all uploads that have arrived
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

// isUpload reports whether a form is long, or of unknown length. In a CGI program, none is:
// its gateway has the whole body, and no other request shares its memory.
func (v *visit) isUpload() bool {
	return (v.r.ContentLength < 0 || v.r.ContentLength > smallForm) && os.Getenv("REQUEST_METHOD") == ""
}

// receive reads a form into a file, which becomes the body of the request. A form that is on
// its way takes no memory: a client could hold that for as long as it sends a byte now and then.
func (v *visit) receive() (io.Closer, error) {
	file, err := v.site.forms.Create()
	if err != nil {
		return nil, fmt.Errorf("%w: make a file for a form: %w", listings.ErrFull, err)
	}
	to := &stored{file: file}
	if v.r.ContentLength, err = io.Copy(to, v.r.Body); to.err != nil {
		err = to.err
	} else {
		err = unreadable(err)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	v.r.Body = io.NopCloser(io.NewSectionReader(file, 0, v.r.ContentLength))
	return file, nil
}

// A stored form writes to a file, and keeps its error apart from those of the body.
type stored struct {
	file *spool.File
	err  error
}

func (s *stored) Write(p []byte) (n int, err error) {
	n, err = s.file.Write(p)
	switch {
	case errors.Is(err, spool.ErrFull):
		s.err = fmt.Errorf("%w: %w", listings.ErrBusy, err)
	case err != nil:
		s.err = fmt.Errorf("%w: store a form: %w", listings.ErrFull, err)
	}
	return n, err
}

// admit waits until there is memory for the form, which the request keeps to its end.
func (v *visit) admit() error {
	size := copies * v.r.ContentLength
	if err := v.site.uploads.take(v.r.Context(), size); err != nil {
		return err
	}
	v.taken = size
	return nil
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
