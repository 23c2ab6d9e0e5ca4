package target

import (
	"errors"
	"fmt"
	"slices"

	"github.com/classibench/classibench/scenarios"
)

// Server is a program that serves HTTP. Several instances of it have a balancer in front.
const Server = scenarios.KindServer

func init() {
	register(Server, kind{
		gateway: balancer,
		check:   checkServer,
		place: func(t Target) (p place, err error) {
			if p.addr, err = freeAddr(); err == nil && t.Instances > 1 {
				p.instances, err = freeAddrs(t.Instances)
			}
			return p, err
		},
		processes: func(t Target, program string, at place) ([]process, error) {
			if len(at.instances) > 0 {
				return t.balanced(program, at)
			}
			return []process{t.instance(1, program, at.addr)}, nil
		},
	})
}

// balancer returns the command that spreads requests over instances, without their
// addresses.
func balancer(t scenarios.Target) []string {
	if t.Instances() < 2 {
		return nil
	}
	return []string{"serve", "balance", "--listen", "{addr}"}
}

func checkServer(t Target) error {
	switch {
	case t.Instances > 1 && t.URL != "":
		return t.wrong(errors.New("it always listens at its url, where only one instance can"), "leave url out, and write {addr} in the command")
	case t.Instances > 1 && len(t.Gateway) == 0:
		return t.wrong(errors.New("its instances have no balancer"), "name the command of one as its gateway")
	case t.URL != "" || t.takesAddress():
		return nil
	}
	return t.wrong(fmt.Errorf("its command does not contain the address"), "write {addr} or {port} in the command in place of the address, or set url to the address at which it always listens")
}

// balanced returns the processes of all instances, and of the balancer.
func (t Target) balanced(program string, at place) (all []process, err error) {
	for n, addr := range at.instances {
		one := t.instance(n+1, program, addr)
		one.Label = fmt.Sprintf("instance %d of %d", n+1, len(at.instances))
		all = append(all, one)
	}
	path, err := t.find(t.Gateway[0])
	front := t.process(path, slices.Concat(t.Gateway, at.instances), at.addr, "", false)
	front.Label = "the balancer"
	return append(all, front), err
}

// instance returns the process of the instance with a number, which is 1 for a single one.
func (t Target) instance(n int, program, addr string) process {
	t.Env = numbered(t.Env, n)
	return t.process(program, numbered(t.Command, n), addr, "", false)
}

// takesAddress reports whether the target's command or environment contains the
// address.
func (t Target) takesAddress() bool {
	return scenarios.TakesAddress(slices.Concat(t.Command, t.Env)...)
}
