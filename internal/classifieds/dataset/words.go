package dataset

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed vocabulary.txt
var vocabularyText string

//go:embed phrases.txt
var phrasesText string

// A kind is a category with the words of its ads.
type kind struct {
	slug, name string
	plain      bool // the ads do not sell a used thing
	weight     float64
	price      float64 // typical price in dollars; 0 means none
	spread     float64 // standard deviation of the price's logarithm
	things     []string
	qualities  []string
}

// parseVocabulary parses vocabulary.txt, whose first lines describe it.
func parseVocabulary(text string) ([]kind, error) {
	var kinds []kind
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := parseKind(strings.Split(line, " | "))
		if err != nil {
			return nil, fmt.Errorf("vocabulary.txt:%d: %w", i+1, err)
		}
		kinds = append(kinds, k)
	}
	return kinds, nil
}

func parseKind(columns []string) (kind, error) {
	if len(columns) != 7 {
		return kind{}, fmt.Errorf("%d columns, want 7", len(columns))
	}
	slug, plain := strings.CutPrefix(columns[0], "~")
	k := kind{slug: slug, plain: plain, name: columns[1], things: strings.Split(columns[5], ", "), qualities: strings.Split(columns[6], ", ")}
	for i, to := range []*float64{&k.weight, &k.price, &k.spread} {
		x, err := strconv.ParseFloat(columns[2+i], 64)
		if err != nil {
			return kind{}, err
		}
		*to = x
	}
	return k, nil
}

// parsePhrases parses phrases.txt: sections of lines, or of one line of names.
func parsePhrases(text string) map[string][]string {
	phrases := map[string][]string{}
	section := ""
	for _, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		case section == "name" || section == "place":
			phrases[section] = append(phrases[section], strings.Split(line, ", ")...)
		default:
			phrases[section] = append(phrases[section], line)
		}
	}
	return phrases
}
