package classifieds

import (
	"strings"
	"testing"
)

// Languages, emoji and their variants are not spoilt.
func TestSpoilt(t *testing.T) {
	for _, s := range []string{"Crème brûlée", "Cre\u0300me bru\u0302le\u0301e", "ế Việt Nam", "हिन्दी किताब", "שָׁלוֹם לָכֶם", "تَشْكِيلٌ", "ไม่มีปัญหา", "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ", "မြန်မာ",
		"❤\ufe0f red", "❤\ufe0e red", "1\ufe0f\u20e3 first", "#\ufe0f\u20e3", "ℹ\ufe0f", "▶\ufe0f", "↔\ufe0f", "©\ufe0f", "‼\ufe0f", "㊗\ufe0f", "葛\U000e0100飾区", "ᠠ\u180b", "👍🏽", "🇩🇪", "tab\there", "Z" + strings.Repeat("\u0335", mostMarks)} {
		if problem := spoilt(s, invisible); problem != "" {
			t.Errorf("%q: %s", s, problem)
		}
	}
	if problem := spoilt("👩\u200d💻 می\u200cخواهم\nline", invisibleInText); problem != "" {
		t.Error(problem)
	}
}
