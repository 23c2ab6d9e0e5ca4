package bench

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/load"
)

// asked is how many requests are asked of both sides of a gate before it
// measures: a side that answers otherwise does other work.
// Where answers take long, it asks no longer than askFor.
const (
	asked  = 100
	askFor = 5 * time.Second
)

// A DifferError says that two targets gave answers of different status to the
// same requests: their throughputs cannot be compared.
type DifferError struct {
	Base, Head string
	Asked      int
	Different  int
	Examples   []string
}

func (e *DifferError) Error() string {
	return fmt.Sprintf("%s and %s answer %d of %d requests with different status:\n    %s",
		e.Base, e.Head, e.Different, e.Asked, strings.Join(e.Examples, "\n    "))
}

func (e *DifferError) add(example string) {
	if e.Different++; len(e.Examples) < 5 {
		e.Examples = append(e.Examples, example)
	}
}

// differ asks both sides the same requests that change nothing. Another status
// is an error; other bytes are noted: a change may well change a page.
func differ(ctx context.Context, base, head *entrant, requests *load.Requests) (note string, err error) {
	l := likeness{DifferError: DifferError{Base: base.name, Head: head.name}}
	began := time.Now()
	for n := uint64(0); n < 10*asked && l.Asked < asked && time.Since(began) < askFor && ctx.Err() == nil; n++ {
		if requests.Method(n) != "GET" {
			continue
		}
		if err := l.ask(base, head, requests, n); err != nil {
			return "", err
		}
	}
	if l.Different > 0 {
		return "", &l.DifferError
	}
	return l.note(), ctx.Err()
}

// A likeness is how far two sides answer alike.
type likeness struct {
	DifferError
	bodies  int    // answers with other bytes
	example string // of those
}

// ask asks both sides request n.
func (l *likeness) ask(base, head *entrant, requests *load.Requests, n uint64) error {
	a, err := base.client.Ask(requests, n)
	if err != nil {
		return fmt.Errorf("ask %s: %w", base.name, err)
	}
	b, err := head.client.Ask(requests, n)
	if err != nil {
		return fmt.Errorf("ask %s: %w", head.name, err)
	}
	l.Asked++
	switch {
	case a.Status != b.Status:
		l.add(fmt.Sprintf("%s %s: %d and %d", a.Method, a.URI, a.Status, b.Status))
	case !bytes.Equal(a.Body, b.Body):
		if l.bodies++; l.example == "" {
			l.example = fmt.Sprintf("%s %s: %d and %d bytes", a.Method, a.URI, len(a.Body), len(b.Body))
		}
	}
	return nil
}

// note says what else is to be known.
func (l *likeness) note() string {
	switch {
	case l.Asked == 0:
		return "Whether both answer alike was not looked at beforehand: no request of the mix is a GET."
	case l.bodies == 0:
		return ""
	}
	return fmt.Sprintf("%s and %s answer %d of %d requests with other bytes, for example %s", l.Base, l.Head, l.bodies, l.Asked, l.example)
}
