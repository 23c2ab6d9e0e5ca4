-- For each commit, its nearest ancestors among the commits of the history. Dates
-- cannot order commits: a rebase gives many of them the same date.
CREATE TABLE ancestry (
    commit_hash TEXT NOT NULL,
    ancestor    TEXT NOT NULL,
    PRIMARY KEY (commit_hash, ancestor)
) WITHOUT ROWID;
