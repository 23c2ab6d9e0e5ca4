package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// Neither the command in a result nor an error shows a password.
func TestPasswordsAreConcealed(t *testing.T) {
	var stderr bytes.Buffer
	p := &program{args: []string{"compare", "--db", "postgres://ads:secret@db/ads", "--header", "Authorization: Basic secret"}, stderr: &stderr}
	if got, want := p.commandLine(), []string{"classibench", "compare", "--db", "postgres://ads:…@db/ads", "--header", "Authorization: …"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	p.report(usageError(errors.New("connect to postgres://ads:secret@db/ads"), "check http://ads:secret@h/"))
	if got := stderr.String(); strings.Contains(got, "secret") || !strings.Contains(got, "postgres://ads:******@db/ads") {
		t.Errorf("got %q", got)
	}
}
