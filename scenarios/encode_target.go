package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/classibench/classibench/internal/shell"
)

func (w *writer) targets(targets []Target) {
	if len(targets) == 0 {
		return
	}
	w.line(0, "targets: # the first is the baseline, all others are candidates")
	for _, t := range targets {
		if t.Builtin != "" {
			w.builtin(t)
			continue
		}
		w.line(2, "- name: "+plain(t.Name))
		w.line(4, "kind: "+t.Kind)
		w.target(t)
	}
}

// builtin writes a built-in target.
func (w *writer) builtin(t Target) {
	if t.Name == t.Builtin && t.Settings == nil {
		w.line(2, "- "+t.Builtin)
		return
	}
	w.line(2, "- name: "+plain(t.Name))
	w.line(4, "builtin: "+t.Builtin)
	w.settings(reflect.ValueOf(t.Settings))
}

// target writes what is given besides the name and the kind.
func (w *writer) target(t Target) {
	if len(t.Command) > 0 {
		w.line(4, "command: "+commandLine(t.Command))
	}
	w.settings(reflect.ValueOf(t.Settings))
	w.text("url", t.URL, "")
	w.text("ca", t.CA, "")
	if t.Insecure {
		w.line(4, "insecure: true")
	}
	if len(t.PIDs) > 0 {
		w.line(4, "pids: "+strings.ReplaceAll(fmt.Sprint(t.PIDs), " ", ", "))
	}
	w.text("files", t.Files, "")
	if len(t.Needs) > 0 {
		w.line(4, "needs: "+needs(t.Needs))
	}
	w.text("dir", t.Dir, "")
	if len(t.Env) > 0 {
		w.line(4, "env: "+texts(t.Env))
	}
	if len(t.Reset) > 0 {
		w.line(4, "reset: "+commandLine(t.Reset))
	}
	w.text("ready", cmp.Or(t.Ready, DefaultReady), DefaultReady)
	if t.StartTimeout != 0 && t.StartTimeout != DefaultStartTimeout {
		w.line(4, "start_timeout: "+duration(t.StartTimeout))
	}
}

func (w *writer) text(name, value, otherwise string) {
	if value != otherwise {
		w.line(4, name+": "+plain(value))
	}
}

// settings writes the fields that not all kinds have. Their names are those of the fields of
// the settings, in the spelling of a scenario; what is zero is not given.
func (w *writer) settings(s reflect.Value) {
	if s.Kind() == reflect.Pointer {
		s = s.Elem()
	}
	if s.Kind() != reflect.Struct {
		return
	}
	for field, v := range s.Fields() {
		switch {
		case field.Anonymous:
			w.settings(v)
		case v.IsZero():
		default:
			w.line(4, snake(field.Name)+": "+setting(v.Interface()))
		}
	}
}

func setting(v any) string {
	switch v := v.(type) {
	case map[string]string:
		return texts(v)
	case string:
		return plain(v)
	default:
		return fmt.Sprint(v)
	}
}

// snake writes FollowLinks as follow_links.
func snake(name string) string {
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func texts(m map[string]string) string {
	parts := make([]string, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, flow(name)+": "+flow(m[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func needs(all []Need) string {
	parts := make([]string, len(all))
	for i, n := range all {
		parts[i] = flow(n.What) + ": " + flow(n.Package)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// commandLine writes a command as a line, if its words can be read from one.
func commandLine(words []string) string {
	line := shell.Quote(words)
	if again, err := shell.Split(line); err == nil && slices.Equal(again, words) && len(words) > 0 && strings.TrimSpace(line) == line {
		return plain(line)
	}
	items := make([]string, len(words))
	for i, word := range words {
		items[i] = flow(word)
	}
	return "[" + strings.Join(items, ", ") + "]"
}
