package classifieds

import (
	"context"

	"github.com/classibench/classibench/internal/classifieds/listings"
)

// A Store is where the ads are: SQLite or PostgreSQL. Its methods may be called from many
// goroutines. Lists have the newest ad first. A method returns listings.ErrNotFound if what
// it reads or changes does not exist.
//
// A method waits for the database until its context ends, and no longer than line.Patience:
// then it returns listings.ErrBusy. If a method that writes does, or if the context ended
// before, nothing was written.
type Store interface {
	Categories(ctx context.Context) ([]listings.Category, error) // by name
	Category(ctx context.Context, slug string) (listings.Category, error)
	Latest(ctx context.Context, n int) ([]listings.Summary, error)
	InCategory(ctx context.Context, slug string, before int64, n int) (listings.Category, []listings.Summary, error)
	Search(ctx context.Context, q listings.Query, n int) ([]listings.Summary, error)
	Ad(ctx context.Context, id int64) (listings.Ad, error)
	Photo(ctx context.Context, hash string) (listings.Photo, error)
	PhotoByID(ctx context.Context, id int64) (listings.Photo, error)
	Replies(ctx context.Context, ad int64, n int) ([]listings.Reply, error)
	Secret(ctx context.Context) ([]byte, error) // of the edit links

	Add(ctx context.Context, ad listings.Ad, photos []listings.Photo) (id int64, err error)
	Change(ctx context.Context, ad listings.Ad, add []listings.Photo, drop []int64) error
	Remove(ctx context.Context, id int64) error
	AddReply(ctx context.Context, m listings.Reply) error
	Flag(ctx context.Context, id int64) error

	Close() error
}
