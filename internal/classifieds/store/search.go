package store

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// Search returns at most n ads that have all the words in title or text, newest
// first. A query without a letter or digit finds nothing.
func (s *Store) Search(ctx context.Context, q listings.Query, n int) (ads []listings.Summary, err error) {
	match := Match(q.Words)
	if match == "" {
		return nil, nil
	}
	sql := "SELECT ads.id, ads.title, place, price, posted, photos FROM search CROSS JOIN ads ON ads.id = search.docid WHERE search MATCH ?"
	args := []driver.Value{match}
	narrow := func(condition string, value int64) {
		if value != 0 {
			sql += " AND " + condition
			args = append(args, value)
		}
	}
	narrow("docid < ?", q.Before)
	narrow("category = +?", q.Category)
	narrow("price >= ?", q.Min)
	narrow("price <= ?", q.Max)
	err = s.read(ctx, func(c *conn) (err error) {
		ads, err = c.list(sql+" ORDER BY docid DESC LIMIT +?", n, append(args, int64(n))...)
		return err
	})
	return ads, err
}

// Match turns typed text into a query of FTS4's enhanced syntax (SQLite's FTS3
// documentation, §3): each word is quoted, so that none is an operator. It is empty
// if the text has no words.
func Match(typed string) string {
	words := listings.Words(typed)
	if len(words) == 0 {
		return ""
	}
	return `"` + strings.Join(words, `" "`) + `"`
}
