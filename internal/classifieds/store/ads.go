package store

import (
	"database/sql/driver"
	"time"
)

// A Category is a kind of ad.
type Category struct {
	ID   int64
	Slug string // its place in an address
	Name string
	Ads  int64 // how many it holds
}

// A Summary is what a list shows of an ad.
type Summary struct {
	ID     int64
	Title  string
	Place  string
	Price  int64     // cents
	Posted time.Time // UTC, whole seconds
	Photos int64
}

// An Ad is a whole ad.
type Ad struct {
	Summary
	Category int64 // Category.ID
	Body     string
	Seller   string
	Email    string
	Flags    int64
	Pictures []Picture
}

// A Picture is what a page needs to know of a photo to show it.
type Picture struct{ ID, Width, Height int64 }

// Categories returns all categories by name.
func (s *Store) Categories() ([]Category, error) {
	all := make([]Category, 0, 48)
	err := s.read(func(c *conn) error {
		return c.query("SELECT id, slug, name, ads FROM categories ORDER BY name", nil, func(r row) error {
			all = append(all, categoryOf(r))
			return nil
		})
	})
	return all, err
}

// Category returns one category by its slug, or ErrNotFound.
func (s *Store) Category(slug string) (Category, error) {
	return s.category("SELECT id, slug, name, ads FROM categories WHERE slug = ?", slug)
}

// CategoryByID returns one category, or ErrNotFound.
func (s *Store) CategoryByID(id int64) (Category, error) {
	return s.category("SELECT id, slug, name, ads FROM categories WHERE id = ?", id)
}

func (s *Store) category(sql string, key driver.Value) (found Category, err error) {
	err = s.read(func(c *conn) error {
		return c.one(sql, key, func(r row) { found = categoryOf(r) })
	})
	return found, err
}

// one runs a query for the one row that key names.
func (c *conn) one(sql string, key driver.Value, use func(row)) error {
	found := false
	err := c.query(sql, []driver.Value{key}, func(r row) error {
		found = true
		use(r)
		return nil
	})
	if err == nil && !found {
		return ErrNotFound
	}
	return err
}

func categoryOf(r row) Category {
	return Category{ID: r.int(0), Slug: r.text(1), Name: r.text(2), Ads: r.int(3)}
}

// Latest returns the newest ads of all categories, n at most.
func (s *Store) Latest(n int) ([]Summary, error) {
	return s.list("SELECT id, title, place, price, posted, photos FROM ads ORDER BY id DESC LIMIT ?", n, int64(n))
}

// InCategory returns the ads of a category that are older than the ad before
// (0: the newest), newest first, n at most.
func (s *Store) InCategory(category, before int64, n int) ([]Summary, error) {
	if before == 0 {
		return s.list("SELECT id, title, place, price, posted, photos FROM ads WHERE category = ? ORDER BY id DESC LIMIT ?",
			n, category, int64(n))
	}
	return s.list("SELECT id, title, place, price, posted, photos FROM ads WHERE category = ? AND id < ? ORDER BY id DESC LIMIT ?",
		n, category, before, int64(n))
}

// list runs a query for summaries.
func (s *Store) list(sql string, n int, args ...driver.Value) ([]Summary, error) {
	all := make([]Summary, 0, n)
	err := s.read(func(c *conn) error {
		return c.query(sql, args, func(r row) error {
			all = append(all, summaryOf(r))
			return nil
		})
	})
	return all, err
}

func summaryOf(r row) Summary {
	return Summary{ID: r.int(0), Title: r.text(1), Place: r.text(2), Price: r.int(3),
		Posted: time.Unix(r.int(4), 0).UTC(), Photos: r.int(5)}
}

// Ad returns a whole ad with its pictures, or ErrNotFound.
func (s *Store) Ad(id int64) (ad Ad, err error) {
	err = s.read(func(c *conn) error {
		err := c.one("SELECT id, title, place, price, posted, photos, category, body, seller, email, flags FROM ads WHERE id = ?", id, func(r row) {
			ad = Ad{Summary: summaryOf(r), Category: r.int(6), Body: r.text(7), Seller: r.text(8), Email: r.text(9), Flags: r.int(10)}
		})
		if err != nil || ad.Photos == 0 {
			return err
		}
		return c.query("SELECT id, width, height FROM photos WHERE ad = ? ORDER BY id", []driver.Value{id}, func(r row) error {
			ad.Pictures = append(ad.Pictures, Picture{r.int(0), r.int(1), r.int(2)})
			return nil
		})
	})
	return ad, err
}

// A Photo is a picture as it is sent.
type Photo struct {
	Type          string // media type
	Width, Height int64
	Data          []byte
}

// Photo returns a photo, or ErrNotFound.
func (s *Store) Photo(id int64) (p Photo, err error) {
	err = s.read(func(c *conn) error {
		return c.one("SELECT type, width, height, data FROM photos WHERE id = ?", id, func(r row) {
			p = Photo{Type: r.text(0), Width: r.int(1), Height: r.int(2), Data: r.blob(3)}
		})
	})
	return p, err
}

// Secret returns the secret of this data set, from which edit links are made.
func (s *Store) Secret() ([]byte, error) {
	if known := s.secret.Load(); known != nil {
		return *known, nil
	}
	var secret []byte
	err := s.read(func(c *conn) error {
		return c.one("SELECT value FROM meta WHERE key = ?", "secret", func(r row) { secret = []byte(r.text(0)) })
	})
	if err == nil {
		s.secret.Store(&secret)
	}
	return secret, err
}
