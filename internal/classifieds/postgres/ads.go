package postgres

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// The columns of the functions below.
const (
	ofCategory = "SELECT id, slug, name, ads FROM categories"
	ofSummary  = "SELECT id, title, place, price, posted, photos FROM ads"
)

func categoryOf(r pgx.CollectableRow) (c listings.Category, err error) {
	return c, r.Scan(&c.ID, &c.Slug, &c.Name, &c.Ads)
}

func summaryOf(r pgx.CollectableRow) (ad listings.Summary, err error) {
	var posted int64
	err = r.Scan(&ad.ID, &ad.Title, &ad.Place, &ad.Price, &posted, &ad.Photos)
	ad.Posted = time.Unix(posted, 0).UTC()
	return ad, err
}

// Categories returns all categories by name.
func (s *Store) Categories(ctx context.Context) ([]listings.Category, error) {
	return readAll(ctx, s, categoryOf, ofCategory+` ORDER BY name COLLATE "C"`)
}

// Category returns one category by its slug, or ErrNotFound.
func (s *Store) Category(ctx context.Context, slug string) (listings.Category, error) {
	if !storable(slug) {
		return listings.Category{}, listings.ErrNotFound
	}
	return readOne(ctx, s, categoryOf, ofCategory+" WHERE slug = $1", slug)
}

// storable reports whether PostgreSQL can have a text: it refuses zero bytes, and what is
// not UTF-8, in parameters too.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// Latest returns the newest n ads of all categories.
func (s *Store) Latest(ctx context.Context, n int) ([]listings.Summary, error) {
	return readAll(ctx, s, summaryOf, ofSummary+" ORDER BY id DESC LIMIT $1", int64(n))
}

// InCategory returns a category, or ErrNotFound, with at most n ads that are older
// than the ad before (0 means the newest), newest first.
func (s *Store) InCategory(ctx context.Context, slug string, before int64, n int) (found listings.Category, ads []listings.Summary, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	if found, err = s.Category(ctx, slug); err != nil {
		return found, nil, err
	}
	ads, err = readAll(ctx, s, summaryOf, ofSummary+" WHERE category = $1 AND id < $2 ORDER BY id DESC LIMIT $3", found.ID, before, int64(n))
	return found, ads, err
}

// Ad returns a whole ad with its category and pictures, or ErrNotFound.
func (s *Store) Ad(ctx context.Context, id int64) (listings.Ad, error) {
	ad, err := readOne(ctx, s, adOf, `SELECT ads.id, title, place, price, posted, photos, body, seller, email, flags, category, slug, name, categories.ads
		FROM ads JOIN categories ON categories.id = category WHERE ads.id = $1`, id)
	if err != nil || ad.Photos == 0 {
		return ad, err
	}
	ad.Pictures, err = readAll(ctx, s, pictureOf, "SELECT id, hash, width, height FROM photos WHERE ad = $1 ORDER BY id", id)
	return ad, err
}

func adOf(r pgx.CollectableRow) (ad listings.Ad, err error) {
	var posted int64
	c := &ad.Category
	err = r.Scan(&ad.ID, &ad.Title, &ad.Place, &ad.Price, &posted, &ad.Photos, &ad.Body, &ad.Seller, &ad.Email, &ad.Flags, &c.ID, &c.Slug, &c.Name, &c.Ads)
	ad.Posted = time.Unix(posted, 0).UTC()
	return ad, err
}

func pictureOf(r pgx.CollectableRow) (p listings.Picture, err error) {
	return p, r.Scan(&p.ID, &p.Hash, &p.Width, &p.Height)
}

// Photo returns the photo with a hash, or ErrNotFound. Several ads may show it.
func (s *Store) Photo(ctx context.Context, hash string) (listings.Photo, error) {
	return s.photo(ctx, "SELECT hash, type, width, height, data FROM photos WHERE hash = $1 LIMIT 1", hash)
}

// PhotoByID returns a photo, or ErrNotFound.
func (s *Store) PhotoByID(ctx context.Context, id int64) (listings.Photo, error) {
	return s.photo(ctx, "SELECT hash, type, width, height, data FROM photos WHERE id = $1", id)
}

// photo gets the bytes as they are: as text they would be twice as many.
func (s *Store) photo(ctx context.Context, sql string, key any) (listings.Photo, error) {
	return readOne(ctx, s, photoOf, sql, pgx.QueryResultFormats{pgx.BinaryFormatCode}, key)
}

func photoOf(r pgx.CollectableRow) (p listings.Photo, err error) {
	return p, r.Scan(&p.Hash, &p.Type, &p.Width, &p.Height, &p.Data)
}

// Secret returns the secret of this data set, used for edit links.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	if known := s.secret.Load(); known != nil {
		return *known, nil
	}
	text, err := readOne(ctx, s, pgx.RowTo[string], "SELECT value FROM meta WHERE key = 'secret'")
	if err != nil {
		return nil, err
	}
	secret := []byte(text)
	s.secret.Store(&secret)
	return secret, nil
}

// Search returns at most n ads that have all the words in title or text, newest
// first. A query without a letter or digit finds nothing.
func (s *Store) Search(ctx context.Context, q listings.Query, n int) ([]listings.Summary, error) {
	words := listings.Words(q.Words)
	if len(words) == 0 {
		return nil, nil
	}
	f := filter{args: []any{strings.Join(words, " ")}}
	f.narrow("id <", q.Before)
	f.narrow("category =", q.Category)
	f.narrow("price >=", q.Min)
	f.narrow("price <=", q.Max)
	f.args = append(f.args, int64(n))
	return readAll(ctx, s, summaryOf, ofSummary+" WHERE search @@ plainto_tsquery('simple', words($1))"+f.conditions+" ORDER BY id DESC LIMIT "+f.last(), f.args...)
}
