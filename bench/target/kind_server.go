package target

import (
	"fmt"
	"slices"

	"github.com/classibench/classibench/scenarios"
)

// Server is a program that serves HTTP.
const Server = scenarios.KindServer

func init() {
	register(Server, kind{
		check: func(t Target) error {
			if t.URL != "" || t.takesAddress() {
				return nil
			}
			return t.wrong(fmt.Errorf("its command does not contain the address"), "write {addr} or {port} in the command in place of the address, or set url to the address at which it always listens")
		},
		processes: func(t Target, program string, at place) ([]process, error) {
			return []process{t.process(program, t.Command, at.addr, "", false)}, nil
		},
	})
}

// takesAddress reports whether the target's command or environment contains the
// address.
func (t Target) takesAddress() bool {
	return scenarios.TakesAddress(slices.Concat(t.Command, t.Env)...)
}
