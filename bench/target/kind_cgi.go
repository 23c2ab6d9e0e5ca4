package target

import (
	"fmt"
	"strconv"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// CGI is a script, run by a gateway that forks for each request.
const CGI = scenarios.KindCGI

func init() {
	register(CGI, kind{
		gateway: cgiGateway,
		processes: func(t Target, program string, at place) ([]process, error) {
			gateway, err := t.find(t.Gateway[0])
			args := append(append([]string{}, t.Gateway...), program)
			return []process{t.process(gateway, append(args, t.Command[1:]...), at.addr, "", false)}, err
		},
		wrongHint: func(t Target) string {
			return fmt.Sprintf("run it by hand: %s; if only GET %s fails, name another path as ready", t.byHand(), t.Ready)
		},
		perRequest: true, restores: true,
	})
}

// cgiGateway is the command that serves a CGI program, without the program. The program
// inherits nothing, and starts in a directory of its own.
func cgiGateway(t scenarios.Target) []string {
	gateway := append([]string{"serve", "cgi", "--listen", "{addr}"}, flags(t)...)
	if n := scenarios.SettingsOf[scenarios.CGI](t).Processes; n > 0 {
		gateway = append(gateway, "--processes", strconv.Itoa(n))
	}
	if t.Dir != "" {
		gateway = append(gateway, "--dir", t.Dir)
	}
	for _, v := range variables(t.Env) {
		gateway = append(gateway, "--env", v)
	}
	return gateway
}

// byHand is a line for a shell that runs a CGI program once.
func (t Target) byHand() string {
	line := shell.Quote(append([]string{"env", "REQUEST_METHOD=GET", "PATH_INFO=" + t.Ready}, t.Command...))
	if t.Dir != "" {
		line = "cd " + shell.Quote([]string{t.Dir}) + " && " + line
	}
	return line
}
