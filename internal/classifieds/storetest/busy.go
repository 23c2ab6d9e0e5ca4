package storetest

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/listings"
)

// RunBusy tests what a store does while another process holds the lock that writes need.
// lock takes it, and returns a function that releases it.
func RunBusy(t *testing.T, s classifieds.Store, lock func() (release func())) {
	id := must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), nil))
	before := must(s.Ad(t.Context(), id))
	release := lock()
	ctx, leave := context.WithCancel(t.Context())
	var writers errgroup.Group
	begun := make(chan bool)
	for range 20 {
		for name, write := range writes(s, before) {
			writers.Go(func() error {
				begun <- true
				if err := write(ctx); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, context.Canceled) {
					t.Errorf("%s by a visitor who left: got %v, want ErrBusy and the cause", name, err)
				}
				return nil
			})
			<-begun
		}
	}
	if ad := must(s.Ad(t.Context(), id)); ad.Title != before.Title {
		t.Errorf("a read while writes wait: got %+v", ad)
	}
	leave()
	writers.Wait()
	release()
	for name, write := range writes(s, before) {
		if err := write(ctx); !errors.Is(err, listings.ErrBusy) {
			t.Errorf("%s by a visitor who left before: got %v, want ErrBusy", name, err)
		}
	}
	if newest := must(s.Latest(t.Context(), 1))[0].ID; newest != id {
		t.Errorf("an abandoned ad appeared: the newest is %d, want %d", newest, id)
	}
	if after := must(s.Ad(t.Context(), id)); after.Flags != 0 || after.Title != before.Title || len(must(s.Replies(t.Context(), id, 5))) != 0 {
		t.Errorf("an abandoned write changed the ad: got %+v, want %+v", after, before)
	}
	must(s.Add(t.Context(), draft(t.Context(), s, "bicycles"), nil)) // the line and the lock are free again
}

// RunBusyReads tests what a store does while another process keeps out those who read, too.
func RunBusyReads(t *testing.T, s classifieds.Store, lock func() (release func())) {
	release := lock()
	ctx, leave := context.WithCancel(t.Context())
	var readers errgroup.Group
	begun := make(chan bool)
	for range 5 {
		for name, read := range Reads(s) {
			readers.Go(func() error {
				begun <- true
				if err := read(ctx); !errors.Is(err, listings.ErrBusy) || !errors.Is(err, context.Canceled) {
					t.Errorf("%s by a visitor who left: got %v, want ErrBusy and the cause", name, err)
				}
				return nil
			})
			<-begun
		}
	}
	leave()
	readers.Wait()
	release()
	for name, read := range Reads(s) { // there are connections again
		if err := read(t.Context()); err != nil {
			t.Errorf("%s after the lock: %v", name, err)
		}
	}
}

// Reads returns every kind of read, by name.
func Reads(s classifieds.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"categories":      func(ctx context.Context) error { return second(s.Categories(ctx)) },
		"category":        func(ctx context.Context) error { return second(s.Category(ctx, "bicycles")) },
		"latest":          func(ctx context.Context) error { return second(s.Latest(ctx, 5)) },
		"page":            func(ctx context.Context) error { return third(s.InCategory(ctx, "bicycles", 0, 5)) },
		"search":          func(ctx context.Context) error { return second(s.Search(ctx, listings.Query{Words: "the"}, 5)) },
		"ad":              func(ctx context.Context) error { return second(s.Ad(ctx, 10)) },
		"photo by its id": func(ctx context.Context) error { return second(s.PhotoByID(ctx, 1)) },
		"replies":         func(ctx context.Context) error { return second(s.Replies(ctx, 10, 5)) },
		"secret":          func(ctx context.Context) error { return second(s.Secret(ctx)) },
	}
}

// writes returns every kind of write, by name.
func writes(s classifieds.Store, ad listings.Ad) map[string]func(context.Context) error {
	changed := ad
	changed.Title = "Airship"
	return map[string]func(context.Context) error{
		"add":    func(ctx context.Context) error { return second(s.Add(ctx, changed, nil)) },
		"change": func(ctx context.Context) error { return s.Change(ctx, changed, nil, nil) },
		"remove": func(ctx context.Context) error { return s.Remove(ctx, ad.ID) },
		"reply":  func(ctx context.Context) error { return s.AddReply(ctx, listings.Reply{Ad: ad.ID}) },
		"flag":   func(ctx context.Context) error { return s.Flag(ctx, ad.ID) },
	}
}
