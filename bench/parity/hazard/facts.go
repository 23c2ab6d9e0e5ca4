package hazard

import (
	"fmt"
	"strings"
	"time"
)

// facts returns what is known, one sentence each, whatever the cause is.
func facts(e Evidence) (all []string) {
	for _, fact := range []string{origin(e), restart(e), chance(e), death(e), wait(e), held(e), growth(e)} {
		if fact != "" {
			all = append(all, fact)
		}
	}
	return all
}

// origin tells whose value is in the answer.
func origin(e Evidence) string {
	if e.Since == 0 && e.Whose == 0 {
		return ""
	}
	text := "The answer holds a value"
	if e.Whose > 0 {
		text += fmt.Sprintf(" of visitor %d", e.Whose)
	}
	if e.Since > 0 {
		text += fmt.Sprintf(" from request %d", e.Since)
	}
	switch {
	case e.Carrier == "session":
		text += ", which the program made"
	case e.Carrier != "":
		text += ", sent in its " + carriers[e.Carrier]
	}
	return text + "."
}

var carriers = map[string]string{"path": "path", "query": "query", "form": "form", "json": "JSON body", "cookie": "cookie", "header": "header", "file": "uploaded file", "body": "body"}

func restart(e Evidence) string {
	switch e.Kind {
	case "lifetime":
		return "A candidate that is restarted before each request answers like the baseline."
	case "port":
		return "A candidate that was just started answers differently, too."
	case "concurrency":
		return "The same requests one after the other show no difference."
	}
	return ""
}

func chance(e Evidence) string {
	if !e.flickers() {
		return ""
	}
	text := fmt.Sprintf("%d of %d repetitions show it", e.Shown, e.Repeated)
	if e.Workers > 1 {
		text += fmt.Sprintf(", with %d workers", e.Workers)
	}
	return text + "."
}

func death(e Evidence) string {
	if !e.Died || e.NextTook == 0 {
		return ""
	}
	return "The next request took " + round(e.NextTook) + "."
}

func wait(e Evidence) string {
	if !e.slow() {
		return ""
	}
	return "The request took " + round(e.Took) + ", and " + round(e.Usual) + " without the requests before it."
}

func round(d time.Duration) string { return d.Round(time.Millisecond).String() }

// held tells what the processes hold since the earlier requests.
func held(e Evidence) string {
	var all []string
	for _, h := range []struct{ text, what string }{
		{"it works in ", e.Moved}, {"its umask is ", e.Umask}, {"it keeps open ", strings.Join(e.Opened, ", ")}, {"it keeps a lock on ", strings.Join(e.Locked, ", ")},
	} {
		if h.what != "" {
			all = append(all, h.text+h.what)
		}
	}
	if all == nil {
		return ""
	}
	return "The process after the earlier requests: " + strings.Join(all, ", ") + "."
}

func growth(e Evidence) string {
	if len(e.Grows) == 0 {
		return ""
	}
	return "Growing: " + strings.Join(e.Grows, ", ") + "."
}
