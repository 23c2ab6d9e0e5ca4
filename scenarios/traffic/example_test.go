package traffic_test

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/scenarios/traffic"
)

// A list of addresses, as a log gives it: each different request is counted.
func ExampleRead() {
	list, err := traffic.Read("urls.txt", strings.NewReader("/\n/ads?c=3\nPOST /ads/7/flag\n/\nhttps://cdn.example/logo.png\n"), traffic.Options{Host: "cdn.example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range list.Requests {
		fmt.Println(r.Count, r.Method, r.Path)
	}
	// Output:
	// 2 GET /
	// 1 GET /ads?c=3
	// 1 POST /ads/7/flag
	// 1 GET /logo.png
}
