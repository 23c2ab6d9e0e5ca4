//go:build unix

package php_test

import (
	"fmt"
	"io/fs"
	"log"

	"github.com/classibench/classibench/scenarios/php"
)

func ExampleFiles() {
	names, err := fs.Glob(php.Files(), "*.*")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [classifieds.php fpm.conf]
}
