// Package gateways starts the web servers of other projects that pass requests to CGI
// and FastCGI programs, for tests and measurements that compare them with ours.
//
// [Apache], [Lighttpd] and [Nginx] start a server for a list of sites. Each answers on
// loopback, runs in the foreground in a process group of its own, and ends with
// [Server.Stop]; on Linux also when its starter is killed.
//
// All servers are configured to pass on output at once, because a program that streams
// must be comparable.
package gateways

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// A How is the way in which a server runs a program.
type How string

// The ways. A Spawned program gets the listening socket as its standard input (FastCGI
// 1.0 §2.2).
const (
	CGI     How = "cgi"     // a process for each request, by RFC 3875
	Proxied How = "proxied" // a FastCGI program that listens at the site's Socket
	Spawned How = "spawned" // a FastCGI program that the server starts
)

// A Site is one program, at an address of its own.
type Site struct {
	How     How
	Path    string // URL path that leads to the program, such as "/app"
	Program string // file of the program; not used if Proxied
	Socket  string // path of the Unix socket, if Proxied or Spawned

	Addr string // HOST:PORT; set when the server starts
}

// URL returns the URL of the program.
func (s *Site) URL() string { return "http://" + s.Addr + s.Path }

// setting is what the templates of configurations use.
type setting struct {
	Dir    string // of configuration, logs, sockets and temporary files; others can read it
	Name   string // of the server, for its files
	CGI    string // name of Apache's module for CGI
	MPM    string // of Apache
	Sites  []*Site
	Module string // directory of Apache's modules
}

// configure gives each site a free port, and writes the configuration of a server.
func (s setting) configure(text *template.Template) (path string, err error) {
	for _, site := range s.Sites {
		if site.Addr, err = freeAddr(); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	if err := text.Execute(&b, s); err != nil {
		return "", fmt.Errorf("configure %s: %w", s.Name, err)
	}
	path = filepath.Join(s.Dir, s.Name+".conf")
	return path, os.WriteFile(path, []byte(b.String()), 0o644)
}

// freeAddr returns an address at which nothing listened a moment ago.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// has reports whether a site is run in a certain way.
func (s setting) has(how How) bool {
	for _, site := range s.Sites {
		if site.How == how {
			return true
		}
	}
	return false
}
