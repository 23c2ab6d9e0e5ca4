package dataset_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// TestUpgrade upgrades a data set of the second schema, in which photos have no hash, and an
// ad and a photo with the highest id were removed.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ads.db")
	if err := os.WriteFile(path, read(t, "testdata/schema-2.sqlite"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path); !errors.Is(err, listings.ErrSchema) || !strings.Contains(err.Error(), "it has schema 2, this program needs 3; keep its ads with: classibench initdb --upgrade "+path) {
		t.Errorf("before the upgrade: got the error %v", err)
	}
	if from, err := dataset.Upgrade(t.Context(), path); err != nil || from != 2 {
		t.Fatalf("got schema %d, %v, want 2", from, err)
	}
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ad, err := s.Ad(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Photo(t.Context(), ad.Pictures[0].Hash)
	if err != nil || listings.Hash(p.Data) != ad.Pictures[0].Hash || p.Type != "image/jpeg" || p.Width != 480 {
		t.Errorf("the photo of an ad is %s of width %d, %v", p.Type, p.Width, err)
	}
	if id, err := s.Add(t.Context(), ad, []listings.Photo{p}); err != nil || id != 21 {
		t.Errorf("a new ad: got %d, %v, want 21: ad 20 was removed", id, err)
	}
	if from, err := dataset.Upgrade(t.Context(), path); err != nil || from != 3 {
		t.Errorf("upgraded again: got schema %d, %v, want 3", from, err)
	}
}

// An upgraded data set has the tables and indexes of a new one.
func TestUpgradeMakesTheSameSchema(t *testing.T) {
	old := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(old, read(t, "testdata/schema-2.sqlite"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.Upgrade(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(schemaOf(t, makeData(t, dataset.Spec{Ads: 20, Categories: 2})), schemaOf(t, old)); diff != "" {
		t.Errorf("new (-), upgraded (+):\n%s", diff)
	}
}

func schemaOf(t *testing.T, path string) (all string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)").Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUpgradeRefuses(t *testing.T) {
	newer, empty, text := makeData(t, dataset.Spec{Ads: 10}), filepath.Join(t.TempDir(), "empty.db"), filepath.Join(t.TempDir(), "text.db")
	setVersion(t, newer, 99)
	for path, content := range map[string]string{empty: "", text: strings.Repeat("no database, but a letter\n", 100)} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, path string
		is         error
		want       string
	}{
		{"a newer one", newer, listings.ErrSchema, "it has schema 99, this program knows 1 to 3"},
		{"an empty file", empty, listings.ErrSchema, "it has schema 0"},
		{"a text", text, nil, "file is not a database"},
		{"a missing file", filepath.Join(t.TempDir(), "none.db"), fs.ErrNotExist, "none.db"},
	} {
		before, _ := os.ReadFile(c.path)
		_, err := dataset.Upgrade(t.Context(), c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: got the error %v, want one that contains %q", c.name, err, c.want)
		}
		if after, _ := os.ReadFile(c.path); string(after) != string(before) {
			t.Errorf("%s was changed", c.name)
		}
	}
}
