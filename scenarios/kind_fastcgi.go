package scenarios

import "github.com/goccy/go-yaml/ast"

// KindFastCGI is a program that speaks FastCGI, behind a gateway that speaks HTTP.
const KindFastCGI = "fastcgi"

// FastCGI are the settings of a FastCGI target.
type FastCGI struct {
	Gateway
	Params      map[string]string // parameters beside the meta-variables
	Connections int               // how many processes it has; 0 asks it
}

func init() {
	register(kind{
		name:  KindFastCGI,
		guide: "a program that speaks FastCGI, at `{addr}` or on the socket that it gets as its standard input, behind `classibench serve fastcgi`",
		own: func(p *parsing, t *Target) []ownField {
			s := &FastCGI{}
			t.Settings = s
			params := field{"params", false, func(n ast.Node) { s.Params = p.variables("params", n) }}
			connections := field{"connections", false, value(p.reader, "connections", formWhole, &s.Connections, between(1, 4096))}
			return []ownField{
				s.script(p),
				onlyFastCGI(params, `{"$ref": "#/$defs/texts", "description": "of a fastcgi target: parameters beside the meta-variables"}`),
				onlyFastCGI(connections, `{"type": "integer", "minimum": 1, "maximum": 4096, "description": "of a fastcgi target: how many processes it has"}`),
				s.passAuth(p),
			}
		},
	})
}

func onlyFastCGI(f field, schema string) ownField {
	return ownField{f, schema, "target %q is no FastCGI program: it has no " + f.name, "leave it out; variables for a program stand under env"}
}
