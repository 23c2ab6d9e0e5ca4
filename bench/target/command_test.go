package target

import (
	"slices"
	"strings"
	"testing"
)

// A target that runs git does not write to the repository whose hook this process
// runs in, but where its own settings say.
func TestEnvironmentInAGitHook(t *testing.T) {
	t.Setenv("GIT_DIR", "/repo/.git")
	t.Setenv("GIT_INDEX_FILE", "/repo/.git/index.lock")
	t.Setenv("GIT_AUTHOR_NAME", "Ann")
	env := environment([]string{"GIT_DIR=/srv/wiki.git"})
	var got []string
	for _, v := range env {
		if strings.HasPrefix(v, "GIT_DIR=") || strings.HasPrefix(v, "GIT_INDEX_FILE=") || strings.HasPrefix(v, "GIT_AUTHOR_NAME=") {
			got = append(got, v)
		}
	}
	slices.Sort(got)
	if want := []string{"GIT_AUTHOR_NAME=Ann", "GIT_DIR=/srv/wiki.git"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
