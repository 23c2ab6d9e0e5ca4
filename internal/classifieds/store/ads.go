package store

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Categories returns all categories by name.
func (s *Store) Categories(ctx context.Context) ([]listings.Category, error) {
	all := make([]listings.Category, 0, 48)
	err := s.read(ctx, func(c *conn) error {
		return c.query("SELECT id, slug, name, ads FROM categories ORDER BY name", nil, func(r row) error {
			all = append(all, categoryOf(r))
			return nil
		})
	})
	return all, err
}

// Category returns one category by its slug, or ErrNotFound.
func (s *Store) Category(ctx context.Context, slug string) (found listings.Category, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.category(slug, func(of listings.Category) error { found = of; return nil })
	})
	return found, err
}

func (c *conn) category(slug string, use func(listings.Category) error) error {
	return c.one("SELECT id, slug, name, ads FROM categories WHERE slug = ?", slug, func(r row) error {
		return use(categoryOf(r))
	})
}

func categoryOf(r row) listings.Category {
	return listings.Category{ID: r.int(0), Slug: r.text(1), Name: r.text(2), Ads: r.int(3)}
}

// one runs a query for the row with a key. Queries inside the function use, on the same
// connection, see the same state: SQLite's read transaction lasts as long as the
// row is in use. It also saves the locks for them.
func (c *conn) one(sql string, key driver.Value, use func(row) error) error {
	found := false
	err := c.query(sql, []driver.Value{key}, func(r row) error {
		found = true
		return use(r)
	})
	if err == nil && !found {
		return listings.ErrNotFound
	}
	return err
}

// Latest returns the newest n ads of all categories.
func (s *Store) Latest(ctx context.Context, n int) (ads []listings.Summary, err error) {
	err = s.read(ctx, func(c *conn) (err error) {
		ads, err = c.list("SELECT id, title, place, price, posted, photos FROM ads ORDER BY id DESC LIMIT +?", n, int64(n))
		return err
	})
	return ads, err
}

// InCategory returns a category, or ErrNotFound, with at most n ads that are older
// than the ad before (0 means the newest), newest first.
func (s *Store) InCategory(ctx context.Context, slug string, before int64, n int) (found listings.Category, ads []listings.Summary, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(c *conn) error {
		return c.category(slug, func(of listings.Category) (err error) {
			found = of
			ads, err = c.list("SELECT id, title, place, price, posted, photos FROM ads WHERE category = +? AND id < ? ORDER BY id DESC LIMIT +?",
				n, of.ID, before, int64(n))
			return err
		})
	})
	return found, ads, err
}

// list runs a query for at most n summaries.
func (c *conn) list(sql string, n int, args ...driver.Value) ([]listings.Summary, error) {
	all := make([]listings.Summary, 0, n)
	err := c.query(sql, args, func(r row) error {
		all = append(all, summaryOf(r))
		return nil
	})
	return all, err
}

func summaryOf(r row) listings.Summary {
	return listings.Summary{ID: r.int(0), Title: r.text(1), Place: r.text(2), Price: r.int(3),
		Posted: time.Unix(r.int(4), 0).UTC(), Photos: r.int(5)}
}

// Ad returns a whole ad with its category and pictures, or ErrNotFound.
func (s *Store) Ad(ctx context.Context, id int64) (ad listings.Ad, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.one(`SELECT ads.id, title, place, price, posted, photos, body, seller, email, flags, category, slug, name, categories.ads
			FROM ads JOIN categories ON categories.id = category WHERE ads.id = +?`, id, func(r row) (err error) {
			ad = listings.Ad{Summary: summaryOf(r), Body: r.text(6), Seller: r.text(7), Email: r.text(8), Flags: r.int(9), Category: categoryOf(r[10:])}
			ad.Pictures, err = c.pictures(id, ad.Photos)
			return err
		})
	})
	return ad, err
}

func (c *conn) pictures(ad, n int64) ([]listings.Picture, error) {
	if n == 0 {
		return nil, nil
	}
	all := make([]listings.Picture, 0, n)
	err := c.query("SELECT id, hash, width, height FROM photos WHERE ad = +? ORDER BY id", []driver.Value{ad}, func(r row) error {
		all = append(all, listings.Picture{ID: r.int(0), Hash: r.text(1), Width: r.int(2), Height: r.int(3)})
		return nil
	})
	return all, err
}

// Photo returns the photo with a hash, or ErrNotFound. Several ads may show it.
func (s *Store) Photo(ctx context.Context, hash string) (listings.Photo, error) {
	return s.photo(ctx, "SELECT hash, type, width, height, data FROM photos WHERE hash = +? LIMIT 1", hash)
}

// PhotoByID returns a photo, or ErrNotFound.
func (s *Store) PhotoByID(ctx context.Context, id int64) (listings.Photo, error) {
	return s.photo(ctx, "SELECT hash, type, width, height, data FROM photos WHERE id = ?", id)
}

func (s *Store) photo(ctx context.Context, sql string, key driver.Value) (p listings.Photo, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.one(sql, key, func(r row) error {
			p = listings.Photo{Hash: r.text(0), Type: r.text(1), Width: r.int(2), Height: r.int(3), Data: r.blob(4)}
			return nil
		})
	})
	return p, err
}

// Secret returns the secret of this data set, used for edit links.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	if known := s.secret.Load(); known != nil {
		return *known, nil
	}
	var secret []byte
	err := s.read(ctx, func(c *conn) error {
		return c.one("SELECT value FROM meta WHERE key = ?", "secret", func(r row) error { secret = []byte(r.text(0)); return nil })
	})
	if err == nil {
		s.secret.Store(&secret)
	}
	return secret, err
}
