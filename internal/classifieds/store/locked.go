//go:build cgo

package store

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// locked reports whether an error means that another process has the lock.
func locked(err error) bool {
	var of sqlite3.Error
	return err != nil && errors.As(err, &of) && of.Code == sqlite3.ErrBusy
}
