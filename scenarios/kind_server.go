package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// KindServer is a command that listens and speaks HTTP.
const KindServer = "server"

// MostInstances is the highest number of instances of a server.
const MostInstances = 64

// Server are the settings of a server, and of the built-in one.
type Server struct {
	Instances int // how many processes of the command share the requests, behind a balancer; 0 and 1 mean one, without
}

func init() {
	register(kind{
		name:  KindServer,
		guide: "a command that listens at `{addr}`, or at a `url` of its own, speaks HTTP and stays in the foreground. With `instances: 3`, three of them share the requests: [below](#several-instances-of-a-server)",
		own: func(p *parsing, t *Target) []ownField {
			s := &Server{}
			t.Settings = s
			return []ownField{s.instances(p)}
		},
		check: func(p *parsing, _ ast.Node, t Target, seen map[string]ast.Node) {
			if len(t.Command) > 0 && t.URL == "" && !TakesAddress(append(slices.Collect(maps.Values(t.Env)), t.Command...)...) {
				p.problem(seen["command"], "write {addr} where the program takes the address to listen at, or its url if it has one of its own", "the command of target %q does not say where to listen", t.Name)
			}
			if t.URL != "" && t.Instances() > 1 {
				p.problem(seen["instances"], "leave url out, and write {addr} in the command: each instance gets an address of its own", "target %q always listens at its url, where only one instance can", t.Name)
			}
		},
	})
}

func (s *Server) instances(p *parsing) ownField {
	return ownField{
		field:   field{"instances", false, value(p.reader, "instances", formWhole, &s.Instances, between(1, MostInstances))},
		schema:  `{"type": "integer", "minimum": 1, "maximum": 64, "description": "of a server: how many of it share the requests, behind a balancer"}`,
		refusal: "target %q is no server that is started for the run: it has no instances",
		hint:    "leave it out; a target of kind server can have instances, and so can builtin: persistent",
	}
}

// Instances returns the number of processes of the target's command that share the requests.
func (t Target) Instances() int { return max(1, SettingsOf[Server](t).Instances) }

// TakesAddress reports whether a program is told the address to listen at: one of the words
// of its command and of its environment holds {addr} or {port}.
func TakesAddress(words ...string) bool {
	return slices.ContainsFunc(words, func(s string) bool { return strings.Contains(s, "{addr}") || strings.Contains(s, "{port}") })
}
