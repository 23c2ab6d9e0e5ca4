//go:build linux

package classifiedstest_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
)

// killedKey is set in the test that is killed.
const killedKey = "CLASSIFIEDSTEST_KILLED"

// A server does not outlive a test that is killed.
func TestServersEndWithAKilledTest(t *testing.T) {
	if os.Getenv(killedKey) != "" {
		url := classifiedstest.Run(t, t.TempDir(), "", "sh", "-c", "exec python3 -m http.server --bind ${ADDR%:*} ${ADDR##*:}")
		fmt.Println(url)
		select {}
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), killedKey+"=1", "TMPDIR="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr := ""
	for lines := bufio.NewScanner(out); addr == "" && lines.Scan(); {
		_, addr, _ = strings.Cut(lines.Text(), "http://")
	}
	cmd.Process.Kill()
	cmd.Wait()
	if addr == "" {
		t.Fatal("the server did not start")
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
	}
	t.Errorf("the server still listens at %s", addr)
}
