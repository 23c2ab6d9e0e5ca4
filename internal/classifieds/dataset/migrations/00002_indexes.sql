-- +goose Up
-- Apart from the tables, since a data set is filled faster before these are.
-- Holds all that a list shows, so that a page of a category is one range of
-- one tree.
CREATE INDEX ads_by_category ON ads (category, id DESC, price, posted, photos, title, place);

CREATE INDEX photos_by_ad ON photos (ad);
CREATE INDEX replies_by_ad ON replies (ad);

-- The word index keeps no text of its own: it is told of an ad's words before
-- they go and after they came.
-- +goose StatementBegin
CREATE TRIGGER ads_added AFTER INSERT ON ads BEGIN
    UPDATE categories SET ads = ads + 1 WHERE id = new.category;
    INSERT INTO search (docid, title, body) VALUES (new.id, new.title, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ads_text_leaves BEFORE UPDATE OF title, body ON ads BEGIN
    DELETE FROM search WHERE docid = old.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ads_text_comes AFTER UPDATE OF title, body ON ads BEGIN
    INSERT INTO search (docid, title, body) VALUES (new.id, new.title, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ads_moved AFTER UPDATE OF category ON ads BEGIN
    UPDATE categories SET ads = ads - 1 WHERE id = old.category;
    UPDATE categories SET ads = ads + 1 WHERE id = new.category;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ads_removed BEFORE DELETE ON ads BEGIN
    DELETE FROM search WHERE docid = old.id;
    UPDATE categories SET ads = ads - 1 WHERE id = old.category;
END;
-- +goose StatementEnd

PRAGMA user_version = 2;

-- +goose Down
DROP TRIGGER ads_removed;
DROP TRIGGER ads_moved;
DROP TRIGGER ads_text_comes;
DROP TRIGGER ads_text_leaves;
DROP TRIGGER ads_added;
DROP INDEX replies_by_ad;
DROP INDEX photos_by_ad;
DROP INDEX ads_by_category;
PRAGMA user_version = 1;
