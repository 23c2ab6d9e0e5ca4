// Guestbook is a small program that moves: as a CGI program, as a FastCGI program
// or as an HTTP server, by how it is started.
//
// GET shows the newest entries; POST signs it. The file that GUESTS names has a line for each entry: a name, a tab, a text.
package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/classibench/classibench"
)

// page is how many of the file's last bytes a page shows, so that a long book is
// no slower.
const page = 2048

// A book is the path of a guestbook's file.
type book string

func main() {
	if err := classibench.Serve(book(os.Getenv("GUESTS"))); err != nil {
		log.Fatal("guestbook: ", err)
	}
}

func (b book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		if err := b.sign(r.FormValue("name"), r.FormValue("text")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Location", "/guestbook")
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	entries, err := b.entries()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	show(w, entries)
}

// sign appends an entry, by a single write.
func (b book) sign(name, text string) error {
	f, err := os.OpenFile(string(b), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\t%s\n", oneLine(name), oneLine(text))
	return errors.Join(err, f.Close())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// entries returns the newest entries, the last one first.
func (b book) entries() ([]string, error) {
	f, err := os.Open(string(b))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-page)
	bytes, err := io.ReadAll(io.NewSectionReader(f, from, page))
	lines := strings.Split(strings.TrimSuffix(string(bytes), "\n"), "\n")
	if from > 0 {
		lines = lines[1:] // cut off at its beginning
	}
	slices.Reverse(lines)
	return lines, err
}

func show(w io.Writer, entries []string) {
	fmt.Fprint(w, "<!DOCTYPE html>\n<title>Guestbook</title>\n<ol class=\"entries\">\n")
	for _, e := range entries {
		name, text, _ := strings.Cut(e, "\t")
		fmt.Fprintf(w, "<li><b>%s</b>: %s</li>\n", html.EscapeString(name), html.EscapeString(text))
	}
	fmt.Fprint(w, "</ol>\n")
}
