package export_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/classibench/classibench/scenarios/traffic/export"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

func ExampleWrite() {
	r, err := trace.New("traffic", strings.NewReader(`{"at":0.25,"client":"a","method":"GET","url":"http://127.0.0.1/","status":200}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := export.Write(context.Background(), os.Stdout, "vegeta", r); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"method":"GET","url":"http://127.0.0.1/"}
}
