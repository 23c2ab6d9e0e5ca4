package scenarios

import (
	"fmt"
	"strings"
)

// Withheld says which header fields of the mix a gateway keeps from its program, as Apache
// does, and what to do about it.
func (s *Scenario) Withheld() (all []string) {
	for _, t := range s.Targets {
		if t.Kind != "cgi" && t.Kind != "fastcgi" {
			continue
		}
		seen := map[string]bool{}
		for _, r := range s.Mix {
			for _, h := range r.Header {
				name := strings.ToLower(h.Name)
				if why := withheld(name, t.PassAuth); why != "" && !seen[name] {
					seen[name] = true
					all = append(all, fmt.Sprintf("target %s does not get the header field %s: %s", t.Name, h.Name, why))
				}
			}
		}
	}
	return all
}

// withheld is what to do where a field is not passed on.
func withheld(name string, passAuth bool) string {
	switch {
	case (name == "authorization" || name == "proxy-authorization") && !passAuth:
		return "set pass_auth: true"
	case name == "proxy":
		return "programs would take it for their proxy (HTTP_PROXY)"
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return "write its name in letters, digits and -, since it becomes a variable"
	}
	return ""
}
