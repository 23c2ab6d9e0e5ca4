package differ

import (
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// An Ignore declares a part of the answers that is not compared. One of Header, CSS,
// JSON and Regexp is set.
type Ignore struct {
	Route  string // empty: all routes
	Header string // name of a field; "Set-Cookie: NAME" is one cookie
	CSS    string // selector of elements of HTML; they are removed with all they contain
	JSON   string // pointer to a value (RFC 6901); a part "*" is any key or index
	Regexp string // matches in fields and bodies are removed (syntax of package regexp)
}

// declared is what is declared for a route, or for all of them.
type declared struct {
	route    string
	fields   []string
	elements []cascadia.Matcher
	pointers [][]string
	patterns []*regexp.Regexp
}

// parse reads a declaration.
func (i Ignore) parse() (d declared, err error) {
	d.route = i.Route
	if n := i.kinds(); len(n) != 1 {
		return d, fmt.Errorf("ignore: %d of header, css, json and regexp are set (%s), want one", len(n), strings.Join(n, ", "))
	}
	switch {
	case i.Header != "":
		err = d.header(i.Header)
	case i.CSS != "":
		err = d.css(i.CSS)
	case i.JSON != "":
		err = d.json(i.JSON)
	default:
		err = d.regexp(i.Regexp)
	}
	return d, err
}

// kinds returns the keys that are set.
func (i Ignore) kinds() (set []string) {
	for _, k := range [][2]string{{"header", i.Header}, {"css", i.CSS}, {"json", i.JSON}, {"regexp", i.Regexp}} {
		if k[1] != "" {
			set = append(set, k[0])
		}
	}
	return set
}

var fieldName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func (d *declared) header(name string) error {
	field, cookie, isCookie := strings.Cut(name, ":")
	if !fieldName.MatchString(field) || isCookie && (!strings.EqualFold(field, "Set-Cookie") || strings.TrimSpace(cookie) == "") {
		return fmt.Errorf("ignore: header %q is no name of a field; write a name such as %q, or %q for one cookie", name, "X-Request-Id", "Set-Cookie: sid")
	}
	field = textproto.CanonicalMIMEHeaderKey(field)
	if isCookie {
		field += ": " + strings.TrimSpace(cookie)
	}
	d.fields = []string{field}
	return nil
}

func (d *declared) css(selector string) error {
	group, err := cascadia.ParseGroup(selector)
	if err != nil {
		return fmt.Errorf("ignore: css %q cannot be read as a selector: %w", selector, err)
	}
	d.elements = []cascadia.Matcher{group}
	return nil
}

func (d *declared) json(pointer string) error {
	if !strings.HasPrefix(pointer, "/") {
		return fmt.Errorf("ignore: json %q is no pointer; it must begin with \"/\", such as %q", pointer, "/ads/0/id")
	}
	if regexp.MustCompile(`~([^01]|$)`).MatchString(pointer) {
		return fmt.Errorf("ignore: json %q has a \"~\" that is not followed by 0 or 1; write \"~0\" for \"~\" (RFC 6901)", pointer)
	}
	d.pointers = [][]string{strings.Split(pointer, "/")}
	return nil
}

func (d *declared) regexp(pattern string) error {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("ignore: regexp %q cannot be read: %w", pattern, err)
	}
	if re.MatchString("") {
		return fmt.Errorf("ignore: regexp %q matches an empty text, and so matches everywhere; replace \"*\" by \"+\"", pattern)
	}
	d.patterns = []*regexp.Regexp{re}
	return nil
}

// declarations are what is declared, one by one.
type declarations []declared

// of joins what is declared for a route.
func (a declarations) of(route string) (joined declared) {
	for _, d := range a {
		if d.route == "" || d.route == route {
			joined.fields = append(joined.fields, d.fields...)
			joined.elements = append(joined.elements, d.elements...)
			joined.pointers = append(joined.pointers, d.pointers...)
			joined.patterns = append(joined.patterns, d.patterns...)
		}
	}
	return joined
}

func (d declared) field(name string) bool { return slices.Contains(d.fields, name) }

// pointer reports whether a value of JSON is ignored.
func (d declared) pointer(place string) bool {
	if len(d.pointers) == 0 {
		return false
	}
	parts := strings.Split(place, "/")
	return slices.ContainsFunc(d.pointers, func(want []string) bool {
		return slices.EqualFunc(want, parts, func(w, p string) bool { return w == p || w == "*" })
	})
}

// removeElements removes the ignored elements from a page.
func (d declared) removeElements(page *html.Node) {
	for _, m := range d.elements {
		for _, n := range cascadia.QueryAll(page, m) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
}
