package classifieds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/pages"
)

// mostTime is the time from the end of a post's body to its commit. A visitor, or a server
// between, does not wait much longer for the answer, and the visitor would post again what was
// written. The body itself has as much, and a second for each slowest bytes of it.
const (
	mostTime = 25 * time.Second
	slowest  = 500
)

const (
	maxBody   = 3 << 20       // size of a whole form in bytes
	maxPhoto  = 2 << 20       // size of a photo in bytes
	maxPhotos = 8             // per ad
	maxPrice  = 1_000_000_000 // dollars
)

// parse parses the form of a post, with at most maxBody bytes. It reads all of the body,
// since net/http notices that a client has left only then.
func (v *visit) parse() error {
	began := time.Now()
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxBody)
	if v.isUpload() {
		file, err := v.receive()
		if err != nil {
			return err
		}
		defer file.Close() // only read
		if err := v.admit(); err != nil {
			return err
		}
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	late := time.Since(began) - time.Second*time.Duration(max(v.r.ContentLength, 0)/slowest)
	ctx, cancel := context.WithTimeout(v.r.Context(), mostTime-max(late, 0))
	v.r, v.cancel = v.r.WithContext(ctx), cancel
	return nil
}

// parseForm reads the body.
func (v *visit) parseForm() error {
	err := v.r.ParseForm() // first: ParseMultipartForm would drop its error
	if err == nil {
		err = v.r.ParseMultipartForm(maxBody)
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		_, err = io.Copy(io.Discard, v.r.Body)
	}
	return unreadable(err)
}

// unreadable explains an error of reading a body.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil || errors.As(err, &tooLarge):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", errTooSlow, err)
	}
	return fmt.Errorf("%w: %w", errBadRequest, err)
}

// A checker reads the fields of a form, and records problems.
type checker struct {
	values url.Values
	form   pages.Form
}

func newChecker(values url.Values) *checker {
	return &checker{values, pages.Form{Values: map[string]string{}, Problems: map[string]string{}}}
}

// get returns a field without the space around it, and keeps it for showing the
// form again.
func (c *checker) get(name string) string {
	s := strings.TrimFunc(strings.ReplaceAll(c.values.Get(name), "\r\n", "\n"), blank)
	c.form.Values[name] = strings.ToValidUTF8(s, "�")
	return c.form.Values[name]
}

func (c *checker) problem(name, text string) { c.form.Problems[name] = text }

// line returns a text of least to most characters for a title or a name.
func (c *checker) line(name string, least, most int) string {
	return c.text(name, least, most, invisible)
}

// text returns a text of least to most characters, none of which is hidden.
func (c *checker) text(name string, least, most int, hidden func(rune) bool) string {
	s := c.get(name)
	switch n := utf8.RuneCountInString(s); {
	case empty(s):
		c.problem(name, "Please fill this in.")
	case n < least:
		c.problem(name, "Please write at least "+strconv.Itoa(least)+" characters.")
	case n > most:
		c.problem(name, "Please write at most "+strconv.Itoa(most)+" characters; this has "+strconv.Itoa(n)+".")
	default:
		if problem := spoilt(s, hidden); problem != "" {
			c.problem(name, problem)
		}
	}
	return s
}

// email returns a bare address (RFC 5322 §3.4.1, addr-spec).
func (c *checker) email(name string) string {
	s := c.line(name, 3, 120)
	if c.form.Problems[name] != "" {
		return s
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		c.problem(name, "This is not an e-mail address, as in ann@example.org.")
	}
	return s
}

func (c *checker) price(name string) int64 {
	s := c.get(name)
	cents, ok := price(s)
	if s == "" || !ok {
		c.problem(name, "A price is a number, as in 25 or 12.50; 0 if it is free.")
	}
	return cents
}

// readAd parses the form of an ad with its photo.
func (v *visit) readAd() (listings.Ad, []listings.Photo, pages.Form, error) {
	c := newChecker(v.r.PostForm)
	ad := listings.Ad{
		Summary: listings.Summary{Title: c.line("title", 3, 80), Price: c.price("price"), Place: c.line("place", 2, 60)},
		Body:    c.text("body", 10, 4000, invisibleInText), Seller: c.line("seller", 1, 60), Email: c.email("email"),
	}
	chosen, err := v.db.Category(v.r.Context(), c.get("category"))
	switch {
	case errors.Is(err, listings.ErrNotFound):
		c.problem("category", "Please choose a category.")
	case err != nil:
		return ad, nil, c.form, err
	}
	ad.Category = chosen
	photos, problem, err := v.photos()
	switch {
	case problem != "":
		c.problem("photo", problem)
	case len(photos) > 0 && len(c.form.Problems) > 0:
		c.problem("photo", "Please choose the photo again: a form cannot keep it.")
	}
	return ad, photos, c.form, err
}
