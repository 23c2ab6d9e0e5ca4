package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// Runs returns all runs, ordered by [Ancestry.Order] with the ancestry that
// [History.Relate] stored.
func (h *History) Runs(ctx context.Context) ([]Run, error) {
	runs, err := h.runs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the history %s: %w", h.path, err)
	}
	return runs, nil
}

// runs reads everything in one transaction, so that runs and measures match.
func (h *History) runs(ctx context.Context) (runs []Run, err error) {
	tx, err := h.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	rows, err := tx.QueryContext(ctx, `SELECT id, began, commit_hash, committed, subject, label, doubt, scenario, digest, seed, ads,
		replay_seconds, os, arch, kernel, cpu, cores, target_cores, go FROM runs ORDER BY id`)
	if err != nil {
		return nil, err
	}
	at := map[int64]int{}
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		at[r.ID] = len(runs)
		runs = append(runs, r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	err = readMeasures(ctx, tx, func(id int64, m Measure) {
		if i, ok := at[id]; ok {
			runs[i].Measures = append(runs[i].Measures, m)
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range runs {
		slices.SortFunc(runs[i].Measures, Measure.compare)
	}
	a, err := h.ancestry(ctx, tx)
	return a.Order(runs), err
}

func scanRun(rows *sql.Rows) (r Run, err error) {
	var began int64
	var committed sql.NullInt64
	s := &r.Setting
	err = rows.Scan(&r.ID, &began, &r.Commit.Hash, &committed, &r.Commit.Subject, &r.Label, &r.Excluded, &s.Scenario, &s.Digest, &s.Seed, &s.Ads,
		&s.Replay, &s.OS, &s.Arch, &s.Kernel, &s.CPU, &s.Cores, &s.TargetCores, &s.Go)
	r.Began, r.Commit.At = time.UnixMilli(began).UTC(), moment(committed)
	return r, err
}

func readMeasures(ctx context.Context, tx *sql.Tx, each func(run int64, m Measure)) error {
	rows, err := tx.QueryContext(ctx, "SELECT run, metric, target, against, stage, value, low, high FROM measures")
	if err != nil {
		return err
	}
	for rows.Next() {
		var run int64
		var m Measure
		var low, high sql.NullFloat64
		if err := rows.Scan(&run, &m.Metric, &m.Target, &m.Against, &m.Stage, &m.Value, &low, &high); err != nil {
			return errors.Join(err, rows.Close())
		}
		m.Low, m.High = orUnknown(low), orUnknown(high)
		each(run, m)
	}
	return errors.Join(rows.Err(), rows.Close())
}

func orUnknown(x sql.NullFloat64) result.Float {
	if !x.Valid {
		return none
	}
	return result.Float(x.Float64)
}
