package persistent_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/classibench/classibench/persistent"
)

// A front end such as nginx (fastcgi_pass unix:/run/ads.sock) stands before this program, which
// is started as "ads -listen unix:/run/ads.sock".
func ExampleServeFastCGI() {
	err := persistent.ServeFastCGI(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "You asked for %s.\n", r.URL.Path)
	}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "ads:", err)
		os.Exit(1)
	}
}

func ExampleServer_ServeListener() {
	l, err := persistent.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error)
	go func() {
		ended <- (&persistent.Server{}).ServeListener(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "You asked for %s.\n", r.URL.Path)
		}))
	}()
	resp, err := http.Get("http://" + l.Addr().String() + "/ads")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	fmt.Printf("%d %s", resp.StatusCode, body)
	stop()
	fmt.Println("ended:", <-ended)
	// Output:
	// 200 You asked for /ads.
	// ended: <nil>
}
