package postgres

import "context"

// Exec runs any statement.
func (s *Store) Exec(sql string) error {
	_, err := s.db.Exec(context.Background(), sql)
	return err
}
