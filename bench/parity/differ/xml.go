package differ

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// xml reads a document by structure and text. It returns nil if it is not well-formed,
// or is nested too deeply.
func (r reader) xml(body string) *node {
	d := xml.NewDecoder(strings.NewReader(body))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	open := []*node{{kind: list, name: "xml"}}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 1 && len(open[0].kids) > 0 {
			return open[0].seal()
		}
		if err != nil {
			return nil
		}
		if open = r.token(open, token); len(open) == 0 || len(open) > deepest {
			return nil
		}
	}
}

// token adds a token to the elements that are open, the outermost first. It returns none
// if an end tag does not match.
func (r reader) token(open []*node, token xml.Token) []*node {
	top := open[len(open)-1]
	add := func(n *node) {
		if n != nil {
			top.kids = append(top.kids, n)
		}
	}
	switch t := token.(type) {
	case xml.StartElement:
		n := &node{kind: list, sep: " > ", name: qualified(t.Name), kids: r.xmlAttributes(t.Attr)}
		return append(open, n)
	case xml.EndElement:
		if len(open) == 1 || top.name != qualified(t.Name) {
			return nil
		}
		open = open[:len(open)-1]
		open[len(open)-1].kids = append(open[len(open)-1].kids, top.seal())
	case xml.CharData:
		add(r.words(textName, string(t), false))
	case xml.Comment:
		add(r.words("comment()", string(t), false))
	case xml.ProcInst:
		add(r.words("?"+t.Target, string(t.Inst), false))
	case xml.Directive:
		add(r.words("directive()", string(t), false))
	}
	return open
}

func (r reader) xmlAttributes(from []xml.Attr) []*node {
	n := &node{kind: record}
	for _, a := range from {
		n.kids = append(n.kids, leaf(text, "@", qualified(a.Name), r.neutral(a.Value)).seal())
	}
	return n.seal().kids
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
