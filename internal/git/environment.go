package git

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/internal/environ"
)

// local are the variables that bind git to one repository or to one of its
// commands: those of "git rev-parse --local-env-vars" up to git 2.50, and others
// that git sets for hooks or passes on from its own options.
var local = []string{
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_ATTR_SOURCE", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
	"GIT_CONFIG_PARAMETERS", "GIT_DEFAULT_HASH", "GIT_DIR", "GIT_GLOB_PATHSPECS", "GIT_GRAFT_FILE", "GIT_ICASE_PATHSPECS",
	"GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INDEX_VERSION", "GIT_INTERNAL_SUPER_PREFIX", "GIT_LITERAL_PATHSPECS",
	"GIT_NAMESPACE", "GIT_NOGLOB_PATHSPECS", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
	"GIT_QUARANTINE_PATH", "GIT_REFLOG_ACTION", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
}

// Clean returns an environment without the variables that bind git to one
// repository. Git sets them for its hooks: a git, or a build that runs git, with
// GIT_DIR or GIT_INDEX_FILE reads and writes the repository of the commit, in
// whichever directory it runs.
//
// Clean keeps variables for the user's identity and for access to remotes. It also
// keeps such settings of "git -c" and GIT_CONFIG_COUNT: safe.directory, URLs and
// credentials, as CI systems set them.
func Clean(env []string) []string {
	kept := make([]string, 0, len(env))
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		if !slices.Contains(local, name) && !strings.HasPrefix(name, "GIT_CONFIG_KEY_") && !strings.HasPrefix(name, "GIT_CONFIG_VALUE_") {
			kept = append(kept, v)
		}
	}
	return append(kept, inject(injected(env))...)
}

// NoLocks is the setting that keeps git status from refreshing the index.
const NoLocks = "GIT_OPTIONAL_LOCKS=0"

// environment returns the environment of our own commands. They can read the
// objects that a hook sees, including those of a push in quarantine (git
// receive-pack), and write nothing there.
func environment(env []string) []string {
	out := append(Clean(env), NoLocks)
	if dirs := objectDirectories(env); len(dirs) > 0 {
		out = append(out, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+strings.Join(dirs, string(filepath.ListSeparator)))
	}
	return out
}

func objectDirectories(env []string) []string {
	var dirs []string
	if dir := environ.Get(env, "GIT_OBJECT_DIRECTORY"); dir != "" {
		dirs = append(dirs, alternate(dir))
	}
	if list := environ.Get(env, "GIT_ALTERNATE_OBJECT_DIRECTORIES"); list != "" {
		dirs = append(dirs, list)
	}
	return dirs
}

// alternate quotes a path as an entry of GIT_ALTERNATE_OBJECT_DIRECTORIES.
func alternate(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if strings.ContainsRune(path, filepath.ListSeparator) || strings.HasPrefix(path, `"`) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
	}
	return path
}

// A setting is one entry of the configuration.
type setting struct{ key, value string }

// injected returns the settings for access that the environment adds to the
// configuration files.
func injected(env []string) []setting {
	var all []setting
	count, _ := strconv.Atoi(environ.Get(env, "GIT_CONFIG_COUNT"))
	for i := range min(count, len(env)) {
		n := strconv.Itoa(i)
		all = append(all, setting{environ.Get(env, "GIT_CONFIG_KEY_"+n), environ.Get(env, "GIT_CONFIG_VALUE_"+n)})
	}
	all = append(all, parameters(environ.Get(env, "GIT_CONFIG_PARAMETERS"))...)
	return slices.DeleteFunc(all, func(s setting) bool { return !concernsAccess(s.key) })
}

func concernsAccess(key string) bool {
	key = strings.ToLower(key)
	section, _, _ := strings.Cut(key, ".")
	return slices.Contains([]string{"safe", "url", "http", "credential", "protocol", "ssh", "user"}, section) ||
		key == "core.sshcommand" || key == "core.askpass" || key == "core.gitproxy"
}

// inject returns the variables that add settings to the configuration.
func inject(all []setting) []string {
	if len(all) == 0 {
		return nil
	}
	out := []string{"GIT_CONFIG_COUNT=" + strconv.Itoa(len(all))}
	for i, s := range all {
		n := strconv.Itoa(i)
		out = append(out, "GIT_CONFIG_KEY_"+n+"="+s.key, "GIT_CONFIG_VALUE_"+n+"="+s.value)
	}
	return out
}

// parameters parses GIT_CONFIG_PARAMETERS: 'key'='value' or, up to git 2.30,
// 'key=value', separated by spaces. A key without a value is true.
func parameters(s string) []setting {
	var all []setting
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		key, rest, ok := dequote(s)
		if !ok {
			return all
		}
		value := "true"
		if after, separate := strings.CutPrefix(rest, "="); !separate {
			if k, v, both := strings.Cut(key, "="); both {
				key, value = k, v
			}
		} else if rest = after; strings.HasPrefix(rest, "'") {
			if value, rest, ok = dequote(rest); !ok {
				return all
			}
		}
		all, s = append(all, setting{key, value}), rest
	}
	return all
}

// dequote removes a word in single quotes from the front, in which ' is written '\”
// and ! as '\!'.
func dequote(s string) (word, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, "'")
	for ok {
		part, after, closed := strings.Cut(s, "'")
		word += part
		if !closed {
			break
		}
		if len(after) < 3 || after[0] != '\\' || after[2] != '\'' {
			return word, after, true
		}
		word, s = word+after[1:2], after[3:]
	}
	return "", "", false
}
