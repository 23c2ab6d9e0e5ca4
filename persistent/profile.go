package persistent

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file serves profiles as net/http/pprof does. That package registers its
// handlers on http.DefaultServeMux when it is linked, and so shows them to every
// visitor of a site that serves this mux.

// serveProfiles serves the profiles of package runtime/pprof, and a list of them.
// Parameters are those of net/http/pprof: seconds for a CPU profile or a trace, and
// debug and gc for the others.
func serveProfiles(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/debug/pprof/")
	switch profile := pprof.Lookup(name); {
	case name == "":
		listProfiles(w)
	case name == "profile":
		recordFor(w, r, 30, pprof.StartCPUProfile, pprof.StopCPUProfile)
	case name == "trace":
		recordFor(w, r, 1, trace.Start, trace.Stop)
	case profile != nil:
		writeProfile(w, r, profile)
	default:
		http.Error(w, fmt.Sprintf("there is no profile %q: /debug/pprof/ lists them", name), http.StatusNotFound)
	}
}

func listProfiles(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "profile?seconds=30: CPU time\ntrace?seconds=1: execution trace")
	all := pprof.Profiles()
	slices.SortFunc(all, func(a, b *pprof.Profile) int { return cmp.Compare(a.Name(), b.Name()) })
	for _, p := range all {
		fmt.Fprintf(w, "%s?debug=1: %d\n", p.Name(), p.Count())
	}
}

// recordFor writes what is recorded in the seconds that the request names, or until the
// client leaves.
func recordFor(w http.ResponseWriter, r *http.Request, seconds float64, start func(io.Writer) error, stop func()) {
	if s := r.FormValue("seconds"); s != "" {
		var err error
		if seconds, err = strconv.ParseFloat(s, 64); err != nil || !(seconds > 0 && seconds <= 600) {
			http.Error(w, fmt.Sprintf("seconds=%q: not a number from 0 to 600", s), http.StatusBadRequest)
			return
		}
	}
	attach(w, strings.TrimPrefix(r.URL.Path, "/debug/pprof/"))
	if err := start(w); err != nil {
		w.Header().Del("Content-Disposition")
		http.Error(w, "cannot record: "+err.Error(), http.StatusConflict) // another request records
		return
	}
	defer stop()
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(seconds*float64(time.Second)))
	defer cancel()
	<-ctx.Done()
}

func writeProfile(w http.ResponseWriter, r *http.Request, p *pprof.Profile) {
	debug, _ := strconv.Atoi(r.FormValue("debug"))
	if p.Name() == "heap" && r.FormValue("gc") != "" {
		runtime.GC()
	}
	if debug > 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	} else {
		attach(w, p.Name())
	}
	p.WriteTo(w, debug) // fails only if the client has left
}

// attach sets the headers of a binary profile.
func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	w.Header().Set("X-Content-Type-Options", "nosniff")
}
