package balance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/classibench/classibench/persistent/balance"
)

// Two instances of a server share the requests.
func ExampleBalancer() {
	instance := func(name string) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, name) }))
	}
	one, two := instance("one"), instance("two")
	defer one.Close()
	defer two.Close()
	b, err := balance.New([]string{strings.TrimPrefix(one.URL, "http://"), strings.TrimPrefix(two.URL, "http://")}, balance.Options{})
	if err != nil {
		panic(err)
	}
	site := httptest.NewServer(b)
	defer site.Close()
	answers := map[string]bool{}
	for range 2 {
		response, err := http.Get(site.URL)
		if err != nil {
			panic(err)
		}
		name, _ := io.ReadAll(response.Body)
		response.Body.Close()
		answers[string(name)] = true
	}
	fmt.Println(answers)
	// Output: map[one:true two:true]
}
