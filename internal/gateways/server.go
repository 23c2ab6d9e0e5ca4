package gateways

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
	"time"
)

// ErrMissing means that a server is not installed.
var ErrMissing = errors.New("not installed")

// A Server is a web server that listens.
type Server struct {
	Pid    int // of the process that leads the group
	cmd    *exec.Cmd
	family family
	ended  chan struct{} // closed at the end of cmd
	output bytes.Buffer
}

// start starts a server, and returns when it listens.
func (s setting) start(conf *template.Template, program string, args func(conf string) []string) (*Server, error) {
	path, err := find(program)
	if err != nil {
		return nil, err
	}
	file, err := s.configure(conf)
	if err != nil {
		return nil, err
	}
	v := &Server{cmd: exec.Command(path, args(file)...), ended: make(chan struct{})}
	v.cmd.Stdout, v.cmd.Stderr, v.cmd.SysProcAttr = &v.output, &v.output, ownGroup()
	v.cmd.Dir = s.Dir
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	v.Pid = v.cmd.Process.Pid
	if v.family, err = familyOf(v.cmd.Process); err != nil { // the system reaps children itself
		return nil, err
	}
	go func() {
		v.cmd.Wait()
		close(v.ended)
	}()
	if err := v.await(s); err != nil {
		v.Stop()
		return nil, fmt.Errorf("start %s: %w", s.Name, err)
	}
	return v, nil
}

// find also looks where Debian has servers: a user's PATH may lack the directory.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	path, err := exec.LookPath(filepath.Join("/usr/sbin", program))
	if err != nil {
		return "", fmt.Errorf("%s: %w", program, ErrMissing)
	}
	return path, nil
}

// startLimit is the time that a server has to listen.
const startLimit = time.Minute

// await waits until the server listens at all addresses.
func (v *Server) await(s setting) error {
	limit := time.After(startLimit)
	for _, site := range s.Sites {
		for !answers(site.Addr) {
			select {
			case <-v.ended:
				return fmt.Errorf("it ended with %v: %s%s", v.cmd.ProcessState, v.output.Bytes(), s.logged())
			case <-limit:
				return fmt.Errorf("it does not listen at %s after %v", site.Addr, startLimit)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	return nil
}

// answers reports whether a server listens at an address.
func answers(addr string) bool {
	c, err := net.Dial("tcp", addr)
	if err == nil {
		c.Close()
	}
	return err == nil
}

// logged returns the error log of the server.
func (s setting) logged() []byte {
	b, _ := os.ReadFile(filepath.Join(s.Dir, s.Name+".log")) // an absent log has nothing to add
	return b
}

// Stop ends the server with its process group, and waits for it.
func (v *Server) Stop() {
	defer v.family.Close()
	v.family.end(false)
	select {
	case <-v.ended:
	case <-time.After(10 * time.Second):
	}
	v.family.end(true)
	<-v.ended
}
