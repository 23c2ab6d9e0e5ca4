package target

import (
	"fmt"
	"strconv"

	"github.com/classibench/classibench/scenarios"
)

// FastCGI is a FastCGI program behind a gateway that serves HTTP.
const FastCGI = scenarios.KindFastCGI

func init() {
	register(FastCGI, kind{
		gateway: fastCGIGateway,
		check:   hasGateway,
		place: func(t Target) (p place, err error) {
			if p.addr, err = freeAddr(); err != nil {
				return p, err
			}
			if t.takesAddress() {
				p.backend, err = freeAddr()
			} else {
				p.backend, p.socket, err = listeningSocket()
			}
			return p, err
		},
		processes: func(t Target, program string, at place) ([]process, error) {
			gateway, err := t.gateway(at)
			return []process{t.process(program, t.Command, at.backend, "", at.socket != nil), gateway}, err
		},
		wrongHint: func(t Target) string {
			return fmt.Sprintf("its program has to listen at {addr}, or on its standard input, and to answer GET %s with a status below 500; if only that path fails, set ready to another one", t.Ready)
		},
	})
}

// fastCGIGateway returns the command that serves a FastCGI program.
func fastCGIGateway(t scenarios.Target) []string {
	gateway := append([]string{"serve", "fastcgi", "--listen", "{addr}"}, flags(t)...)
	s := scenarios.SettingsOf[scenarios.FastCGI](t)
	if s.Connections > 0 {
		gateway = append(gateway, "--connections", strconv.Itoa(s.Connections))
	}
	for _, v := range variables(s.Params) {
		gateway = append(gateway, "--param", v)
	}
	return append(gateway, "{backend}")
}
