//go:build cgo

package store

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// locked reports whether an error means that another process has the lock.
func locked(err error) bool { return is(err, sqlite3.ErrBusy) }

// full reports whether an error means that the disk is full.
func full(err error) bool { return is(err, sqlite3.ErrFull) }

func is(err error, code sqlite3.ErrNo) bool {
	var of sqlite3.Error
	return err != nil && errors.As(err, &of) && of.Code == code
}
