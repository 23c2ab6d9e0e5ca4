package scenarios

import (
	"errors"
	"path"
	"strings"
)

// KindCGI is a script that a gateway starts for each request.
const KindCGI = "cgi"

// CGI are the settings of a CGI target.
type CGI struct {
	Gateway
	Processes   int    // how many run at once; 0 is the gateway's own choice
	Prefix      string // the path of a URL below which it is served: SCRIPT_NAME; empty is /
	FollowLinks bool   // symbolic links in a directory of programs are followed
}

func init() {
	register(kind{
		name:  KindCGI,
		guide: "a script that `classibench serve cgi` starts for each request. It stands at `/`, or at its `prefix`: SCRIPT_NAME is the prefix, and PATH_INFO is the rest of the path (with `script`: [below](#scripts-of-an-interpreter)). If `command` is a directory, each request starts the program in it that the path names: [below](#a-directory-of-cgi-programs)",
		own: func(p *parsing, t *Target) []ownField {
			s := &CGI{}
			t.Settings = s
			return []ownField{s.processes(p), s.prefix(p), s.followLinks(p), s.script(p), s.passAuth(p)}
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

func (s *CGI) prefix(p *parsing) ownField {
	return ownField{
		field:   field{"prefix", false, value(p.reader, "prefix", "write a path such as /cgi-bin/", &s.Prefix, absolutePath)},
		schema:  `{"type": "string", "pattern": "^\\s*/+(([^?#%\\s/.][^?#%\\s/]*|\\.[^?#%\\s/.][^?#%\\s/]*|\\.\\.[^?#%\\s/]+)(/([^?#%\\s/.][^?#%\\s/]*|\\.[^?#%\\s/.][^?#%\\s/]*|\\.\\.[^?#%\\s/]+))*/*)?\\s*$", "description": "of a cgi target: the path of a URL below which it is served, SCRIPT_NAME"}`,
		refusal: "target %q is no CGI program: no gateway gives it a SCRIPT_NAME",
		hint:    "leave it out; params can set SCRIPT_NAME for a FastCGI program",
	}
}

func (s *CGI) followLinks(p *parsing) ownField {
	return ownField{
		field:   field{"follow_links", false, value(p.reader, "follow_links", formSwitch, &s.FollowLinks, parseSwitch)},
		schema:  `{"type": "boolean", "default": false, "description": "of a cgi target whose command is a directory: follow symbolic links in it"}`,
		refusal: "target %q is no directory of CGI programs",
		hint:    "leave it out",
	}
}

// absolutePath checks a path of a URL.
func absolutePath(s string) (string, error) {
	switch {
	case !strings.HasPrefix(s, "/"):
		return "", errors.New("it does not begin with a slash")
	case strings.ContainsAny(s, "?# \t\n"):
		return "", errors.New("a path holds no space, ? or #")
	case path.Clean(s) != "/"+strings.Trim(s, "/"), strings.Contains(s, "%"):
		return "", errors.New("no request has this path: paths are decoded, without empty names and dot segments")
	}
	return s, nil
}
