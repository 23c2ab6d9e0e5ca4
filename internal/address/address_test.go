package address_test

import (
	"testing"

	"github.com/classibench/classibench/internal/address"
)

func TestNeutral(t *testing.T) {
	for _, c := range []struct{ from, text, want string }{
		{"127.0.0.1:34567", "see http://127.0.0.1:34567/ads/1 on port 34567", "see /ads/1 on port {port}"},
		{"127.0.0.1:34567", "https://localhost:34567/a?back=http%3A%2F%2F127.0.0.1%3A34567%2Fb", "/a?back=%2Fb"},
		{"127.0.0.1:34567", "134567 a34567 345678 127.0.0.1:34567", "134567 a34567 345678 {address}"},
		{"127.0.0.1:80", "80 ads, http://127.0.0.1:80/", "80 ads, /"},
		{"", "http://127.0.0.1:34567/", "http://127.0.0.1:34567/"},
	} {
		if got := address.Neutral(c.from)(c.text); got != c.want {
			t.Errorf("Neutral(%q)(%q) = %q, want %q", c.from, c.text, got, c.want)
		}
	}
}
