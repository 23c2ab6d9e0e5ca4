package markdown

import "testing"

func TestEscaping(t *testing.T) {
	if got, want := Escape("a|b *c* <d> `e`"), "a\\|b \\*c\\* \\<d\\> \\`e\\`"; got != want {
		t.Errorf("escaped = %q, want %q", got, want)
	}
	if got, want := CodeSpan("a `b` c"), "`` a `b` c ``"; got != want {
		t.Errorf("codeSpan = %q, want %q", got, want)
	}
}
