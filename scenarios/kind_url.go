package scenarios

import "github.com/goccy/go-yaml/ast"

// KindURL is something that runs already, and is left running.
const KindURL = "url"

func init() {
	register(kind{
		name:     KindURL,
		guide:    "a server that already runs at `url`. `pids` names its processes; naming the parents is enough. These and all processes that they started are watched, and kept on the targets' cores while they are measured",
		attached: true,
		check: func(p *parsing, n ast.Node, t Target, _ map[string]ast.Node) {
			if t.URL == "" {
				p.problem(n, "write url: http://127.0.0.1:8080", "target %q has no url", t.Name)
			}
		},
	})
}
