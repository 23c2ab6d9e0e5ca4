package scenarios

// KindCGI is a script that a gateway starts for each request.
const KindCGI = "cgi"

// CGI are the settings of a CGI target.
type CGI struct {
	Gateway
	Processes int // how many run at once; 0 is the gateway's own choice
}

func init() {
	register(kind{
		name:  KindCGI,
		guide: "a script that `classibench serve cgi` starts for each request. It stands at `/`: SCRIPT_NAME is empty, and PATH_INFO is the whole path (with `script`: [below](#scripts-of-an-interpreter))",
		own: func(p *parsing, t *Target) []ownField {
			s := &CGI{}
			t.Settings = s
			return []ownField{s.processes(p), s.script(p), s.passAuth(p)}
		},
	})
}

func (s *CGI) processes(p *parsing) ownField {
	return ownField{
		field:   field{"processes", false, value(p.reader, "processes", formWhole, &s.Processes, between(1, 4096))},
		schema:  `{"type": "integer", "minimum": 1, "maximum": 4096}`,
		refusal: "target %q is no CGI program: nothing is started for each request",
		hint:    "leave it out",
	}
}
