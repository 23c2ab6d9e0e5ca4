// Package pages writes the classifieds' pages: values in, HTML out.
//
// The pages are templ components (*.templ, compiled by "make generate"). templ
// escapes everything that a visitor typed. No page loads anything except the
// stylesheet and the photos of this site. No page shows a relative time, so the
// same ad always gives the same bytes.
package pages

import (
	_ "embed"
	"net/url"
	"strconv"
	"time"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Stylesheet is the only stylesheet.
//
//go:embed site.css
var Stylesheet []byte

// StylesheetPath contains a hash of the stylesheet, so that browsers may cache it
// forever. A test checks the hash; every CGI request would pay for computing it.
const StylesheetPath = "/site.98ab3659.css"

// Site is the name of the site.
const Site = "Millbrook Classifieds"

// Price formats cents as a price.
func Price(cents int64) string { return string(appendPrice(nil, cents)) }

func appendPrice(b []byte, cents int64) []byte {
	if cents == 0 {
		return append(b, "Free"...)
	}
	b = grouped(append(b, '$'), cents/100)
	if rest := cents % 100; rest != 0 {
		b = append(b, '.', byte('0'+rest/10), byte('0'+rest%10))
	}
	return b
}

// grouped appends a number with commas between the thousands.
func grouped(out []byte, n int64) []byte {
	if n >= 1000 {
		out = append(grouped(out, n/1000), ',')
		n %= 1000
		out = append(out, byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
		return out
	}
	return strconv.AppendInt(out, n, 10)
}

// Count formats a number with commas between the thousands.
func Count(n int64) string { return string(grouped(nil, n)) }

// Day formats a day: "3 May 2026".
func Day(t time.Time) string { return string(appendDay(nil, t)) }

func appendDay(b []byte, t time.Time) []byte {
	year, month, day := t.Date()
	b = append(strconv.AppendInt(b, int64(day), 10), ' ')
	b = append(append(b, month.String()[:3]...), ' ')
	return strconv.AppendInt(b, int64(year), 10)
}

func adPath(id int64) string              { return "/ads/" + strconv.FormatInt(id, 10) }
func photoPath(p listings.Picture) string { return "/photos/" + p.Hash }

// EditPath returns the secret address at which a seller changes an ad.
func EditPath(id int64, key string) string { return adPath(id) + "/edit?key=" + url.QueryEscape(key) }

// photos returns the number of an ad's photos in words, or "" for none.
func photos(n int64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " · 1 photo"
	}
	return " · " + strconv.FormatInt(n, 10) + " photos"
}

// dollars formats a price for a form field.
func dollars(cents int64) string {
	if cents%100 == 0 {
		return strconv.FormatInt(cents/100, 10)
	}
	return strconv.FormatFloat(float64(cents)/100, 'f', 2, 64)
}

// A Search is a visitor's search as typed, with its results.
type Search struct {
	Words, Category, Min, Max string
	Problem                   string // the reason why nothing was searched; may be empty
	Categories                []listings.Category
	List
}

// A Form is a form as it was filled in, with its problems.
type Form struct {
	Values   map[string]string
	Problems map[string]string // by field
}

// Fill returns a form with the values of an ad.
func Fill(ad listings.Ad) Form {
	return Form{Values: map[string]string{
		"category": ad.Category.Slug, "title": ad.Title, "body": ad.Body, "price": dollars(ad.Price),
		"place": ad.Place, "seller": ad.Seller, "email": ad.Email,
	}}
}

// An AdPage is the data for the page of an ad.
type AdPage struct {
	Ad     listings.Ad
	Reply  Form
	Notice string
}

// An EditPage is the data for the page behind the secret link.
type EditPage struct {
	Ad         listings.Ad
	Key        string
	Form       Form
	Dropped    []int64 // photos to remove
	Notice     string
	Replies    []listings.Reply
	Categories []listings.Category
}
