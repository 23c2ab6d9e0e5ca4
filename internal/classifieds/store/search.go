package store

import (
	"database/sql/driver"
	"strings"
	"unicode"
)

// A Query is what a visitor searches for. Zero fields do not narrow.
type Query struct {
	Words    string // as typed
	Category int64  // Category.ID
	Min, Max int64  // price in cents
	Before   int64  // only ads older than this one
}

// maxWords bounds the work that one search can ask for.
const maxWords = 8

// Search returns the ads that have all the words in title or text, newest
// first, n at most. Words without a letter or digit find nothing.
func (s *Store) Search(q Query, n int) (ads []Summary, err error) {
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
	err = s.read(func(c *conn) (err error) {
		ads, err = c.list(sql+" ORDER BY docid DESC LIMIT +?", n, append(args, int64(n))...)
		return err
	})
	return ads, err
}

// Match turns what a visitor typed into a query of FTS4's enhanced syntax
// (SQLite's FTS3 documentation, §3): each word quoted, so that none is an
// operator. It is empty if there is no word in what was typed.
func Match(typed string) string {
	words := strings.FieldsFunc(typed, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r)
	})
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 {
		return ""
	}
	return `"` + strings.Join(words, `" "`) + `"`
}
