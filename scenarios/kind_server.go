package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// KindServer is a command that listens and speaks HTTP.
const KindServer = "server"

func init() {
	register(kind{
		name:  KindServer,
		guide: "a command that listens at `{addr}`, or at a `url` of its own, speaks HTTP and stays in the foreground",
		check: func(p *parsing, _ ast.Node, t Target, seen map[string]ast.Node) {
			if len(t.Command) > 0 && t.URL == "" && !TakesAddress(append(slices.Collect(maps.Values(t.Env)), t.Command...)...) {
				p.problem(seen["command"], "write {addr} where the program takes the address to listen at, or its url if it has one of its own", "the command of target %q does not say where to listen", t.Name)
			}
		},
	})
}

// TakesAddress reports whether a program is told the address to listen at: one of the words
// of its command and of its environment holds {addr} or {port}.
func TakesAddress(words ...string) bool {
	return slices.ContainsFunc(words, func(s string) bool { return strings.Contains(s, "{addr}") || strings.Contains(s, "{port}") })
}
