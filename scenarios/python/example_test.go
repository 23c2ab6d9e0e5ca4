//go:build unix

package python_test

import (
	"fmt"
	"io/fs"
	"log"

	"github.com/classibench/classibench/scenarios/python"
)

func ExampleFiles() {
	names, err := fs.Glob(python.Files(), "*.*")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [classifieds.py]
}
