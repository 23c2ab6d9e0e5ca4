package dataset_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/store"
)

func makeData(tb testing.TB, s dataset.Spec) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "ads.db")
	if err := dataset.Make(tb.Context(), path, s, nil); err != nil {
		tb.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMakeIsAFunction(t *testing.T) {
	base := dataset.Spec{Ads: 2500, Seed: 7}
	first := read(t, makeData(t, base))
	if !bytes.Equal(first, read(t, makeData(t, base))) {
		t.Error("the same spec made another file")
	}
	for name, s := range map[string]dataset.Spec{"seed": {Ads: 2500, Seed: 8}, "number": {Ads: 2501, Seed: 7}, "categories": {Ads: 2500, Categories: 39, Seed: 7}} {
		if bytes.Equal(first, read(t, makeData(t, s))) {
			t.Errorf("another %s made the same file", name)
		}
	}
}

// TestMakeIsWAL reads the file's format versions (SQLite's file format, §1.3.3):
// 2 is write-ahead logging.
func TestMakeIsWAL(t *testing.T) {
	path := makeData(t, dataset.Spec{Ads: 10})
	if b := read(t, path); b[18] != 2 || b[19] != 2 {
		t.Errorf("the format versions are %d and %d, want 2", b[18], b[19])
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("want no other file beside the data set: %v (%v)", left, err)
	}
}

// TestLooksReal checks properties of the ads. A change of the generator should not
// move these numbers far.
func TestLooksReal(t *testing.T) {
	const n = 10_000
	path := makeData(t, dataset.Spec{Ads: n})
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	categories, err := s.Categories(t.Context())
	if err != nil || len(categories) != 40 {
		t.Fatalf("%d categories, want 40: %v", len(categories), err)
	}
	slices.SortFunc(categories, func(a, b listings.Category) int { return int(b.Ads - a.Ads) })
	if share := float64(categories[0].Ads) / n; categories[0].Slug != "furniture" || share < 0.08 || share > 0.10 {
		t.Errorf("the largest category is %s with %.3f of the ads, want furniture with 0.09", categories[0].Slug, share)
	}
	if last := categories[39].Ads; last < 25 || last > 100 {
		t.Errorf("the smallest category has %d ads, want about 50", last)
	}
	var lengths, prices []int
	var previous listings.Ad
	photos := 0
	distinct := map[string]bool{}
	for id := int64(1); id <= n; id++ {
		ad, err := s.Ad(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if ad.Posted.Before(previous.Posted) {
			t.Fatalf("ad %d was posted before ad %d", id, id-1)
		}
		if ad.Title == "" || len(ad.Title) > 80 || ad.Price < 0 || ad.Seller == "" || ad.Place == "" || strings.ContainsAny(ad.Title+ad.Body, "{}|~") {
			t.Errorf("ad %d is %+v", id, ad)
		}
		if ad.Category.Slug == "cars" {
			prices = append(prices, int(ad.Price/100))
		}
		lengths = append(lengths, len(ad.Body))
		distinct[ad.Body] = true
		photos += len(ad.Pictures)
		previous = ad
	}
	slices.Sort(lengths)
	slices.Sort(prices)
	if median := lengths[n/2]; median < 150 || median > 350 || lengths[0] < 40 || lengths[n-1] > 1000 {
		t.Errorf("texts have %d to %d bytes, half of them up to %d", lengths[0], lengths[n-1], median)
	}
	if median := float64(prices[len(prices)/2]); math.Abs(math.Log(median/6200)) > 0.15 || prices[0] > 2000 || prices[len(prices)-1] < 20_000 {
		t.Errorf("cars cost %d to %d dollars, half of them up to %.0f, want 6200", prices[0], prices[len(prices)-1], median)
	}
	if len(distinct) < n*9/10 {
		t.Errorf("only %d texts of %d are different", len(distinct), n)
	}
	if photos != 1000 {
		t.Errorf("there are %d photos, want 1000", photos)
	}
	if first, err := s.Ad(t.Context(), 1); err != nil || previous.Posted.Sub(first.Posted).Hours()/24 < 180 {
		t.Errorf("the ads go from %v to %v, want half a year", first.Posted, previous.Posted)
	}
}

func TestPhotosMatchTheirRows(t *testing.T) {
	s, err := store.Open(makeData(t, dataset.Spec{Ads: 500}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	files, motifs := map[string]bool{}, map[string]bool{}
	for id := int64(1); id <= 50; id++ {
		p, err := s.PhotoByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		img, kind, err := image.Decode(bytes.NewReader(p.Data))
		if err != nil || "image/"+kind != p.Type || int64(img.Bounds().Dx()) != p.Width || int64(img.Bounds().Dy()) != p.Height {
			t.Errorf("photo %d is a %s of %v, but its row has %s of %dx%d: %v", id, kind, img.Bounds(), p.Type, p.Width, p.Height, err)
		}
		files[string(p.Data)], motifs[fmt.Sprint(img)] = true, true
	}
	if len(files) != 50 || len(motifs) != 24 {
		t.Errorf("50 photos are %d files with %d motifs, want 50 with 24", len(files), len(motifs))
	}
}

func TestReadInventory(t *testing.T) {
	path := makeData(t, dataset.Spec{Ads: 3000, Categories: 45})
	v, err := dataset.ReadInventory(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if v.Ads != 3000 || len(v.Photos) != 300 || len(v.Categories) != 45 || v.Categories[0] != "furniture" || len(v.Words) < 200 {
		t.Errorf("the inventory is %d ads, %d photos, %d categories from %s, %d words", v.Ads, len(v.Photos), len(v.Categories), v.Categories[0], len(v.Words))
	}
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, slug := range v.Categories {
		if _, err := s.Category(t.Context(), slug); err != nil {
			t.Errorf("category %q: %v", slug, err)
		}
	}
	for _, hash := range v.Photos {
		if p, err := s.Photo(t.Context(), hash); err != nil || listings.Hash(p.Data) != hash {
			t.Errorf("photo %s: %v", hash, err)
		}
	}
	found := 0
	for _, word := range v.Words {
		if ads, err := s.Search(t.Context(), listings.Query{Words: word}, 1); err != nil {
			t.Errorf("word %q: %v", word, err)
		} else {
			found += len(ads)
		}
	}
	if found < len(v.Words)*9/10 {
		t.Errorf("only %d of %d words are found in 3000 ads", found, len(v.Words))
	}
	for id, get := range map[int]func(int64) error{
		v.Ads: func(id int64) error { _, err := s.Ad(t.Context(), id); return err }, len(v.Photos): func(id int64) error { _, err := s.PhotoByID(t.Context(), id); return err },
	} {
		if err := get(int64(id)); err != nil {
			t.Errorf("the last of %d does not exist: %v", id, err)
		}
		if err := get(int64(id) + 1); !errors.Is(err, listings.ErrNotFound) {
			t.Errorf("there are more than %d: %v", id, err)
		}
	}
}

func TestPools(t *testing.T) {
	v := dataset.Inventory{Categories: []string{"a", "b"}, Words: []string{"w"}, Ads: 3, Photos: []string{"3f2a"}}
	got := map[string][]string{}
	for name, pool := range v.Pools() {
		for i := range pool.Len() {
			got[name] = append(got[name], pool.At(i))
		}
	}
	want := map[string][]string{"categories": {"a", "b"}, "words": {"w"}, "ads": {"1", "2", "3"}, "photos": {"3f2a"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestReadInventoryRefuses(t *testing.T) {
	if _, err := dataset.ReadInventory(t.Context(), filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("inventory of a missing file: %v", err)
	}
	old := makeData(t, dataset.Spec{Ads: 10})
	setVersion(t, old, 1)
	if _, err := dataset.ReadInventory(t.Context(), old); !errors.Is(err, listings.ErrSchema) || !strings.Contains(err.Error(), "it has schema 1, want 3") {
		t.Errorf("inventory of another version: %v", err)
	}
}

func setVersion(t *testing.T, path string, version int) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		t.Fatal(err)
	}
}

func TestMakeRefuses(t *testing.T) {
	for _, s := range []dataset.Spec{{Ads: -1}, {Ads: 20_000_001}, {Categories: -1}, {Categories: 1001}} {
		path := filepath.Join(t.TempDir(), "ads.db")
		if err := dataset.Make(t.Context(), path, s, nil); err == nil || !strings.Contains(err.Error(), "from 1 to 20000000 ads in 1 to 1000 categories") {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := dataset.Make(t.Context(), filepath.Join(t.TempDir(), "none", "ads.db"), dataset.Spec{Ads: 10}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a missing directory: %v", err)
	}
}

// TestMakeStops interrupts Make: an existing file must stay, and no other file.
func TestMakeStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ads.db")
	if err := os.WriteFile(path, []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var told []int
	err := dataset.Make(ctx, path, dataset.Spec{Ads: 8000}, func(done, total int) {
		told = append(told, done)
		if done >= total/2 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Make returned %v", err)
	}
	if !slices.Equal(told, []int{2000, 4000}) {
		t.Errorf("progress reported %v", told)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 || string(read(t, path)) != "dear" {
		t.Errorf("these files are left: %v (%v)", left, err)
	}
}

// TestMakeReplaces makes a data set in the place of an older one that was in use.
func TestMakeReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ads.db")
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.WriteFile(name, []byte("of another data set"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := dataset.Make(t.Context(), path, dataset.Spec{Ads: 10}, nil); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if ads, err := s.Latest(t.Context(), 20); err != nil || len(ads) != 10 {
		t.Errorf("the new data set has %d ads, %v", len(ads), err)
	}
}

func TestEnsure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	made := 0
	ensure := func(s dataset.Spec) string {
		path, err := dataset.Ensure(t.Context(), dir, s, func(done, total int) {
			if done == total {
				made++
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := ensure(dataset.Spec{Ads: 10})
	if again := ensure(dataset.Spec{Ads: 10, Categories: 40, Seed: 1}); again != first || made != 1 {
		t.Errorf("the same data set is at %s and %s and was made %d times, want one path and one time", first, again, made)
	}
	if other := ensure(dataset.Spec{Ads: 10, Seed: 2}); other == first || made != 2 {
		t.Errorf("another data set is at %s, and %d were made", other, made)
	}
	if _, err := dataset.Ensure(t.Context(), dir, dataset.Spec{Ads: -1}, nil); err == nil {
		t.Error("Make accepted a negative number")
	}
}

func TestCopy(t *testing.T) {
	from, to := makeData(t, dataset.Spec{Ads: 10}), filepath.Join(t.TempDir(), "copy.db")
	if err := dataset.Copy(t.Context(), to, from); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, from), read(t, to)) {
		t.Error("the copy differs")
	}
	if err := dataset.Copy(t.Context(), to, from); !errors.Is(err, fs.ErrExist) {
		t.Errorf("copy over a file: %v", err)
	}
	if err := dataset.Copy(t.Context(), to+"2", from+"2"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("copy of a missing file: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := dataset.Copy(ctx, to+"3", from); !errors.Is(err, context.Canceled) {
		t.Errorf("copy after the end of the context: %v", err)
	}
}

// BenchmarkMake makes the default data set.
func BenchmarkMake(b *testing.B) {
	const ads = 50_000
	var size int64
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "ads.db")
		if err := dataset.Make(b.Context(), path, dataset.Spec{Ads: ads}, nil); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size = info.Size()
	}
	b.ReportMetric(float64(ads*b.N)/b.Elapsed().Seconds(), "ads/s")
	b.ReportMetric(float64(size)/ads, "bytes/ad")
}

// A data set that was damaged is noticed, and made again.
func TestADamagedDataSetIsMadeAgain(t *testing.T) {
	small := dataset.Spec{Ads: 10}
	whole := filepath.Join(t.TempDir(), "whole")
	path, err := dataset.Ensure(t.Context(), whole, small, nil)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(path string) error {
		b, err := os.ReadFile(path)
		b[len(b)/2] ^= 1
		return errors.Join(err, os.WriteFile(path, b, 0o644))
	}
	for name, damage := range map[string]func(path string) error{
		"cut off":          func(path string) error { return os.Truncate(path, 4096) },
		"empty":            func(path string) error { return os.Truncate(path, 0) },
		"a bit":            flip,
		"no checksum":      func(path string) error { return os.Remove(path + ".sha256") },
		"another checksum": func(path string) error { return os.WriteFile(path+".sha256", []byte("0\n"), 0o644) },
		"a directory":      func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o755)) },
		"a checksum's place": func(path string) error {
			return errors.Join(os.Remove(path+".sha256"), os.Mkdir(path+".sha256", 0o755))
		},
		"a device": func(path string) error { return errors.Join(os.Remove(path), os.Symlink("/dev/zero", path)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			copied := filepath.Join(dir, filepath.Base(path))
			if _, err := dataset.Cached(t.Context(), dir, small); err != nil {
				t.Fatalf("the copy: %v", err)
			}
			if err := damage(copied); err != nil {
				t.Fatal(err)
			}
			if _, err := dataset.Cached(t.Context(), dir, small); !errors.Is(err, dataset.ErrDamaged) || !strings.Contains(err.Error(), copied) {
				t.Errorf("got %v, want one that names the damage and %s", err, copied)
			}
			if _, err := dataset.Ensure(t.Context(), dir, small, nil); err != nil {
				t.Fatal(err)
			}
			again, err := os.ReadFile(copied)
			if err != nil {
				t.Fatal(err)
			}
			if want, err := os.ReadFile(path); err != nil || !bytes.Equal(again, want) {
				t.Errorf("the data set differs from the first: %d bytes, want %d (%v)", len(again), len(want), err)
			}
		})
	}
}

// Two processes that make the same data set at once do not disturb each other.
func TestEnsureAtOnce(t *testing.T) {
	dir := t.TempDir()
	errs := make(chan error)
	for range 3 {
		go func() {
			path, err := dataset.Ensure(t.Context(), dir, dataset.Spec{Ads: 10}, nil)
			if err == nil {
				_, err = dataset.ReadInventory(t.Context(), path)
			}
			errs <- err
		}()
	}
	for range 3 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
