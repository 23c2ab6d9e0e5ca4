package postgres

import (
	"context"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// A filter is the conditions of a search, with their values.
type filter struct {
	conditions string
	args       []any
}

// narrow adds a condition, unless its value is 0.
func (f *filter) narrow(condition string, value int64) {
	if value != 0 {
		f.args = append(f.args, value)
		f.conditions += " AND " + condition + " " + f.last()
	}
}

// last returns the placeholder of the last value.
func (f *filter) last() string { return "$" + strconv.Itoa(len(f.args)) }

// settings returns the settings in a URL.
func settings(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.Query()
}

// Add stores a new ad with its photos and returns its id. It uses only the ID of
// the category, and ignores ID, Photos and Pictures.
func (s *Store) Add(ctx context.Context, ad listings.Ad, photos []listings.Photo) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context, tx source) (err error) {
		id, err = one(ctx, tx, pgx.RowTo[int64], `INSERT INTO ads (category, title, body, price, place, seller, email, posted, photos)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
			ad.Category.ID, ad.Title, ad.Body, ad.Price, ad.Place, ad.Seller, ad.Email, ad.Posted.Unix(), int64(len(photos)))
		if err != nil {
			return err
		}
		return attach(ctx, tx, id, photos)
	})
	return id, err
}

func attach(ctx context.Context, tx source, ad int64, photos []listings.Photo) error {
	for _, p := range photos {
		err := change(ctx, tx, "INSERT INTO photos (ad, hash, type, width, height, data) VALUES ($1, $2, $3, $4, $5, $6)", ad, listings.Hash(p.Data), p.Type, p.Width, p.Height, p.Data)
		if err != nil {
			return err
		}
	}
	return nil
}

// Change replaces the seller's values, removes the photos with the ids in drop, and
// adds photos. It returns ErrNotFound if the ad does not exist.
func (s *Store) Change(ctx context.Context, ad listings.Ad, add []listings.Photo, drop []int64) error {
	return s.write(ctx, func(ctx context.Context, tx source) error {
		err := change(ctx, tx, "UPDATE ads SET category = $1, title = $2, body = $3, price = $4, place = $5, seller = $6, email = $7 WHERE id = $8",
			ad.Category.ID, ad.Title, ad.Body, ad.Price, ad.Place, ad.Seller, ad.Email, ad.ID)
		if err != nil || len(add)+len(drop) == 0 {
			return err
		}
		for _, id := range drop {
			sql := "DELETE FROM photos WHERE id = $1 AND ad = $2"
			if _, err := tx.Exec(ctx, sql, id, ad.ID); err != nil {
				return asked(sql, err)
			}
		}
		if err := attach(ctx, tx, ad.ID, add); err != nil {
			return err
		}
		return change(ctx, tx, "UPDATE ads SET photos = (SELECT count(*) FROM photos WHERE ad = ads.id) WHERE id = $1", ad.ID)
	})
}

// Remove deletes an ad with its photos and replies.
func (s *Store) Remove(ctx context.Context, id int64) error {
	return s.write(ctx, func(ctx context.Context, tx source) error {
		return change(ctx, tx, "DELETE FROM ads WHERE id = $1", id)
	})
}

// AddReply stores a message to the seller. It returns ErrNotFound if the ad does
// not exist.
func (s *Store) AddReply(ctx context.Context, m listings.Reply) error {
	return s.write(ctx, func(ctx context.Context, tx source) error {
		return change(ctx, tx, "INSERT INTO replies (ad, sent, name, email, body) SELECT id, $1::bigint, $2::text, $3::text, $4::text FROM ads WHERE id = $5",
			m.Sent, m.Name, m.Email, m.Body, m.Ad)
	})
}

// Replies returns the newest n messages to the seller of an ad, newest first.
func (s *Store) Replies(ctx context.Context, ad int64, n int) ([]listings.Reply, error) {
	return readAll(ctx, s, replyOf, "SELECT ad, sent, name, email, body FROM replies WHERE ad = $1 ORDER BY id DESC LIMIT $2", ad, int64(n))
}

func replyOf(r pgx.CollectableRow) (m listings.Reply, err error) {
	return m, r.Scan(&m.Ad, &m.Sent, &m.Name, &m.Email, &m.Body)
}

// Flag counts a visitor's report that an ad does not belong here.
func (s *Store) Flag(ctx context.Context, id int64) error {
	return s.write(ctx, func(ctx context.Context, tx source) error {
		return change(ctx, tx, "UPDATE ads SET flags = flags + 1 WHERE id = $1", id)
	})
}
