package traffic

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// browsers are the header fields with which a browser describes itself, its cache and the
// page that it comes from: they say nothing of what is requested.
var browsers = []string{
	"User-Agent", "Accept-Encoding", "Cache-Control", "Pragma", "Range", "Origin", "Referer", "Dnt", "Priority",
	"Upgrade-Insecure-Requests", "Save-Data", "Purpose", "X-Client-Data", "Alt-Used", "Host", "Proxy-Authorization",
}

// worthSending reports whether a field that a browser sent is sent again. A field of HTTP/2
// begins with a colon, and says what the request line of HTTP/1.1 does.
func worthSending(canonical string) bool {
	switch {
	case scenarios.Reserved(canonical) != "", slices.Contains(browsers, canonical):
		return false
	case strings.HasPrefix(canonical, "If-"): // the cache of the browser that saved the file is not ours
		return false
	}
	return !strings.HasPrefix(canonical, "Sec-") && scenarios.IsToken(canonical)
}
