package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

func TestCommands(t *testing.T) {
	const toPass = "; write sh -c '…', or put quotes around "
	for source, want := range map[string]string{
		`./mine "C:\dir\{port}" \{data} '{addr}'`: `["./mine" "C:\\dir\\{port}" "{data}" "{addr}"]`,
		"[./mine, a && b, $HOME, '{addr}']":       `["./mine" "a && b" "$HOME" "{addr}"]`,
		"|\n      ./mine\n      {addr}":           `["./mine" "{addr}"]`,
		"sh -c 'cd x && exec ./mine {addr}'":      `["sh" "-c" "cd x && exec ./mine {addr}"]`,
		"sh -c \"exec ./mine $PORT {addr}\"":      `["sh" "-c" "exec ./mine $PORT {addr}"]`,

		"./mine {addr} && ./more":           `a.yaml:6:28: command "./mine {addr} && ./more" is not run by a shell, but "&&" needs one` + toPass + `"&&" to pass it on`,
		"sh -c 'a && {addr}' && c":          `a.yaml:6:34: command "sh -c 'a && {addr}' && c" is not run by a shell, but "&&" needs one` + toPass + `"&&" to pass it on`,
		"'./é {addr} >out'":                 `a.yaml:6:26: command "./é {addr} >out" is not run by a shell, but ">" needs one` + toPass + `">" to pass it on`,
		"|\n      ./mine\n      {addr} | b": `a.yaml:8:14: command "./mine\n{addr} | b" is not run by a shell, but "|" needs one` + toPass + `"|" to pass it on`,
		"./mine $HOME {addr}":               `a.yaml:6:21: command "./mine $HOME {addr}" is not run by a shell, but "$HOME" needs one` + toPass + `"$HOME" to pass it on`,
		"./mine '{addr}":                    `a.yaml:6:14: command "./mine '{addr}": a quote is not closed; write a program and its arguments`,
		"' '":                               `a.yaml:6:14: command " ": there is no command; write a program and its arguments`,
		"{a: b}":                            `a.yaml:6:14: command is a mapping; write a program and its arguments`,
	} {
		s, err := scenarios.Parse("a.yaml", []byte("name: a\nmix: [{name: x, get: /}]\ntargets:\n  - name: x\n    kind: server\n    command: "+source+"\n"))
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%q", s.Targets[0].Command)
		}
		if got, _, _ = strings.Cut(got, "\n"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
		}
	}
}
