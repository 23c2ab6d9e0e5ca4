package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

// requestFlags describe the requests to the targets.
type requestFlags struct {
	asked   []asked
	lines   []string // of a dialog, until they are sorted
	bodies  []string // of the posts, in their order
	headers []string
	file    string
	format  string
	host    string
	expect  string

	read *traffic.List // the list, once it was read: the standard input can be read only once
}

// An asked request is one of --get or --post.
type asked struct{ method, path string }

// A pathFlag adds requests of a method. The flags of all methods add to one list, so that
// requests keep the order of the command line: a login comes before what it is needed for.
type pathFlag struct {
	method string
	to     *[]asked
}

func (p *pathFlag) Set(path string) error {
	*p.to = append(*p.to, asked{p.method, path})
	return nil
}

func (p *pathFlag) String() string { return "" }

func (p *pathFlag) Type() string { return "path" }

func (r *requestFlags) flags(f *pflag.FlagSet) {
	f.Var(&pathFlag{http.MethodGet, &r.asked}, "get", "`path` to request, with its query; may be repeated")
	f.Var(&pathFlag{http.MethodPost, &r.asked}, "post", "`path` to send a form or JSON text to, which follows: --post /ads 'title=Bicycle&price=20'; may be repeated")
	f.StringVar(&r.file, "requests", "", "`file` of requests: a list of addresses, a target file of vegeta, or a HAR file that a browser saved; - is the standard input")
	f.StringVar(&r.format, "requests-format", "", "`format` of that file, if it is not recognized: "+strings.Join(traffic.Formats(), ", "))
	f.StringVar(&r.host, "requests-host", "", "use the requests to this `host`, instead of the host of most pages in the file")
	f.StringArrayVar(&r.headers, "header", nil, "`field` to send with each request, as \"Name: value\"; may be repeated")
	f.StringVar(&r.expect, "expect", "", "`text` that every right answer to GET contains; without it, the answers of the baseline are right")
}

// list returns all requests.
func (r *requestFlags) list(ctx context.Context) (_ *traffic.List, err error) {
	if r.read == nil {
		r.read, err = r.readAll(ctx)
	}
	return r.read, err
}

func (r *requestFlags) readAll(ctx context.Context) (*traffic.List, error) {
	all, err := r.ofFlags()
	if err != nil {
		return nil, err
	}
	list := &traffic.List{}
	if len(all) > 0 {
		if list, err = traffic.Of(all...); err != nil {
			return nil, usageError(err, "write --get '/ads?c=3'")
		}
	}
	if r.file != "" {
		more, err := r.ofFile(ctx)
		if err != nil {
			return nil, err
		}
		list.Requests, list.Notes, list.Total = append(list.Requests, more.Requests...), append(list.Notes, more.Notes...), list.Total+more.Total
	}
	if list.Total == 0 {
		return nil, usageError(errors.New("there is no request"), "add --get PATH, --post PATH 'field=value', or --requests FILE")
	}
	return list, r.addHeaders(list)
}

func (r *requestFlags) ofFile(ctx context.Context) (*traffic.List, error) {
	format, err := traffic.ParseFormat(r.format)
	if err != nil {
		return nil, usageError(err, "")
	}
	list, err := untilInterrupted(ctx, func() (*traffic.List, error) {
		return traffic.Load(r.file, traffic.Options{Format: format, Host: r.host})
	})
	switch {
	case ctx.Err() != nil:
		return nil, errInterrupted
	case err != nil:
		return nil, usageError(err, "--requests takes a list of addresses (one a line), a target file of vegeta, or a HAR file; set --requests-format if it is not recognized")
	}
	return list, nil
}

// ofFlags returns the requests of --get and --post, in their order.
func (r *requestFlags) ofFlags() (all []traffic.Request, err error) {
	bodies := r.bodies
	for _, a := range r.asked {
		q := traffic.Request{Method: a.method, Path: a.path}
		switch {
		case !strings.HasPrefix(a.path, "/") && !strings.Contains(a.path, "://"):
			return nil, usageError(fmt.Errorf("the path %q does not begin with /", a.path), "write '/%s'", a.path)
		case a.method == http.MethodPost && len(bodies) == 0:
			return nil, usageError(fmt.Errorf("--post %s has no body", a.path), "write --post %s 'field=value&other=value', or '' for an empty body", a.path)
		case a.method == http.MethodPost:
			q.Type, q.Body, bodies = typeOf(bodies[0]), bodies[0], bodies[1:]
		}
		all = append(all, q)
	}
	if len(bodies) > 0 {
		return nil, usageError(fmt.Errorf("%q is neither a flag nor the body of a --post", bodies[0]), "a scenario file and --baseline exclude each other; a body follows its path: --post /ads 'title=Bicycle'")
	}
	return all, nil
}

// typeOf returns the media type of a body from the command line.
func typeOf(body string) string {
	if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		return "application/json"
	}
	return scenarios.URLEncoded
}

// addHeaders adds the fields of --header to each request, but Content-Type only to those with
// a body.
func (r *requestFlags) addHeaders(list *traffic.List) error {
	for _, line := range r.headers {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch reason := scenarios.Reserved(name); {
		case !ok || !scenarios.IsToken(name):
			return usageError(fmt.Errorf("--header %q is not a header field", line), "write --header 'Cookie: session=1'")
		case reason != "":
			return usageError(fmt.Errorf("the header field %s cannot be given: %s", name, reason), "")
		}
		for i := range list.Requests {
			q := &list.Requests[i]
			switch {
			case !strings.EqualFold(name, "Content-Type"):
				q.Header = append(q.Header, scenarios.Field{Name: name, Value: value})
			case q.Body != "":
				q.Type = value
			}
		}
	}
	return nil
}

// expectText makes GET requests expect the text of --expect.
func (r *requestFlags) expectText(mix []scenarios.Route) {
	for i := range mix {
		if r.expect != "" && mix[i].Method == "GET" {
			mix[i].Expect = scenarios.Expect{Status: 200, Body: scenarios.Literal(r.expect)}
		}
	}
}
