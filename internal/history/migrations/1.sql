-- A run is stored as its result.json, and its measures for comparisons.
-- AUTOINCREMENT: the number of a deleted run is not used again.
CREATE TABLE runs (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    identity       TEXT    NOT NULL UNIQUE, -- SHA-256 of host, scenario and moment
    began          INTEGER NOT NULL,        -- Unix milliseconds
    commit_hash    TEXT    NOT NULL,        -- empty where it is not known
    committed      INTEGER,                 -- Unix seconds
    subject        TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    doubt          TEXT    NOT NULL,        -- why its figures count for nothing
    scenario       TEXT    NOT NULL,
    digest         TEXT    NOT NULL,        -- of the scenario
    seed           INTEGER NOT NULL,
    ads            INTEGER NOT NULL,
    replay_seconds REAL    NOT NULL,
    os             TEXT    NOT NULL,
    arch           TEXT    NOT NULL,
    kernel         TEXT    NOT NULL,
    cpu            TEXT    NOT NULL,
    cores          INTEGER NOT NULL,
    target_cores   INTEGER NOT NULL,        -- 0: generator and target shared all
    go             TEXT    NOT NULL,
    result         BLOB    NOT NULL         -- result.json, gzip
);

CREATE TABLE measures (
    run     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    metric  TEXT    NOT NULL, -- gain, throughput (hits per second), p95 (seconds)
    target  TEXT    NOT NULL,
    against TEXT    NOT NULL, -- the baseline of a gain
    stage   TEXT    NOT NULL, -- of a p95; empty for the whole replay
    value   REAL    NOT NULL,
    low     REAL,             -- confidence interval
    high    REAL,
    PRIMARY KEY (run, metric, target, against, stage)
) WITHOUT ROWID;
