package trace_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	w, err := trace.Create(filepath.Join(dir, "traffic.zst"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 3 {
		if err := w.Write(&trace.Hit{At: time.Duration(i) * time.Second / 4, Method: "GET", URL: "http://127.0.0.1/", Size: -1}); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Commit(); err != nil {
		fmt.Println(err)
	}
	r, err := trace.Open(filepath.Join(dir, "traffic.zst"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	for h, err := range r.Hits() {
		fmt.Println(h.At, h.Method, h.URL, err)
	}
	// Output:
	// 0s GET http://127.0.0.1/ <nil>
	// 250ms GET http://127.0.0.1/ <nil>
	// 500ms GET http://127.0.0.1/ <nil>
}
