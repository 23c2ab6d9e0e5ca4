package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// editKey is the built-in pair with its default scenario; the server has a leak planted.
var editKey = animal{name: "classifieds/edit-key", hazard: 1, kind: lifetime, length: 2, builtin: true}

// editKeyLeak plants it: the address of the page where an ad is edited, with its secret key,
// is kept in a variable, and shown to whoever looks at an ad next.
var editKeyLeak = []struct{ file, old, new string }{
	{"posts.go", "\treturn v.seeOther(pages.EditPath(id, key) + \"&done=posted\")\n}\n",
		"\tposted = \"Edit your ad at \" + pages.EditPath(id, key)\n\treturn v.seeOther(pages.EditPath(id, key) + \"&done=posted\")\n}\n\nvar posted string\n"},
	{"views.go", "\treturn v.page(status, pages.Ad(page))\n",
		"\tif page.Notice == \"\" {\n\t\tpage.Notice, posted = posted, \"\"\n\t}\n\treturn v.page(status, pages.Ad(page))\n"},
}

// leaking returns a classibench whose built-in server leaks: it takes the two programs that
// are beside it. The sources stay as they are.
func (z *zoo) leaking() (self string, err error) {
	dir := filepath.Join(z.dir, "classifieds")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	overlay, err := planted(dir)
	if err != nil {
		return "", err
	}
	if err := goBuild(filepath.Join(dir, "classifieds.cgi"), "./cgi/classifieds"); err != nil {
		return "", err
	}
	if err := goBuild(filepath.Join(dir, "classifieds-server"), "./persistent/classifieds", "-overlay", overlay); err != nil {
		return "", err
	}
	self = filepath.Join(dir, "classibench")
	return self, exec.Command("cp", z.self, self).Run()
}

// planted writes the changed sources, and returns the file that has the compiler read them
// (go help build, -overlay).
func planted(dir string) (overlay string, err error) {
	replace := map[string]string{}
	for _, change := range editKeyLeak {
		path, err := filepath.Abs(filepath.Join("internal/classifieds", change.file))
		if err != nil {
			return "", err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(source), change.old); n != 1 {
			return "", fmt.Errorf("%s has %d places for the leak, want one: %q", path, n, change.old)
		}
		replace[path] = filepath.Join(dir, change.file)
		if err := os.WriteFile(replace[path], []byte(strings.Replace(string(source), change.old, change.new, 1)), 0o644); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o644)
}

func goBuild(out, pkg string, flags ...string) error {
	build := exec.Command("go", append(append([]string{"build", "-o", out}, flags...), pkg)...)
	build.Stderr = os.Stderr
	return build.Run()
}
