package scenarios

import "path/filepath"

// Gateway are the settings of a program that gets its requests from a gateway of ours.
type Gateway struct {
	Script   string // the file that an interpreter such as PHP runs, relative to Dir
	PassAuth bool   // Authorization is passed on to the program
}

// Gateway returns the settings of the gateway in front of the target; ok is false where
// there is none.
func (t Target) Gateway() (g Gateway, ok bool) {
	s, ok := t.Settings.(interface{ gateway() Gateway })
	if ok {
		g = s.gateway()
	}
	return g, ok
}

func (g *Gateway) gateway() Gateway { return *g }

// ScriptPath returns the path of the target's script; empty if it has none.
func (t Target) ScriptPath() string {
	g, _ := t.Gateway()
	if g.Script == "" || filepath.IsAbs(g.Script) {
		return g.Script
	}
	return filepath.Join(t.Dir, g.Script)
}

// script is the field of a program that has to be told its script.
func (g *Gateway) script(p *parsing) ownField {
	return ownField{
		field:   field{"script", false, p.text("script", &g.Script)},
		schema:  `{"type": "string", "description": "of a cgi or fastcgi target: SCRIPT_FILENAME, the file that an interpreter such as PHP runs"}`,
		refusal: "target %q is no CGI or FastCGI program: nobody tells it its script",
		hint:    "leave it out, and name the script in the command",
	}
}

// passAuth is the field of a program that authenticates its users.
func (g *Gateway) passAuth(p *parsing) ownField {
	return ownField{
		field:   field{"pass_auth", false, value(p.reader, "pass_auth", formSwitch, &g.PassAuth, parseSwitch)},
		schema:  `{"type": "boolean", "default": false, "description": "pass Authorization on to a cgi or fastcgi program"}`,
		refusal: "target %q has no gateway of ours: it gets every header",
		hint:    "leave it out",
	}
}
