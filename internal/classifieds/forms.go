package classifieds

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the accepted kinds of photos
	_ "image/jpeg"
	_ "image/png"
	"io"
	"math"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/pages"
)

const (
	maxBody   = 3 << 20 // size of a whole form in bytes
	maxPhoto  = 2 << 20 // size of a photo in bytes
	maxPixels = 40e6
	maxPhotos = 8             // per ad
	maxPrice  = 1_000_000_000 // dollars
)

// parse parses the form of a post, with at most maxBody bytes. It reads all of the body,
// since net/http notices that a client has left only then.
func (v *visit) parse() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxBody)
	err := v.r.ParseForm() // first: ParseMultipartForm would drop its error
	if err == nil {
		err = v.r.ParseMultipartForm(maxBody)
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		_, err = io.Copy(io.Discard, v.r.Body)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return err
	default:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
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
	s := strings.TrimSpace(strings.ReplaceAll(c.values.Get(name), "\r\n", "\n"))
	c.form.Values[name] = strings.ToValidUTF8(s, "�")
	return c.form.Values[name]
}

func (c *checker) problem(name, text string) { c.form.Problems[name] = text }

// text returns a text of least to most characters.
func (c *checker) text(name string, least, most int) string {
	s := c.get(name)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		c.problem(name, "Please fill this in.")
	case n < least:
		c.problem(name, "Please write at least "+strconv.Itoa(least)+" characters.")
	case n > most:
		c.problem(name, "Please write at most "+strconv.Itoa(most)+" characters; this has "+strconv.Itoa(n)+".")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		c.problem(name, "There is a character in this that cannot be shown.")
	}
	return s
}

// email returns a bare address (RFC 5322 §3.4.1, addr-spec).
func (c *checker) email(name string) string {
	s := c.text(name, 3, 120)
	if c.form.Problems[name] != "" {
		return s
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		c.problem(name, "This is not an e-mail address, as in ann@example.org.")
	}
	return s
}

// price parses dollars and cents: "", "25", "12.50", "1,250".
func price(s string) (cents int64, ok bool) {
	s = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(s), "$"), ",", "")
	if s == "" {
		return 0, true
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || x < 0 || x > maxPrice || math.IsNaN(x) {
		return 0, false
	}
	return int64(math.Round(x * 100)), true
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
		Summary: listings.Summary{Title: c.text("title", 3, 80), Price: c.price("price"), Place: c.text("place", 2, 60)},
		Body:    c.text("body", 10, 4000), Seller: c.text("seller", 1, 60), Email: c.email("email"),
	}
	chosen, err := v.db.Category(c.get("category"))
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

// photos returns the uploaded photo, if there is one.
func (v *visit) photos() ([]listings.Photo, string, error) {
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
	if header.Size == 0 {
		return nil, "", nil
	}
	if header.Size > maxPhoto {
		return nil, "A photo may have up to 2 MB; this one has " + strconv.FormatInt(header.Size>>10, 10) + " KB.", nil
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, "", err
	}
	p, problem := checkPhoto(data)
	if problem != "" {
		return nil, problem, nil
	}
	return []listings.Photo{p}, "", nil
}

// checkPhoto determines the type from the bytes, not from the browser's header.
func checkPhoto(data []byte) (listings.Photo, string) {
	shape, kind, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return listings.Photo{}, "This is not a JPEG, PNG or GIF picture."
	case shape.Width*shape.Height > maxPixels || shape.Width <= 0 || shape.Height <= 0:
		return listings.Photo{}, "This picture has too many pixels."
	}
	return listings.Photo{Type: "image/" + kind, Width: int64(shape.Width), Height: int64(shape.Height), Data: data}, ""
}
