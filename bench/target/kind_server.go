package target

import (
	"fmt"
	"slices"

	"github.com/classibench/classibench/scenarios"
)

// Server is a command that listens and speaks HTTP.
const Server = scenarios.KindServer

func init() {
	register(Server, kind{
		check: func(t Target) error {
			if t.URL != "" || t.takesAddress() {
				return nil
			}
			return t.wrong(fmt.Errorf("its command is not told where to listen"), "put {addr} or {port} where the address goes, or give the url at which it always listens")
		},
		processes: func(t Target, program string, at place) ([]process, error) {
			return []process{t.process(program, t.Command, at.addr, "", false)}, nil
		},
	})
}

// takesAddress reports whether the target's program is told the address to listen at.
func (t Target) takesAddress() bool {
	return scenarios.TakesAddress(slices.Concat(t.Command, t.Env)...)
}
