package verify_test

import (
	"log"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/verify"
)

// found is a verification that found one difference.
func found() *result.Verification {
	post := result.VerifiedStep{Visitor: 1, Method: "POST", URL: "/new", Body: "title=Bicycle"}
	get := result.VerifiedStep{Visitor: 2, Method: "GET", URL: "/edit"}
	v := &result.Verification{
		Schema: result.Schema, Seconds: 58, Targets: []result.Target{{Name: "ads.pl", Kind: "cgi"}, {Name: "starman", Kind: "server"}},
		Tried: result.Tried{Requests: 412, OrderedPairs: 9, PairsOf: 9, Sequences: 31, Visitors: 2, Restarts: 40, Routes: 3},
		Findings: []result.Finding{{
			Candidate: "starman", Kind: result.KindLifetime, Hazard: 6, Cause: "session globals leak", Canary: true,
			Length: 2, Sequence: []result.VerifiedStep{post, get}, Victim: get, Minimal: true, Rate: 1, Shown: 3, Repeated: 3,
			Place: "html body > p", Want: "Please log in", Got: "Your ad: Bicycle",
		}},
	}
	v.Judge()
	return v
}

func ExampleText() {
	if err := verify.Text(os.Stdout, found(), reports.TextOptions{Width: 76}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// DIFFERENT  starman answers differently: 1 lifetime finding.
	//            Tried: 412 requests in 31 sequences, all 9 ordered pairs of
	//            routes, 2 visitors, 40 restarts.
	//
	// 1  lifetime: GET /edit shows a value of another visitor after POST /new
	//    2 requests, none of which can be left out; shown in all of 3 repetitions
	//      1  visitor 1  POST /new  title=Bicycle
	//      2  visitor 2  GET /edit  <- victim
	//    html body > p
	//      ads.pl   Please log in
	//      starman  Your ad: Bicycle
	//    Cause: hazard 6: session globals leak.
}
