package history

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/input"
)

// Added is the result of adding a run.
type Added struct {
	ID    int64
	Known bool   // the history has it already, and did not change
	As    Commit // its commit in the history
}

// Add adds all runs or, on an error, none. It does not add a result that the history has
// already, even with another commit.
func (h *History) Add(ctx context.Context, runs ...Run) ([]Added, error) {
	var all []Added
	err := h.write(ctx, func(tx *sql.Tx) error {
		for _, r := range runs {
			a, err := add(ctx, tx, r)
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add to the history %s: %w", h.path, err)
	}
	return all, nil
}

func add(ctx context.Context, tx *sql.Tx, r Run) (Added, error) {
	if known, err := find(ctx, tx, r.identity); !errors.Is(err, sql.ErrNoRows) {
		return known, err
	}
	packed, err := pack(r.raw)
	if err != nil {
		return Added{}, err
	}
	s := r.Setting
	done, err := tx.ExecContext(ctx, `INSERT INTO runs (identity, began, commit_hash, committed, subject, label, doubt, scenario,
		digest, seed, ads, replay_seconds, os, arch, kernel, cpu, cores, target_cores, go, result)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.identity, r.Began.UnixMilli(), r.Commit.Hash, unix(r.Commit.At), r.Commit.Subject, r.Label, r.Excluded, s.Scenario,
		s.Digest, s.Seed, s.Ads, s.Replay, s.OS, s.Arch, s.Kernel, s.CPU, s.Cores, s.TargetCores, s.Go, packed)
	if err != nil {
		return Added{}, err
	}
	id, err := done.LastInsertId()
	if err != nil {
		return Added{}, err
	}
	return Added{ID: id, As: r.Commit}, addMeasures(ctx, tx, id, r.Measures)
}

func addMeasures(ctx context.Context, tx *sql.Tx, run int64, all []Measure) error {
	for _, m := range all {
		if _, err := tx.ExecContext(ctx, "INSERT INTO measures (run, metric, target, against, stage, value, low, high) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			run, m.Metric, m.Target, m.Against, m.Stage, m.Value, orNull(m.Low), orNull(m.High)); err != nil {
			return err
		}
	}
	return nil
}

// find returns the run of an identity, or sql.ErrNoRows.
func find(ctx context.Context, tx *sql.Tx, identity string) (Added, error) {
	a := Added{Known: true}
	var at sql.NullInt64
	err := tx.QueryRowContext(ctx, "SELECT id, commit_hash, committed, subject FROM runs WHERE identity = ?", identity).
		Scan(&a.ID, &a.As.Hash, &at, &a.As.Subject)
	a.As.At = moment(at)
	return a, err
}

func unix(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: t.Unix(), Valid: !t.IsZero()} }

func moment(seconds sql.NullInt64) time.Time {
	if !seconds.Valid {
		return time.Time{}
	}
	return time.Unix(seconds.Int64, 0).UTC()
}

func orNull(f result.Float) sql.NullFloat64 {
	return sql.NullFloat64{Float64: float64(f), Valid: f.Known()}
}

func pack(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(raw)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

// Raw returns the unchanged JSON of a run. The error wraps fs.ErrNotExist if there is no
// such run.
func (h *History) Raw(ctx context.Context, id int64) ([]byte, error) {
	var packed []byte
	err := h.db.QueryRowContext(ctx, "SELECT result FROM runs WHERE id = ?", id).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("read run %d of the history %s: %w", id, h.path, err)
	}
	raw, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("unpack the result of run %d of the history %s: %w", id, h.path, err)
	}
	return raw, nil
}

func unpack(packed []byte) ([]byte, error) {
	count := &input.Counter{R: bytes.NewReader(packed)}
	r, err := gzip.NewReader(count)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(count.Bound(r), result.MaxFile+1))
	if err == nil && len(raw) > result.MaxFile {
		err = fmt.Errorf("it is larger than %d MiB: no run has such a result", result.MaxFile>>20)
	}
	return raw, err
}
