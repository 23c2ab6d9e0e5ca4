package accesslog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"os"
	"testing"
)

func TestTry(t *testing.T) {
	for file, format := range map[string]string{"/work/shared/data/nasa-1995-08-01.log.gz": "common", "/work/shared/data/semicomplete-2015.log.gz": "combined"} {
		f, err := Apache(format)
		if err != nil {
			t.Fatal(err)
		}
		r, _ := os.Open(file)
		z, _ := gzip.NewReader(r)
		s := bufio.NewScanner(z)
		n, bad, none := 0, 0, 0
		var rec Record
		for s.Scan() {
			n++
			if err := f.Parse(bytes.Clone(s.Bytes()), &rec); err != nil {
				if bad++; bad < 8 {
					t.Logf("%s:%d: %v: %s", file, n, err, s.Text())
				}
				continue
			}
			if len(rec.Method) == 0 {
				if none++; none < 5 {
					t.Log("none", s.Text())
				}
			}
		}
		t.Log(file, n, bad, none)
	}
}

func BenchmarkParse(b *testing.B) {
	f, _ := Apache("combined")
	line := []byte(`83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /presentations/logstash-monitorama-2013/images/kibana-search.png HTTP/1.1" 200 203023 "http://semicomplete.com/presentations/logstash-monitorama-2013/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36"`)
	var r Record
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Parse(line, &r); err != nil {
			b.Fatal(err)
		}
	}
}
