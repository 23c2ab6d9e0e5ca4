//go:build unix

package python_test

import (
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/scenarios/python"
)

func TestMain(m *testing.M) { classifiedstest.Main(m) }

func TestCGIAnswersAsTheGoProgram(t *testing.T) {
	classifiedstest.Needs(t, "/usr/bin/python3", "python3")
	dir := classifiedstest.Unpack(t, python.Files(), "classifieds.py")
	db := classifiedstest.CopyData(t, dir)
	classifiedstest.CompareThreePages(t, classifiedstest.RunCGI(t, &host.Handler{Path: filepath.Join(dir, "classifieds.py"), Env: classifiedstest.Environment(db)}), 1)
}

func TestGunicornAnswersAsTheGoProgram(t *testing.T) {
	classifiedstest.Needs(t, "/usr/bin/gunicorn", "gunicorn")
	dir := classifiedstest.Unpack(t, python.Files())
	db := classifiedstest.CopyData(t, dir)
	classifiedstest.CompareThreePages(t, classifiedstest.Run(t, dir, db, "/usr/bin/gunicorn", "--bind", "{addr}", "--workers", "2", "classifieds"), 2)
}
