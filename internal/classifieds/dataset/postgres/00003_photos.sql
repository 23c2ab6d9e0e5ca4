-- +goose Up
-- The address of a photo has the hash of its bytes: browsers and caches keep a photo for a
-- year, so its address must never lead to another one.
ALTER TABLE photos ADD COLUMN hash TEXT;
UPDATE photos SET hash = left(encode(sha256(data), 'hex'), 40);
ALTER TABLE photos ALTER COLUMN hash SET NOT NULL;
CREATE INDEX photos_by_hash ON photos (hash);

UPDATE meta SET value = '3' WHERE key = 'schema';

-- +goose Down
DROP INDEX photos_by_hash;
ALTER TABLE photos DROP COLUMN hash;
UPDATE meta SET value = '2' WHERE key = 'schema';
