package target

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/scenarios"
)

// advice is the remedy for each reason why a gateway withholds a header field.
var advice = map[host.Kept]string{
	host.KeptSecret: "set pass_auth: true",
	host.KeptProxy:  "programs would use it as their proxy (HTTP_PROXY)",
	host.KeptName:   "use only letters, digits and - in its name, since it becomes a variable",
}

// Withheld returns a warning for each header field of the mix that a target behind
// a gateway does not get.
func Withheld(s *scenarios.Scenario) (all []string) {
	for _, t := range s.Targets {
		g, ok := t.Gateway()
		if !ok {
			continue
		}
		seen := map[string]bool{}
		for _, r := range s.Mix {
			for _, h := range r.Header {
				name := strings.ToLower(h.Name)
				if why := advice[host.Keeps(name, g.PassAuth)]; why != "" && !seen[name] {
					seen[name] = true
					all = append(all, fmt.Sprintf("target %s does not get the header field %s: %s", t.Name, h.Name, why))
				}
			}
		}
	}
	return all
}
