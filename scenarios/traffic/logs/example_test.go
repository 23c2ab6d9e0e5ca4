package logs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/logs"
)

func ExampleImport() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	log := `192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /ads?c=3 HTTP/1.1" 200 2326
192.0.2.7 - - [10/Oct/2000:13:55:38 -0700] "POST /ads/7/reply HTTP/1.1" 303 0
192.0.2.8 - - [10/Oct/2000:13:55:40 -0700] "GET / HTTP/1.1" 200 5120
`
	sum, err := logs.Import(context.Background(), []string{"-"}, filepath.Join(dir, "traffic.zst"), logs.Options{Stdin: strings.NewReader(log)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sum.About.Hits, "requests of", sum.Lines, "lines, from", sum.About.Start.Format(time.RFC3339))
	fmt.Println(sum.Notes()[0])
	// Output:
	// 2 requests of 3 lines, from 2000-10-10T13:55:36-07:00
	// left out: 1 request with methods that may change data (POST 1)
}
