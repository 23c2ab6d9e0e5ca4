package store

import (
	"context"
	"database/sql/driver"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Add stores a new ad with its photos and returns its id. It uses only the ID of
// the category, and ignores ID, Photos and Pictures.
func (s *Store) Add(ctx context.Context, ad listings.Ad, photos []listings.Photo) (id int64, err error) {
	err = s.write(ctx, func(c *conn) error {
		res, err := c.run("INSERT INTO ads (category, title, body, price, place, seller, email, posted, photos) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			ad.Category.ID, ad.Title, ad.Body, ad.Price, ad.Place, ad.Seller, ad.Email, ad.Posted.Unix(), int64(len(photos)))
		if err != nil {
			return err
		}
		if id, err = res.LastInsertId(); err != nil {
			return err
		}
		return c.attach(id, photos)
	})
	return id, err
}

func (c *conn) attach(ad int64, photos []listings.Photo) error {
	for _, p := range photos {
		err := c.exec("INSERT INTO photos (ad, hash, type, width, height, data) VALUES (?, ?, ?, ?, ?, ?)", ad, listings.Hash(p.Data), p.Type, p.Width, p.Height, p.Data)
		if err != nil {
			return err
		}
	}
	return nil
}

// Change replaces the seller's values, removes the photos with the ids in drop, and
// adds photos. It returns ErrNotFound if the ad does not exist.
func (s *Store) Change(ctx context.Context, ad listings.Ad, add []listings.Photo, drop []int64) error {
	return s.write(ctx, func(c *conn) error {
		err := c.change("UPDATE ads SET category = ?, title = ?, body = ?, price = ?, place = ?, seller = ?, email = ? WHERE id = ?",
			ad.Category.ID, ad.Title, ad.Body, ad.Price, ad.Place, ad.Seller, ad.Email, ad.ID)
		if err != nil || len(add)+len(drop) == 0 {
			return err
		}
		for _, id := range drop {
			if err := c.exec("DELETE FROM photos WHERE id = ? AND ad = ?", id, ad.ID); err != nil {
				return err
			}
		}
		if err := c.attach(ad.ID, add); err != nil {
			return err
		}
		return c.exec("UPDATE ads SET photos = (SELECT count(*) FROM photos WHERE ad = ads.id) WHERE id = ?", ad.ID)
	})
}

// Remove deletes an ad with its photos and replies.
func (s *Store) Remove(ctx context.Context, id int64) error {
	return s.write(ctx, func(c *conn) error { return c.change("DELETE FROM ads WHERE id = ?", id) })
}

// AddReply stores a message to the seller. It returns ErrNotFound if the ad does
// not exist.
func (s *Store) AddReply(ctx context.Context, m listings.Reply) error {
	return s.write(ctx, func(c *conn) error {
		return c.change("INSERT INTO replies (ad, sent, name, email, body) SELECT id, ?, ?, ?, ? FROM ads WHERE id = ?",
			m.Sent, m.Name, m.Email, m.Body, m.Ad)
	})
}

// Replies returns the newest n messages to the seller of an ad, newest first.
func (s *Store) Replies(ctx context.Context, ad int64, n int) ([]listings.Reply, error) {
	var all []listings.Reply
	err := s.read(ctx, func(c *conn) error {
		return c.query("SELECT sent, name, email, body FROM replies WHERE ad = +? ORDER BY id DESC LIMIT +?", []driver.Value{ad, int64(n)}, func(r row) error {
			all = append(all, listings.Reply{Ad: ad, Sent: r.int(0), Name: r.text(1), Email: r.text(2), Body: r.text(3)})
			return nil
		})
	})
	return all, err
}

// Flag counts a visitor's report that an ad does not belong here.
func (s *Store) Flag(ctx context.Context, id int64) error {
	return s.write(ctx, func(c *conn) error { return c.change("UPDATE ads SET flags = flags + 1 WHERE id = ?", id) })
}
