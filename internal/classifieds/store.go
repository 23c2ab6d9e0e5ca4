package classifieds

import (
	"context"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// A Store is where the ads are: SQLite or PostgreSQL. Its methods may be called from many
// goroutines. Lists have the newest ad first. A method returns listings.ErrNotFound if what
// it reads or changes does not exist.
//
// A method that writes waits until its context ends, and no longer than line.Patience. If it
// returns listings.ErrBusy, or if the context ended before, nothing was written.
type Store interface {
	Categories() ([]listings.Category, error) // by name
	Category(slug string) (listings.Category, error)
	Latest(n int) ([]listings.Summary, error)
	InCategory(slug string, before int64, n int) (listings.Category, []listings.Summary, error)
	Search(q listings.Query, n int) ([]listings.Summary, error)
	Ad(id int64) (listings.Ad, error)
	Photo(hash string) (listings.Photo, error)
	PhotoByID(id int64) (listings.Photo, error)
	Replies(ad int64, n int) ([]listings.Reply, error)
	Secret() ([]byte, error) // of the edit links

	Add(ctx context.Context, ad listings.Ad, photos []listings.Photo) (id int64, err error)
	Change(ctx context.Context, ad listings.Ad, add []listings.Photo, drop []int64) error
	Remove(ctx context.Context, id int64) error
	AddReply(ctx context.Context, m listings.Reply) error
	Flag(ctx context.Context, id int64) error

	Close() error
}
