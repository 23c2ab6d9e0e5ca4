package classifieds

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/pages"
)

const (
	perPage   = 25 // ads on a page of a list
	atHome    = 20 // latest ads on the home page
	mostReply = 50 // replies on the edit page
)

func home(v *visit) error {
	categories, err := v.db.Categories(v.r.Context())
	if err != nil {
		return err
	}
	latest, err := v.db.Latest(v.r.Context(), atHome)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, pages.Home(categories, latest))
}

func category(v *visit) error {
	// The additional ad shows whether there is a next page.
	c, ads, err := v.db.InCategory(v.r.Context(), v.r.PathValue("slug"), number(v.query().Get("before")), perPage+1)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, pages.Category(c, cut(ads, "/c/"+c.Slug+"?before=")))
}

func (v *visit) query() url.Values {
	if v.r.URL.RawQuery == "" {
		return nil
	}
	return v.r.URL.Query()
}

// number parses a positive number, or returns 0.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// cut makes a page of the ads, with the address of the next page if there are more.
func cut(ads []listings.Summary, next string) pages.List {
	if len(ads) <= perPage {
		return pages.List{Ads: ads}
	}
	ads = ads[:perPage]
	return pages.List{Ads: ads, Next: next + strconv.FormatInt(ads[perPage-1].ID, 10)}
}

func search(v *visit) error {
	q := v.query()
	page := pages.Search{Words: q.Get("q"), Category: q.Get("category"), Min: q.Get("min"), Max: q.Get("max")}
	var err error
	if page.Categories, err = v.db.Categories(v.r.Context()); err != nil {
		return err
	}
	want, problem := understood(page)
	want.Before = number(q.Get("before"))
	page.Problem = problem
	if problem == "" {
		ads, err := v.db.Search(v.r.Context(), want, perPage+1)
		if err != nil {
			return err
		}
		q.Del("before")
		page.List = cut(ads, "/search?"+q.Encode()+"&before=")
	}
	return v.page(http.StatusOK, pages.Results(page))
}

// understood parses the search form.
func understood(page pages.Search) (listings.Query, string) {
	q := listings.Query{Words: page.Words}
	for _, c := range page.Categories {
		if c.Slug == page.Category {
			q.Category = c.ID
		}
	}
	var ok [2]bool
	q.Min, ok[0] = price(page.Min)
	q.Max, ok[1] = price(page.Max)
	switch {
	case len(listings.Words(page.Words)) == 0:
		return q, "Type a word to search for."
	case page.Category != "" && q.Category == 0:
		return q, "There is no such category."
	case !ok[0] || !ok[1]:
		return q, "A price is a number, as in 25 or 12.50."
	case q.Max != 0 && q.Min > q.Max:
		return q, "The first price is above the second."
	}
	return q, ""
}

func ad(v *visit) error {
	return v.showAd(http.StatusOK, pages.Form{})
}

// notices are the notices of an ad's page after a post.
var notices = map[string]string{
	"replied": "Your message is on its way.",
	"flagged": "Thank you: we will look at this ad.",
}

func (v *visit) showAd(status int, reply pages.Form) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	page := pages.AdPage{Reply: reply, Notice: notices[v.query().Get("done")]}
	if page.Ad, err = v.db.Ad(v.r.Context(), id); err != nil {
		return err
	}
	return v.page(status, pages.Ad(page))
}

// photo sends the photo with the hash in the path, or with an id, as in addresses of earlier
// versions. Only the first address leads to the same bytes for ever.
func photo(v *visit) error {
	if err := v.site.sending.take(v.r.Context(), maxPhoto); err != nil {
		return err
	}
	defer v.site.sending.Release(maxPhoto)
	name := v.r.PathValue("name")
	if !listings.IsHash(name) {
		return v.photoByID(number(name))
	}
	p, err := v.db.Photo(v.r.Context(), name)
	if err != nil {
		return err
	}
	v.keep()
	v.content(p.Type, p.Hash, p.Data)
	return nil
}

func (v *visit) photoByID(id int64) error {
	p, err := v.db.PhotoByID(v.r.Context(), id)
	if err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-cache")
	v.content(p.Type, p.Hash, p.Data)
	return nil
}

func stylesheet(v *visit) error {
	v.keep()
	v.content("text/css; charset=utf-8", pages.StylesheetPath, pages.Stylesheet)
	return nil
}
