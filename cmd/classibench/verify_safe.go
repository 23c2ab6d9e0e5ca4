package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

// checkSafe refuses requests of a file that seem to delete something or to end a session.
// Requests of other flags were written for this.
func checkSafe(list *traffic.List, o verifyOptions) error {
	if o.allowUnsafe || o.own.requests.file == "" {
		return nil
	}
	for _, q := range list.Requests {
		if does := unsafe(q); does != "" {
			return usageError(fmt.Errorf("%s: %s %s seems to %s, and it would be sent many times", o.own.requests.file, q.Method, q.Path, does),
				"remove it from the file, or use --allow-unsafe if --reset restores all that it changes")
		}
	}
	return nil
}

// Words of a path, a query or a form, and names such as deleteItem with a dash before each
// capital.
var (
	deleting = regexp.MustCompile(`(^|[^a-z])(delete|del|destroy|remove|purge|drop|truncate|unsubscribe|cancel|wipe|erase)([^a-z]|$)`)
	leaving  = regexp.MustCompile(`(^|[^a-z])(log|sign)[-_ ]?(out|off)([^a-z]|$)`)
	capital  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// unsafe returns what a request seems to do that a list of pages to verify has by mistake.
func unsafe(q traffic.Request) string {
	path, err := url.QueryUnescape(q.Path)
	if err != nil {
		path = q.Path
	}
	path = words(path)
	switch {
	case q.Method == http.MethodDelete, overridden(q), deleting.MatchString(path), deletingForm(q):
		return "delete something"
	case leaving.MatchString(path):
		return "end a session"
	}
	return ""
}

// words returns a text in small letters, with a dash between the words of a name.
func words(s string) string { return strings.ToLower(capital.ReplaceAllString(s, "$1-$2")) }

// overridden reports whether a field of the header replaces the method by DELETE.
func overridden(q traffic.Request) bool {
	for _, f := range q.Header {
		if strings.HasPrefix(strings.ToLower(f.Name), "x-http-method") && strings.EqualFold(f.Value, http.MethodDelete) {
			return true
		}
	}
	return false
}

// deletingForm reports whether a form has a field such as delete=3, or a value that is such
// a word alone: action=delete. Other values are text of people.
func deletingForm(q traffic.Request) bool {
	if !strings.HasPrefix(q.Type, scenarios.URLEncoded) {
		return false
	}
	form, err := url.ParseQuery(q.Body)
	if err != nil {
		return false
	}
	for name, values := range form {
		if deleting.MatchString(words(name)) {
			return true
		}
		for _, v := range values {
			if deleting.FindString(words(v)) == strings.ToLower(v) && v != "" {
				return true
			}
		}
	}
	return false
}
