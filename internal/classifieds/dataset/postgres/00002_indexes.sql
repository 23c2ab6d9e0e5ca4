-- +goose Up
-- Apart from the tables, since a data set is filled faster before these are.
-- Holds all that a list shows, so that a page of a category is one range of
-- one tree.
CREATE INDEX ads_by_category ON ads (category, id DESC) INCLUDE (price, posted, photos, title, place);
CREATE INDEX ads_by_word ON ads USING gin (search);
CREATE INDEX photos_by_ad ON photos (ad);
CREATE INDEX replies_by_ad ON replies (ad);

-- +goose StatementBegin
CREATE FUNCTION count_ads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE categories SET ads = ads + 1 WHERE id = new.category;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE categories SET ads = ads - 1 WHERE id = old.category;
    ELSIF new.category <> old.category THEN
        -- In the order of their ids: two ads that change places would wait for each other.
        PERFORM 1 FROM categories WHERE id IN (old.category, new.category) ORDER BY id FOR UPDATE;
        UPDATE categories SET ads = ads - 1 WHERE id = old.category;
        UPDATE categories SET ads = ads + 1 WHERE id = new.category;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER ads_counted AFTER INSERT OR DELETE OR UPDATE OF category ON ads FOR EACH ROW EXECUTE FUNCTION count_ads();

INSERT INTO meta (key, value) VALUES ('schema', '2');

-- +goose Down
DELETE FROM meta WHERE key = 'schema';
DROP TRIGGER ads_counted ON ads;
DROP FUNCTION count_ads;
DROP INDEX replies_by_ad;
DROP INDEX photos_by_ad;
DROP INDEX ads_by_word;
DROP INDEX ads_by_category;
