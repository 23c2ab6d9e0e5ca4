package postgres

import (
	"context"
	"time"
)

// Exec runs any statement.
func (s *Store) Exec(sql string) error {
	_, err := s.db.Exec(context.Background(), sql)
	return err
}

// SetPatience limits the time of a read.
func (s *Store) SetPatience(d time.Duration) { s.patience = d }
