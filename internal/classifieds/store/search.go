package store

import (
	"database/sql/driver"
	"strings"
	"unicode"
)

// A Query is a visitor's search. Zero fields do not restrict it.
type Query struct {
	Words    string // as typed
	Category int64  // Category.ID
	Min, Max int64  // price in cents
	Before   int64  // only ads older than this one
}

// maxWords limits the work of one search.
const maxWords = 8

// Search returns at most n ads that have all the words in title or text, newest
// first. A query without a letter or digit finds nothing.
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

// Match turns typed text into a query of FTS4's enhanced syntax (SQLite's FTS3
// documentation, §3): each word is quoted, so that none is an operator. It is empty
// if the text has no words.
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
