-- +goose Up
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE categories (
    id   INTEGER PRIMARY KEY,
    slug TEXT    NOT NULL UNIQUE,
    name TEXT    NOT NULL,
    ads  INTEGER NOT NULL DEFAULT 0
);

-- A newer ad has a higher id: lists go by id, newest first. No id is used twice:
-- the edit link of a removed ad must not open another.
CREATE TABLE ads (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    category INTEGER NOT NULL REFERENCES categories (id),
    price    INTEGER NOT NULL,          -- cents
    posted   INTEGER NOT NULL,          -- Unix seconds
    photos   INTEGER NOT NULL DEFAULT 0,
    flags    INTEGER NOT NULL DEFAULT 0,
    title    TEXT    NOT NULL,
    place    TEXT    NOT NULL,
    seller   TEXT    NOT NULL,
    email    TEXT    NOT NULL,
    body     TEXT    NOT NULL
);

CREATE TABLE photos (
    id     INTEGER PRIMARY KEY,
    ad     INTEGER NOT NULL REFERENCES ads (id) ON DELETE CASCADE,
    type   TEXT    NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    data   BLOB    NOT NULL
);

CREATE TABLE replies (
    id    INTEGER PRIMARY KEY,
    ad    INTEGER NOT NULL REFERENCES ads (id) ON DELETE CASCADE,
    sent  INTEGER NOT NULL,
    name  TEXT    NOT NULL,
    email TEXT    NOT NULL,
    body  TEXT    NOT NULL
);

CREATE VIRTUAL TABLE search USING fts4 (content="ads", title, body, tokenize=unicode61, order=desc, matchinfo=fts3);

PRAGMA user_version = 1;

-- +goose Down
DROP TABLE search;
DROP TABLE replies;
DROP TABLE photos;
DROP TABLE ads;
DROP TABLE categories;
DROP TABLE meta;
PRAGMA user_version = 0;
