package main

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

func TestUnsafeRequests(t *testing.T) {
	form := func(body string) traffic.Request {
		return traffic.Request{Method: "POST", Path: "/ads", Type: scenarios.URLEncoded + "; charset=utf-8", Body: body}
	}
	override := traffic.Request{Method: "POST", Path: "/ads/3", Header: []scenarios.Field{{Name: "X-HTTP-Method-Override", Value: "delete"}}}
	get := func(path string) traffic.Request { return traffic.Request{Method: "GET", Path: path} }
	for _, c := range []struct {
		request traffic.Request
		want    string
	}{
		{traffic.Request{Method: "DELETE", Path: "/ads/3"}, "delete something"},
		{get("/delete?id=3"), "delete something"},
		{get("/ads/3?action=delete"), "delete something"},
		{get("/ads/3?do=%64elete"), "delete something"},
		{get("/cgi-bin/deleteAd.pl?id=3"), "delete something"},
		{get("/admin.php?op=removeUser"), "delete something"},
		{get("/ads/3/cancel"), "delete something"},
		{form("id=3&action=delete"), "delete something"},
		{form("_method=DELETE"), "delete something"},
		{form("delete%5B%5D=3"), "delete something"},
		{override, "delete something"},
		{get("/logout"), "end a session"},
		{get("/log-out"), "end a session"},
		{get("/user/signOut?next=/"), "end a session"},
		{get("/index.cgi?a=logoff"), "end a session"},

		{get("/deleted-scenes"), ""},
		{get("/search?q=dropout"), ""},
		{get("/catalog/outdoor"), ""},
		{get("/blog/outside"), ""},
		{get("/login"), ""},
		{form("title=Will cancel my old bike&body=Please remove the lamp"), ""},
		{form("q="), ""},
	} {
		if got := unsafe(c.request); got != c.want {
			t.Errorf("%s %s %s: got %q, want %q", c.request.Method, c.request.Path, c.request.Body, got, c.want)
		}
	}
}

// Only requests of a file are checked, and the message names it.
func TestCheckSafe(t *testing.T) {
	list := &traffic.List{Requests: []traffic.Request{{Method: "GET", Path: "/"}, {Method: "GET", Path: "/logout"}}}
	o := verifyOptions{own: &ownPair{requests: requestFlags{file: "site.har"}}}
	if err := checkSafe(list, o); err == nil || !strings.Contains(err.Error(), "site.har: GET /logout seems to end a session") {
		t.Errorf("got %v", err)
	}
	o.allowUnsafe = true
	if err := checkSafe(list, o); err != nil {
		t.Errorf("with --allow-unsafe: %v", err)
	}
	o = verifyOptions{own: &ownPair{}}
	if err := checkSafe(list, o); err != nil {
		t.Errorf("requests of flags: %v", err)
	}
}
