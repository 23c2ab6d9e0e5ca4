package target

import (
	"fmt"

	"github.com/classibench/classibench/scenarios"
)

// URL is a server that runs already, and is left running.
const URL = scenarios.KindURL

func init() {
	register(URL, kind{
		check: func(t Target) error {
			if t.URL != "" {
				return nil
			}
			return t.wrong(fmt.Errorf("it has no url"), "add its address: url: http://127.0.0.1:8080")
		},
		attached: true, restores: true,
	})
}
