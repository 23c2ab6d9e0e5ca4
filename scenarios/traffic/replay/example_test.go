package replay_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/replay"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "traffic.json")
	lines := `{"at":0,"client":"a","method":"GET","url":"http://127.0.0.1/"}
{"at":50,"client":"a","method":"GET","url":"http://127.0.0.1/ads/7"}
{"at":60,"client":"b","method":"GET","url":"http://127.0.0.1/ads/8"}
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	r, err := replay.Read(context.Background(), file, replay.Options{Busiest: 30 * time.Second, Speed: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range r.Hits {
		fmt.Println(h.Due, r.Requests[h.Request].URI)
	}
	// Output:
	// 1.95s /ads/7
	// 2.95s /ads/8
}
