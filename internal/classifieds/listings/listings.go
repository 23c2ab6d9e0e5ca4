// Package listings has the values that the classifieds store, and what a visitor can
// search for. A package for each database stores them: store for SQLite, postgres for
// PostgreSQL.
package listings

import (
	"errors"
	"time"
)

// Sentinels for callers of a store.
var (
	ErrSchema   = errors.New("data set of another version") // Open: make a new one
	ErrNotFound = errors.New("not found")                   // the ad, category or photo does not exist
	ErrFull     = errors.New("no space left")               // for the data, or for a form: nothing was written
	ErrBusy     = errors.New("the data are busy")           // it waited too long, or its visitor left: nothing was written
)

// A Category is a category of ads.
type Category struct {
	ID   int64
	Slug string // its name in addresses
	Name string
	Ads  int64 // number of ads
}

// A Summary is the part of an ad that lists show.
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
	Category Category
	Body     string
	Seller   string
	Email    string
	Flags    int64
	Pictures []Picture
}

// A Reply is a message to a seller.
type Reply struct {
	Ad                int64
	Sent              int64 // Unix seconds
	Name, Email, Body string
}
