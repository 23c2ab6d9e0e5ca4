//go:build unix

package php_test

import (
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/cgi/host/fastcgi"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/scenarios/php"
)

func TestMain(m *testing.M) { classifiedstest.Main(m) }

func TestCGIAnswersAsTheGoProgram(t *testing.T) {
	classifiedstest.Needs(t, "/usr/bin/php-cgi", "php-cgi")
	classifiedstest.Needs(t, "/usr/lib/php/*/pdo_sqlite.so", "php-sqlite3")
	program, err := exec.LookPath("php-cgi")
	if err != nil {
		t.Fatal(err)
	}
	dir := classifiedstest.Unpack(t, php.Files())
	db := classifiedstest.CopyData(t, dir)
	classifiedstest.CompareThreePages(t, classifiedstest.RunCGI(t, &host.Handler{Path: program, Script: filepath.Join(dir, "classifieds.php"),
		Env: classifiedstest.Environment(db)}), 1)
}

func TestFPMAnswersAsTheGoProgram(t *testing.T) {
	classifiedstest.Needs(t, "/usr/sbin/php-fpm*", "php-fpm")
	classifiedstest.Needs(t, "/usr/lib/php/*/pdo_sqlite.so", "php-sqlite3")
	programs, err := filepath.Glob("/usr/sbin/php-fpm*")
	if err != nil {
		t.Fatal(err)
	}
	dir := classifiedstest.Unpack(t, php.Files())
	db := classifiedstest.CopyData(t, dir)
	addr := classifiedstest.Run(t, dir, db, programs[0], "-F", "-y", "fpm.conf")[len("http://"):]
	gateway := httptest.NewServer(&fastcgi.Handler{Addr: addr, Script: filepath.Join(dir, "classifieds.php"), MaxConns: 4})
	t.Cleanup(gateway.Close)
	classifiedstest.CompareThreePages(t, gateway.URL, 2)
}
