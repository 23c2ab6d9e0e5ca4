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
	id := must(s.Add(t.Context(), draft(s, "bicycles"), nil))
	before := must(s.Ad(id))
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
	if ad := must(s.Ad(id)); ad.Title != before.Title {
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
	if newest := must(s.Latest(1))[0].ID; newest != id {
		t.Errorf("an abandoned ad appeared: the newest is %d, want %d", newest, id)
	}
	if after := must(s.Ad(id)); after.Flags != 0 || after.Title != before.Title || len(must(s.Replies(id, 5))) != 0 {
		t.Errorf("an abandoned write changed the ad: got %+v, want %+v", after, before)
	}
	must(s.Add(t.Context(), draft(s, "bicycles"), nil)) // the line and the lock are free again
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
