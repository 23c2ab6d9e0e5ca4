package target

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// portTries is how often a target is started if another program takes its port.
const portTries = 5

// A place is the address of a target.
type place struct {
	url     string
	addr    string   // host:port of url
	backend string   // address of a FastCGI program
	socket  *os.File // listening at backend, the program's standard input

	instances []string // addresses of the instances behind a balancer at addr; none for a single one
}

func (p place) close() {
	if p.socket != nil {
		p.socket.Close()
	}
}

// place returns an address for the target.
func (t Target) place() (p place, err error) {
	if t.URL != "" {
		return t.fixedPlace()
	}
	find := kinds[t.Kind].place
	if find == nil {
		find = func(Target) (p place, err error) { p.addr, err = freeAddr(); return p, err }
	}
	if p, err = find(t); err != nil {
		return p, t.fail(PhaseListen, err, "the loopback interface has no free port; check it with ip address show lo")
	}
	p.url = "http://" + p.addr
	return p, nil
}

// fixedPlace returns the address at which a server always listens. Another program
// must not listen there: its answers would be taken for the target's.
func (t Target) fixedPlace() (place, error) {
	u, err := url.Parse(t.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return place{}, t.wrong(fmt.Errorf("its url %q is not an http address", t.URL), "write it as http://127.0.0.1:8080")
	}
	addr := hostPort(u)
	if listens(addr) {
		return place{}, t.fail(PhaseListen, fmt.Errorf("%w: %s", ErrTaken, addr),
			fmt.Sprintf("end that program (ss -ltnp 'sport = :%s' shows it), or use kind url to measure it", portOf(addr)))
	}
	return place{url: u.Scheme + "://" + u.Host, addr: addr}, nil
}

// listens reports whether a program accepts connections at addr.
func listens(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// freeAddr returns an address at which no program listens now.
func freeAddr() (string, error) {
	addrs, err := freeAddrs(1)
	if err != nil {
		return "", err
	}
	return addrs[0], nil
}

// freeAddrs returns different addresses at which no program listens now.
func freeAddrs(n int) (addrs []string, err error) {
	var all []net.Listener
	defer func() {
		for _, l := range all {
			l.Close()
		}
	}()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		all, addrs = append(all, l), append(addrs, l.Addr().String())
	}
	return addrs, nil
}

// listeningSocket opens a socket for a program to inherit.
func listeningSocket() (addr string, f *os.File, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("find a free port: %w", err)
	}
	f, err = l.(*net.TCPListener).File()
	return l.Addr().String(), f, errors.Join(err, l.Close())
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

// fill replaces the placeholders in a list of arguments or variables.
func fill(list []string, addr, backend string) []string {
	host, port, _ := net.SplitHostPort(addr)
	return replaced(list, strings.NewReplacer("{addr}", addr, "{host}", host, "{port}", port, "{backend}", backend))
}

// numbered replaces the number of an instance.
func numbered(list []string, n int) []string {
	return replaced(list, strings.NewReplacer("{instance}", strconv.Itoa(n)))
}

func replaced(list []string, r *strings.Replacer) []string {
	filled := make([]string, len(list))
	for i, s := range list {
		filled[i] = r.Replace(s)
	}
	return filled
}
