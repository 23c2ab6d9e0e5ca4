-- Which commits of the history descend from which: of each the nearest ancestors
-- among them. Dates do not order commits: a rebase gives many of them the same.
CREATE TABLE ancestry (
    commit_hash TEXT NOT NULL,
    ancestor    TEXT NOT NULL,
    PRIMARY KEY (commit_hash, ancestor)
) WITHOUT ROWID;
