package classibench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors is a statement of policy: a package imports only packages of lower
// floors, and within its own floor only what is named beside it. A change here
// is a design decision. The entries of a floor are sorted.
var floors = []map[string][]string{
	{
		"bench/answers":                        {"internal/address", "internal/align"},
		"bench/capacity":                       nil,
		"bench/histogram":                      nil,
		"bench/parity/differ":                  {"bench/parity/trial", "internal/address", "internal/align", "internal/header"},
		"bench/parity/hazard":                  {"bench/parity/trial"},
		"bench/parity/order":                   {"bench/parity/trial"},
		"bench/parity/trial":                   nil,
		"bench/parity/visitor":                 {"bench/parity/trial"},
		"bench/stats":                          nil,
		"bench/usage":                          nil,
		"cgi":                                  {"internal/responder"},
		"cgi/host":                             {"internal/drain", "internal/environ", "internal/group", "internal/header", "internal/listen", "internal/slowread", "internal/spool", "internal/wire"},
		"cgi/host/fastcgi":                     {"cgi/host", "internal/environ"},
		"internal/address":                     nil,
		"internal/align":                       nil,
		"internal/classifieds":                 {"internal/classifieds/line", "internal/classifieds/listings", "internal/classifieds/pages", "internal/classifieds/picture", "internal/spool"},
		"internal/classifieds/classifiedstest": {"cgi/host", "internal/classifieds", "internal/classifieds/dataset", "internal/classifieds/store"},
		"internal/classifieds/dataset":         {"internal/classifieds", "internal/classifieds/listings", "internal/classifieds/store", "internal/input", "internal/scratch"},
		"internal/classifieds/limits":          {"internal/classifieds", "internal/unit"},
		"internal/classifieds/line":            {"internal/classifieds/listings"},
		"internal/classifieds/listings":        nil,
		"internal/classifieds/pages":           {"internal/classifieds/listings"},
		"internal/classifieds/picture":         nil,
		"internal/classifieds/postgres":        {"internal/classifieds/line", "internal/classifieds/listings"},
		"internal/classifieds/store":           {"internal/classifieds/line", "internal/classifieds/listings"},
		"internal/classifieds/storetest":       {"internal/classifieds", "internal/classifieds/listings"},
		"internal/database":                    {"internal/group"},
		"internal/database/databasetest":       {"internal/database"},
		"internal/drain":                       {"internal/layer"},
		"internal/environ":                     nil,
		"internal/gateways":                    {"internal/group"},
		"internal/git":                         {"internal/environ", "internal/shell"},
		"internal/handover":                    {"internal/drain", "internal/listen"},
		"internal/group":                       nil,
		"internal/group/grouptest":             nil,
		"internal/header":                      nil,
		"internal/input":                       nil,
		"internal/layer":                       nil,
		"internal/listen":                      {"internal/layer"},
		"internal/responder":                   nil,
		"internal/scratch":                     nil,
		"internal/shell":                       nil,
		"internal/slowread":                    {"internal/layer"},
		"internal/spool":                       nil,
		"internal/terminal":                    nil,
		"internal/tune":                        nil,
		"internal/unit":                        nil,
		"internal/watchdog":                    nil,
		"internal/wire":                        {"internal/layer"},
		"persistent":                           {"internal/drain", "internal/handover", "internal/listen", "internal/responder", "internal/slowread", "internal/spool", "internal/wire"},
		"persistent/balance":                   {"internal/slowread"},
		"scenarios":                            {"internal/input", "internal/shell", "internal/terminal"},
		"scenarios/perl":                       nil,
		"scenarios/php":                        nil,
		"scenarios/python":                     nil,
		"scenarios/traffic/accesslog":          nil,
		"scenarios/traffic/peak":               nil,
	},
	{
		".":                               nil,
		"bench/load":                      nil,
		"bench/result":                    nil,
		"bench/target":                    nil,
		"cgi/classifieds":                 nil,
		"cgi/classifieds/postgres":        nil,
		"persistent/classifieds":          nil,
		"persistent/classifieds/postgres": nil,
		"scenarios/traffic":               nil,
		"scenarios/traffic/trace":         nil,
	},
	{
		"bench/instance":            nil,
		"internal/history":          nil,
		"scenarios/go/guestbook":    nil,
		"scenarios/traffic/export":  nil,
		"scenarios/traffic/logs":    nil,
		"scenarios/traffic/profile": nil,
		"scenarios/traffic/replay":  nil,
	},
	{
		"bench/costs": nil,
	},
	{
		"bench":        nil,
		"bench/parity": nil,
	},
	{
		"reports/internal/chart":      {"reports/internal/palette", "reports/internal/text"},
		"reports/internal/facts":      {"reports/internal/table"},
		"reports/internal/files":      nil,
		"reports/internal/markdown":   {"reports/internal/text"},
		"reports/internal/page":       {"reports/internal/chart", "reports/internal/palette"},
		"reports/internal/palette":    nil,
		"reports/internal/reporttest": {"reports/internal/files"},
		"reports/internal/table":      {"reports/internal/markdown", "reports/internal/palette", "reports/internal/text"},
		"reports/internal/text":       nil,
	},
	{
		"internal/candidate": nil,
		"reports":            nil,
		"reports/history":    nil,
		"reports/story":      nil,
		"reports/study":      nil,
		"reports/traffic":    nil,
		"reports/verify":     {"internal/header"},
	},
	{
		"reports/gate": nil,
	},
	{
		"cmd/classibench": nil,
	},
}

// only says who alone may import a package and all below it: technology stays in
// one room.
var only = map[string][]string{
	"github.com/tsenart/vegeta/v12":           {"bench/load", "scenarios/traffic"}, // tests of trace and export read their targets by vegeta
	"github.com/valyala/fasthttp":             {"bench/load"},
	"github.com/HdrHistogram/hdrhistogram-go": {"bench/histogram"},
	"github.com/klauspost/compress":           {"scenarios/traffic/trace", "scenarios/traffic/logs"},
	"mvdan.cc/sh/v3":                          {"internal/shell"},
	"gonum.org/v1/plot":                       {"reports/internal/chart"},
	"github.com/mattn/go-runewidth":           {"reports/internal/text"},
	"golang.org/x/perf":                       {"reports"},
	"znkr.io/diff":                            {"reports/verify"},
	"github.com/chromedp":                     {"reports/internal/reporttest"},
	"github.com/spf13/cobra":                  {"cmd/classibench"},
	"github.com/goccy/go-yaml":                {"scenarios"},
	"github.com/pressly/goose/v3":             {"internal/classifieds/dataset", "internal/history"},
	"github.com/prometheus/procfs":            {"bench/usage", "bench/target"},
	"github.com/a-h/templ":                    {"internal/classifieds/pages", "internal/classifieds", "reports", "reports/gate", "reports/verify", "reports/history", "reports/traffic", "reports/internal/page", "reports/internal/table"},
	"github.com/andybalholm/cascadia":         {"bench/parity/differ"},
	"github.com/coreos/go-systemd":            {"internal/handover"},
	"github.com/jackc/pgx/v5":                 {"internal/classifieds/postgres", "internal/classifieds/dataset", "internal/database"},
	"golang.org/x/time":                       {"internal/classifieds/limits"},
	"github.com/hashicorp/golang-lru/v2":      {"internal/classifieds/limits"},
	"github.com/KimMachineGun/automemlimit":   {"internal/classifieds/limits"},
	"github.com/mattn/go-sqlite3":             {"internal/classifieds/store", "internal/classifieds/dataset", "internal/history"},
}

// readers only read results: none of them links a package that measures.
var readers = []string{"bench/result", "internal/history", "reports/..."}

// measuring lists the packages that a reader must not link, with their subpackages.
var measuring = []string{
	module + "/bench/load", module + "/bench/target", module + "/bench/instance", module + "/bench/usage", module + "/bench/costs", module + "/bench/parity", module + "/internal/database",
	"github.com/tsenart/vegeta/v12", "github.com/valyala/fasthttp",
}

// frontDoor is all that package classibench links beyond the standard library: a
// program behind it is started for each request as long as it is a CGI program.
var frontDoor = []string{
	module + "/cgi",
	module + "/internal/drain",
	module + "/internal/handover",
	module + "/internal/layer",
	module + "/internal/listen",
	module + "/internal/responder",
	module + "/internal/slowread",
	module + "/internal/spool",
	module + "/internal/wire",
	module + "/persistent",
	"github.com/coreos/go-systemd/v22/activation",
	"github.com/coreos/go-systemd/v22/daemon",
	"golang.org/x/sys/unix",
}

// never lists the packages that the CGI build must not link: each stray package is paid for
// by every request and would look like "CGI is slow". html/template is not among them, since
// templ's runtime imports it.
var never = []string{
	"github.com/spf13/cobra", "github.com/tsenart/vegeta/v12", "gonum.org/v1", "github.com/goccy/go-yaml",
	"github.com/pressly/goose/v3", "github.com/valyala/fasthttp", "mvdan.cc/sh/v3",
	"net/http/fcgi", module + "/bench", module + "/persistent",
	"golang.org/x/time", "github.com/hashicorp/golang-lru/v2", "github.com/KimMachineGun/automemlimit",
}

// databases lists what links a database, by the programs of the classifieds that use it: the
// others must not.
var databases = map[string][]string{
	"github.com/mattn/go-sqlite3": {"cgi/classifieds", "persistent/classifieds"},
	"github.com/jackc/pgx/v5":     {"cgi/classifieds/postgres", "persistent/classifieds/postgres"},
}

const module = "github.com/classibench/classibench"

type pkg struct {
	ImportPath string
	Name       string
	Imports    []string
	Deps       []string
}

func list(t *testing.T, patterns ...string) []pkg {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Imports,Deps"}, patterns...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// room is the name of a package of this module, relative to its root.
func room(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

func floorOf(room string) int {
	return slices.IndexFunc(floors, func(f map[string][]string) bool { _, ok := f[room]; return ok })
}

func TestFloors(t *testing.T) {
	for _, p := range list(t, "./...") {
		from, _ := room(p.ImportPath)
		floor := floorOf(from)
		if floor < 0 {
			t.Errorf("%s stands on no floor: add it to the policy, or move it", from)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := room(imp)
			if !ours || floorOf(to) < floor || slices.Contains(floors[floor][from], to) {
				continue
			}
			t.Errorf("%s (floor %d) imports %s (floor %d)", from, floor, to, floorOf(to))
		}
	}
}

// The design page describes each package, by its path or by its last name.
func TestEachPackageIsDescribed(t *testing.T) {
	page, err := os.ReadFile("docs/design/house.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, floor := range floors {
		for room := range floor {
			if room != "." && !bytes.Contains(page, []byte("`"+room+"`")) && !bytes.Contains(page, []byte("`"+path.Base(room)+"`")) {
				t.Errorf("docs/design/house.md does not describe %s", room)
			}
		}
	}
}

// under reports whether a package is another one or a subpackage of it.
func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func TestTechnologyStaysInItsRoom(t *testing.T) {
	for _, p := range list(t, "./...") {
		from, _ := room(p.ImportPath)
		for _, imp := range p.Imports {
			for tech, rooms := range only {
				if under(imp, tech) && !slices.Contains(rooms, from) {
					t.Errorf("%s imports %s, which only %v may", from, imp, rooms)
				}
			}
		}
	}
}

// links reports the unwanted packages, or subpackages of them, that a package links.
func links(p pkg, unwanted ...string) (found []string) {
	for _, dep := range p.Deps {
		if slices.ContainsFunc(unwanted, func(root string) bool { return under(dep, root) }) {
			found = append(found, dep)
		}
	}
	return found
}

func TestTheScriptLinksNothingStray(t *testing.T) {
	for _, p := range list(t, "./cgi/classifieds", "./cgi/classifieds/postgres") {
		if found := links(p, never...); len(found) > 0 || slices.Contains(p.Deps, module) {
			t.Errorf("the CGI build links %q", found)
		}
	}
}

func TestAProgramLinksItsDatabaseOnly(t *testing.T) {
	for _, p := range list(t, "./cgi/classifieds/...", "./persistent/classifieds/...") {
		from, _ := room(p.ImportPath)
		if p.Name != "main" || strings.Contains(from, "testdata") {
			continue
		}
		for technology, users := range databases {
			if uses := len(links(p, technology)) > 0; uses != slices.Contains(users, from) {
				t.Errorf("%s links %s: %v", from, technology, uses)
			}
		}
	}
}

func TestReadersLinkNothingThatMeasures(t *testing.T) {
	for _, r := range readers {
		for _, p := range list(t, "./"+r) {
			if found := links(p, measuring...); len(found) > 0 || slices.Contains(p.Deps, module+"/bench") {
				t.Errorf("%s links %q, and only reads", r, found)
			}
		}
	}
}

// A report of a single result needs no database, and no report needs packages for tests.
func TestReportsLinkOnlyWhatTheyDraw(t *testing.T) {
	for _, p := range list(t, "./reports/...") {
		unwanted := []string{"github.com/mattn/go-sqlite3", module + "/internal/history", module + "/reports/internal/reporttest"}
		if from, _ := room(p.ImportPath); from == "reports/history" {
			unwanted = unwanted[2:]
		}
		if found := links(p, unwanted...); len(found) > 0 {
			t.Errorf("%s links %q", p.ImportPath, found)
		}
	}
}

func TestTheFrontDoorLinksNothingStray(t *testing.T) {
	for _, p := range list(t, ".") {
		for _, dep := range p.Deps {
			first, _, _ := strings.Cut(dep, "/")
			if strings.Contains(first, ".") && !slices.Contains(frontDoor, dep) {
				t.Errorf("the front door links %s", dep)
			}
		}
	}
}
