package target

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/usage"
)

// listening is the state of a listening socket in /proc/net/tcp.
const listening = "0A"

// ours reports whether a process of the tree listens at the port of addr. It
// returns true if this process has no permission to find out.
func ours(addr string, roots []int) bool {
	sockets := listeners(portOf(addr))
	if len(sockets) == 0 {
		return true // closed, or in another network namespace: the request will show
	}
	tree, err := usage.NewTree(func() []int { return roots })
	if err != nil {
		return true
	}
	defer tree.Close()
	members, err := tree.Members()
	if err != nil {
		return true
	}
	for _, pid := range members {
		if holds(pid, sockets) {
			return true
		}
	}
	return false
}

// listeners returns the sockets that listen at a port, named as the links of
// descriptors: socket:[INODE].
func listeners(port string) map[string]bool {
	sockets := map[string]bool{}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return sockets
	}
	for _, path := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		for _, inode := range parseListeners(f, uint16(n)) {
			sockets["socket:["+inode+"]"] = true
		}
		f.Close()
	}
	return sockets
}

// Columns of /proc/net/tcp and tcp6, proc_net(5).
const (
	columnLocal = 1 // address:port, in hexadecimal
	columnState = 3 // in hexadecimal
	columnInode = 9
)

// parseListeners parses /proc/net/tcp, and returns the inodes of the sockets that
// listen at a port. It skips other lines, such as the first.
func parseListeners(r io.Reader, port uint16) (inodes []string) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		columns := strings.Fields(lines.Text())
		if len(columns) <= columnInode || columns[columnState] != listening {
			continue
		}
		_, local, _ := strings.Cut(columns[columnLocal], ":")
		if n, err := strconv.ParseUint(local, 16, 16); err == nil && uint16(n) == port {
			inodes = append(inodes, columns[columnInode])
		}
	}
	return inodes
}

// holds reports whether a process has one of the sockets open. It returns true if
// its descriptors cannot be read.
func holds(pid int, sockets map[string]bool) bool {
	dir := "/proc/" + strconv.Itoa(pid) + "/fd"
	fds, err := os.ReadDir(dir)
	if os.IsPermission(err) {
		return true
	}
	for _, fd := range fds {
		if link, err := os.Readlink(dir + "/" + fd.Name()); err == nil && sockets[link] {
			return true
		}
	}
	return false
}
