//go:build unix

package perl_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/pages"
	"github.com/classibench/classibench/scenarios/perl"
)

// A server runs the script on a data set and returns its address.
type server struct {
	name  string
	start func(t *testing.T, dir, db string) string
	brief bool // it gets a quarter of the requests that only read: each starts Perl
}

var servers = []server{
	{"CGI", script, false},
	{"Apache mod_cgi", apache("cgi", ""), true},
	{"Apache mod_cgid", apache("cgid", ""), true},
	{"Apache mod_perl", apache("perl", "libapache2-mod-perl2"), false},
	{"Apache mod_fcgid", apache("fcgid", "libapache2-mod-fcgid"), false},
	{"Starman", starman, false},
}

// unpack puts the program where another user can run it: Apache gives up root.
func unpack(t *testing.T) string {
	t.Helper()
	dir := classifiedstest.Unpack(t, perl.Files(), "classifieds.cgi", "classifieds.fcgi")
	if err := os.WriteFile(filepath.Join(dir, "site.css"), pages.Stylesheet, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func script(t *testing.T, dir, db string) string {
	return classifiedstest.RunCGI(t, &host.Handler{Path: filepath.Join(dir, "classifieds.cgi"), Env: classifiedstest.Environment(db)})
}

func apache(how, pkg string) func(*testing.T, string, string) string {
	return func(t *testing.T, dir, db string) string {
		classifiedstest.Needs(t, "/usr/sbin/apache2", "apache2")
		if pkg != "" {
			classifiedstest.Needs(t, "/usr/lib/apache2/modules/mod_"+how+".so", pkg)
		}
		return classifiedstest.Run(t, dir, db, "/usr/sbin/apache2", "-d", ".", "-f", "apache.conf", "-DFOREGROUND", "-D", how)
	}
}

func starman(t *testing.T, dir, db string) string {
	classifiedstest.Needs(t, "/usr/bin/starman", "starman")
	return classifiedstest.Run(t, dir, db, "starman", "--listen", "{addr}", "classifieds.psgi")
}

// Apache has nothing to report about its configuration, whether or not there are variables to
// pass on.
func TestApacheConfigurationIsQuiet(t *testing.T) {
	classifiedstest.Needs(t, "/usr/sbin/apache2", "apache2")
	dir := unpack(t)
	for how, pkg := range map[string]string{"cgi": "", "cgid": "", "perl": "libapache2-mod-perl2", "fcgid": "libapache2-mod-fcgid"} {
		if pkg != "" {
			classifiedstest.Needs(t, "/usr/lib/apache2/modules/mod_"+how+".so", pkg)
		}
		cmd := exec.Command("/usr/sbin/apache2", "-d", ".", "-f", "apache.conf", "-D", how, "-t")
		cmd.Dir, cmd.Env = dir, []string{"ADDR=" + classifiedstest.FreeAddress(t), "PWD=" + dir, "PATH=" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "Syntax OK" {
			t.Errorf("-D %s: %v\n%s", how, err, out)
		}
	}
}
