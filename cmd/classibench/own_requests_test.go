package main

import (
	"slices"
	"testing"

	"github.com/spf13/pflag"
)

// A page that needs a login comes after it.
func TestRequestsKeepTheOrderOfTheCommandLine(t *testing.T) {
	var r requestFlags
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	r.flags(flags)
	err := flags.Parse([]string{"--get", "/login", "--post", "/login", "user=ann", "--get", "/mine", "--post", "/new", "title=Bicycle", "--get", "/logout"})
	if err != nil {
		t.Fatal(err)
	}
	r.bodies = flags.Args()
	list, err := r.list(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range list.Requests {
		got = append(got, q.Method+" "+q.Path+" "+q.Body)
	}
	want := []string{"GET /login ", "POST /login user=ann", "GET /mine ", "POST /new title=Bicycle", "GET /logout "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
