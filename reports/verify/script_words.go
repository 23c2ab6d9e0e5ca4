package verify

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// scriptSide writes the function that starts one side.
func scriptSide(side string, l result.Launch) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nstart_%s() {\n", side)
	for _, line := range launchLines(side, l) {
		b.WriteString("\t" + line + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// launchLines are the commands that start a side and wait until it answers.
func launchLines(side string, l result.Launch) (lines []string) {
	needsSocket := l.Kind == "fastcgi" && len(l.Commands) > 1 && !strings.Contains(strings.Join(append(l.Commands[0], l.Env...), " "), "{backend}")
	if needsSocket {
		return []string{"fail " + quoted(side+": its program takes a socket as its standard input, and a shell has none; run: classibench verify --replay") + ` "${0%.sh}.json"`}
	}
	lines = []string{`files=$tmp/` + side + `.files`, `mkdir -p "$files"`}
	if l.URL == "" {
		lines = append(lines, "free_port", "addr=127.0.0.1:$port")
		if strings.Contains(fmt.Sprint(l.Commands), "{backend}") {
			lines = append(lines, "free_port", "backend=127.0.0.1:$port", `port=${addr#*:}`)
		}
		lines = append(lines, instancePorts(l)...)
		lines = append(lines, `base=http://$addr`)
	} else {
		lines = append(lines, "base="+quoted(strings.TrimRight(l.URL, "/")))
	}
	for _, command := range l.Prepare {
		lines = append(lines, "prepare "+launched(l, command))
	}
	if len(l.Reset) > 0 {
		lines = append(lines, "prepare "+launched(l, l.Reset))
	}
	ready := "await " + quoted(cmp.Or(l.Ready, "/"))
	for i, command := range l.Commands {
		if n := instances(l); n > 0 && i == n { // the balancer, which would skip instances that are not up
			lines = append(lines, awaitInstances(n, ready)...)
		}
		lines = append(lines, "start "+launched(l, command))
	}
	return append(lines, ready)
}

// instances returns the number of instances behind a balancer, which is the last command; 0
// if there is none.
func instances(l result.Launch) (n int) {
	if len(l.Commands) == 0 {
		return 0
	}
	for slices.Contains(l.Commands[len(l.Commands)-1], fmt.Sprintf("{addr%d}", n+1)) {
		n++
	}
	return n
}

// instancePorts are the commands that find the addresses of several instances.
func instancePorts(l result.Launch) (lines []string) {
	for n := range instances(l) {
		lines = append(lines, "free_port", fmt.Sprintf("addr%d=127.0.0.1:$port", n+1))
	}
	return lines
}

// awaitInstances are the commands that wait until each instance answers.
func awaitInstances(n int, ready string) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf("base=http://$addr%d", i+1), ready)
	}
	return append(lines, "base=http://$addr")
}

// launched are a directory and a command with its variables, as words of a shell.
func launched(l result.Launch, command []string) string {
	all := []string{directory(l)}
	if len(l.Env) > 0 {
		all = append(all, "env")
	}
	for _, w := range append(slices.Clone(l.Env), command...) {
		all = append(all, placed(w))
	}
	return strings.Join(all, " ")
}

// directory is the working directory of a side, as a word of a shell.
func directory(l result.Launch) string {
	switch {
	case strings.HasPrefix(l.Dir, "/"):
		return quoted(l.Dir)
	case l.Dir != "":
		return `"$dir"/` + quoted(l.Dir)
	}
	return `"$dir"`
}

// places are the placeholders of a launch, and what stands for them in the script.
var places = map[string]string{
	"{addr}": "$addr", "{host}": "127.0.0.1", "{port}": "${addr#*:}", "{backend}": "$backend", "{tmp}": "$files", "{classibench}": "$CLASSIBENCH",
}

var placeholder = regexp.MustCompile(`\{(?:addr[0-9]*|host|port[0-9]*|backend|tmp|classibench)\}`)

// place returns what stands for a placeholder in the script. {port2} is the port of {addr2}.
func place(found string) string {
	if known, ok := places[found]; ok {
		return known
	}
	name := strings.Trim(found, "{}")
	if n, ok := strings.CutPrefix(name, "port"); ok {
		return "${addr" + n + "#*:}"
	}
	return "$" + name
}

// placed writes a word of a command with its placeholders.
func placed(s string) string {
	return substituted(s, placeholder, func(found string) string { return `"` + place(found) + `"` })
}

// substituted quotes a text but for what a pattern matches.
func substituted(s string, pattern *regexp.Regexp, replace func(string) string) string {
	var b strings.Builder
	at := 0
	for _, m := range pattern.FindAllStringIndex(s, -1) {
		if m[0] > at {
			b.WriteString(quoted(s[at:m[0]]))
		}
		b.WriteString(replace(s[m[0]:m[1]]))
		at = m[1]
	}
	if at < len(s) || s == "" {
		b.WriteString(quoted(s[at:]))
	}
	return b.String()
}

// quoted quotes a text as one word of a shell. A shell has no NUL.
func quoted(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if s != "" && plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+:,./-]+$`)

// scriptSend writes the call that sends a request.
func scriptSend(number int, s result.VerifiedStep) string {
	words := []string{"send", fmt.Sprint(number), fmt.Sprint(s.Visitor), quoted(s.Method), filled(s.Visitor, s.URL, "coded")}
	given := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		given[strings.ToLower(name)] = true
		for _, value := range s.Header[name] {
			words = append(words, "-H", filled(s.Visitor, headerLine(name, value), "field"))
		}
	}
	for _, name := range []string{"Accept", "User-Agent", "Content-Type"} { // that curl would add
		if !given[strings.ToLower(name)] && (name != "Content-Type" || s.Body != "") {
			words = append(words, "-H", quoted(name+":"))
		}
	}
	if given["accept-encoding"] {
		words = append(words, "--compressed")
	}
	if s.Body != "" {
		words = append(words, "--data-raw", filled(s.Visitor, s.Body, bodyFunction(s)))
	}
	return strings.Join(words, " ")
}

// bodyFunction returns the function of the script that writes a value in a body: by its type
// or, without one, as a form.
func bodyFunction(s result.VerifiedStep) string {
	kind, body := strings.ToLower(http.Header(s.Header).Get("Content-Type")), strings.TrimSpace(s.Body)
	switch {
	case strings.Contains(kind, "json"), strings.HasPrefix(body, "{") && !strings.HasPrefix(body, "{{"), strings.HasPrefix(body, "["):
		return "text"
	case kind == "", strings.Contains(kind, "x-www-form-urlencoded"):
		return "coded"
	}
	return "field"
}

// headerLine is a field as curl takes it: an empty one ends with a semicolon.
func headerLine(name, value string) string {
	if value == "" {
		return name + ";"
	}
	return name + ": " + value
}

// hidden matches {{name}}, also with its braces encoded.
var hidden = regexp.MustCompile(`\{\{[^{}]+\}\}|(?i:%7B%7B)[^{}]+?(?i:%7D%7D)`)

// filled quotes a text whose {{name}} stands for a value that the visitor saw, which a
// function of the script prints.
func filled(visitor int, s, function string) string {
	return substituted(s, hidden, func(found string) string {
		if strings.HasPrefix(found, "%") {
			if name, err := url.PathUnescape(found); err == nil {
				found = name
			}
		}
		name := strings.TrimSpace(strings.Trim(found, "{}"))
		return fmt.Sprintf(`"$(%s %d %s)"`, function, visitor, quoted(name))
	})
}
