package target

import (
	"bytes"
	"fmt"
	"os"
)

// Supervised reports whether a supervisor of a target started this process. It ends all of
// its descendants.
func Supervised() bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", os.Getppid()))
	name, _, _ := bytes.Cut(line, []byte{0})
	return err == nil && string(name) == supervisorName
}
