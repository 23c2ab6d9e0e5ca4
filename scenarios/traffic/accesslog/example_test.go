package accesslog_test

import (
	"fmt"

	"github.com/classibench/classibench/scenarios/traffic/accesslog"
)

// A format as it stands in the configuration of nginx.
func ExampleNew() {
	f, err := accesslog.New(`$remote_addr [$time_local] "$request" $status`)
	if err != nil {
		fmt.Println(err)
		return
	}
	var r accesslog.Record
	for _, line := range []string{
		`192.0.2.7 [10/Oct/2000:13:55:36 -0700] "GET /ads?c=3 HTTP/1.1" 200`,
		`192.0.2.7 [10/Oct/2000:13:55:36 -0700] "GET /ads?c=3 HTTP/1.1" OK`,
	} {
		if err := f.Parse([]byte(line), &r); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s %s %s %d\n", r.Client, r.Method, r.Target, r.Status)
	}
	// Output:
	// 192.0.2.7 GET /ads?c=3 200
	// column 64: $status: "OK" is no status code of three digits
}
