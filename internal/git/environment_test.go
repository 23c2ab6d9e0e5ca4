package git

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The list of variables must contain all that this machine's git reports as local.
func TestLocalIsComplete(t *testing.T) {
	out, err := exec.Command("git", "rev-parse", "--local-env-vars").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(out)) {
		if !slices.Contains(local, name) {
			t.Errorf("git reports %s as local, but Clean passes it on", name)
		}
	}
}

func TestClean(t *testing.T) {
	for _, tc := range []struct{ name, env, want string }{
		{"nothing of git", "PATH=/bin|HOME=/root", "PATH=/bin|HOME=/root"},
		{"a pre-commit hook", "GIT_INDEX_FILE=.git/index.lock|GIT_PREFIX=|GIT_EDITOR=:|GIT_AUTHOR_NAME=Ann|A=1", "GIT_EDITOR=:|GIT_AUTHOR_NAME=Ann|A=1"},
		{"a linked worktree", "GIT_DIR=/r/.git/worktrees/w|GIT_WORK_TREE=.|GIT_COMMON_DIR=/r/.git|A=1", "A=1"},
		{"a pre-receive hook", "GIT_QUARANTINE_PATH=/q|GIT_OBJECT_DIRECTORY=/q|GIT_ALTERNATE_OBJECT_DIRECTORIES=/o|GIT_DIR=.|GIT_PUSH_OPTION_COUNT=0", "GIT_PUSH_OPTION_COUNT=0"},
		{"the user's own", "GIT_CONFIG_GLOBAL=/c|GIT_CONFIG_NOSYSTEM=1|GIT_SSH_COMMAND=ssh|GIT_COMMIT=abc|GIT_CEILING_DIRECTORIES=/", "GIT_CONFIG_GLOBAL=/c|GIT_CONFIG_NOSYSTEM=1|GIT_SSH_COMMAND=ssh|GIT_COMMIT=abc|GIT_CEILING_DIRECTORIES=/"},
		{"injected settings", "GIT_CONFIG_COUNT=3|GIT_CONFIG_KEY_0=core.worktree|GIT_CONFIG_VALUE_0=/x|GIT_CONFIG_KEY_1=safe.directory|GIT_CONFIG_VALUE_1=*|GIT_CONFIG_KEY_2=core.hooksPath|GIT_CONFIG_VALUE_2=/h",
			"GIT_CONFIG_COUNT=1|GIT_CONFIG_KEY_0=safe.directory|GIT_CONFIG_VALUE_0=*"},
		{"settings of git -c", "GIT_CONFIG_PARAMETERS='core.bare'='true' 'url.https://t@h/.insteadOf'='https://h/' 'http.sslVerify'= 'user.name=Ann'",
			"GIT_CONFIG_COUNT=3|GIT_CONFIG_KEY_0=url.https://t@h/.insteadOf|GIT_CONFIG_VALUE_0=https://h/|GIT_CONFIG_KEY_1=http.sslVerify|GIT_CONFIG_VALUE_1=true|GIT_CONFIG_KEY_2=user.name|GIT_CONFIG_VALUE_2=Ann"},
		{"damaged", "GIT_CONFIG_COUNT=99999999999|GIT_CONFIG_PARAMETERS='user.name", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := strings.Join(Clean(strings.Split(tc.env, "|")), "|"); got != tc.want {
				t.Errorf("Clean\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

// Settings that git injects must be parsed as git parses them.
func TestInjectedByGit(t *testing.T) {
	s := newSandbox(t)
	s.git(".", "init", "-q")
	out := s.git(".", "-c", "user.name=it's Ann!", "-c", "user.signingKey=", "-c", "http.sslVerify", "-c", "url.a.insteadOf=c=d", "-c", "core.bare=true", "-c", "alias.show-env=!env", "show-env")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_0", s.dir)
	env := os.Environ()
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "GIT_CONFIG_PARAMETERS=") {
			env = append(env, strings.TrimSuffix(line, "\n"))
		}
	}
	got, err := command{dir: s.dir, env: Clean(env)}.run(t.Context(), "config", "--list", "--show-origin")
	if err != nil {
		t.Fatal(err)
	}
	ours := strings.ToLower(strings.Join(quiet, " "))
	var injected []string
	for line := range strings.Lines(got) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "command line:\t"); ok && !strings.Contains(ours, v) {
			injected = append(injected, v)
		}
	}
	want := []string{"safe.directory=" + s.dir, "user.name=it's Ann!", "user.signingkey=", "http.sslverify=true", "url.a.insteadof=c=d"}
	if diff := cmp.Diff(want, injected); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func FuzzParameters(f *testing.F) {
	f.Add(`'a.b'='c'`)
	f.Add(`'a.b'= 'c.d=e'\''f'`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, setting := range parameters(s) {
			if len(setting.key)+len(setting.value) > len(s)+len("true") {
				t.Errorf("parameters(%q) = %+v", s, setting)
			}
		}
	})
}
