package accesslog_test

import (
	"testing"

	"github.com/classibench/classibench/scenarios/traffic/accesslog"
)

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		`192.0.2.7 - ann [14/Mar/2026]`: `###.#.#.# - xxx [##/xxx/####]`,
		"\x00\t…":                       "\x00\t…",
		"Zoë ١٢ 名 ☃ \xff":               "xxx ## x x x",
		`\x41nn`:                        `\x##xx`,
	} {
		if got := accesslog.Mask(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
