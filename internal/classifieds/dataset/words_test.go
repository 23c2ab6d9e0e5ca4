package dataset

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/store"
)

func TestSchemaIsTheStores(t *testing.T) {
	if latest != store.Version {
		t.Errorf("the migrations end at version %d, the store needs %d", latest, store.Version)
	}
}

func TestVocabulary(t *testing.T) {
	kinds, err := parseVocabulary(vocabularyText)
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 40 {
		t.Errorf("there are %d kinds, want 40", len(kinds))
	}
	seen := map[string]bool{}
	for _, k := range kinds {
		if seen[k.slug] || strings.Trim(k.slug, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("the slug %q is used twice, or is not valid in an address", k.slug)
		}
		seen[k.slug] = true
		for _, word := range append(k.things, k.qualities...) {
			if word != strings.TrimSpace(word) || word == "" {
				t.Errorf("%s: the word %q has space around it", k.slug, word)
			}
		}
	}
}

func TestVocabularyRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"a | A | 1 | 2 | 3 | x":         "vocabulary.txt:2: 6 columns, want 7",
		"a | A | many | 2 | 3 | x | y":  "vocabulary.txt:2: ",
		"a | A | 1 | 2 | 3 | x | y | z": "vocabulary.txt:2: 8 columns, want 7",
	} {
		if _, err := parseVocabulary("# head\n" + line); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

func FuzzVocabulary(f *testing.F) {
	f.Add("a | A | 1 | 2 | 3 | x, y | z")
	f.Add("# only a head\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		kinds, err := parseVocabulary(text)
		if err == nil && len(kinds) > strings.Count(text, "\n")+1 {
			t.Errorf("%q has %d kinds", text, len(kinds))
		}
	})
}
