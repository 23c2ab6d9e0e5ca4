-- +goose Up
-- The address of a photo has the hash of its bytes, and no id is used twice: browsers and
-- caches keep a photo for a year, so its address must never lead to another one. Package
-- dataset defines the function photo_hash.
CREATE TABLE photos_with_hash (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    ad     INTEGER NOT NULL REFERENCES ads (id) ON DELETE CASCADE,
    hash   TEXT    NOT NULL,
    type   TEXT    NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    data   BLOB    NOT NULL
);
INSERT INTO photos_with_hash (id, ad, hash, type, width, height, data)
    SELECT id, ad, photo_hash(data), type, width, height, data FROM photos ORDER BY id;
DROP TABLE photos;
ALTER TABLE photos_with_hash RENAME TO photos;
CREATE INDEX photos_by_ad ON photos (ad);
CREATE INDEX photos_by_hash ON photos (hash);

PRAGMA user_version = 3;

-- +goose Down
CREATE TABLE photos_without_hash (
    id     INTEGER PRIMARY KEY,
    ad     INTEGER NOT NULL REFERENCES ads (id) ON DELETE CASCADE,
    type   TEXT    NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    data   BLOB    NOT NULL
);
INSERT INTO photos_without_hash (id, ad, type, width, height, data) SELECT id, ad, type, width, height, data FROM photos ORDER BY id;
DROP TABLE photos;
ALTER TABLE photos_without_hash RENAME TO photos;
CREATE INDEX photos_by_ad ON photos (ad);
PRAGMA user_version = 2;
