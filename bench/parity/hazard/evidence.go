package hazard

import "time"

// Evidence is what is known about a difference. Facts that are not known stay zero.
type Evidence struct {
	Kind     string // port, lifetime, concurrency or growth, as in package result
	Place    string // where the answers differ, such as "header Set-Cookie"
	Want     string // the baseline's value at the place
	Got      string // the candidate's
	WantCode int    // status; 0: no answer
	GotCode  int
	Body     string // excerpt of the candidate's answer
	Log      string // excerpt of the candidate's log since the request
	Failure  string // why there is no answer, such as "connection reset by peer"

	Echo      Echo   // whose value is in the answer
	Whose     int    // visitor of that value, from 1; 0: not known
	Since     int    // request of the sequence that first sent it, from 1; 0: not known
	Carrier   string // how it was sent: path, query, form, cookie, header, session (made by the program), or empty
	Absent    bool   // the victim's request has no such cookie, path, query, field or header
	Other     bool   // it is a value of another visitor
	AsFirst   bool   // all later answers are the answer to the first request since the start
	Alternate bool   // repeating the victim gives right and wrong answers in turn
	Admitted  bool   // the baseline refuses (401, 403, a redirect to a login), the candidate does not

	Clock    bool // the value is a time, and stands still
	Repeats  bool // a token or random number repeats, and the baseline's are always new
	Appears  bool // rows or texts show up that the baseline does not have, in a later request that only reads
	Truncate bool // the candidate's body is the begin of the baseline's
	Missing  bool // a part of the baseline's body is missing
	Child    bool // the request starts a child process, and its output is at the place

	Died      bool          // a worker of the candidate ended
	NextTook  time.Duration // time of the request after that
	Hangs     bool          // the request got no answer in time
	HangsFrom int           // the first request of the same route that hangs, from 1
	Usual     time.Duration // time of this request without the requests before it
	Took      time.Duration
	Blocked   bool // it was answered when another request ended, or a lock was released

	Stale      string // configuration or code, if that was changed after the start, and the old one is used
	Scripts    int    // number of different programs in the sequence, that one process runs
	OfOther    bool   // the answer comes from another program of the same process
	AnyRequest bool   // any request before the victim causes it, as the first one
	AllRoutes  bool   // victims on several routes differ after the same request

	Workers  int     // of the candidate; 0: not known
	OneFine  bool    // with one worker the difference is gone
	ManyFine bool    // with several workers the difference is rarer, or gone
	Rate     float64 // share of repetitions that show it
	Shown    int
	Repeated int

	Grows []string // resources, as in package result: memory, descriptors, threads, processes, zombies, locks, files
}

// Echo tells to which request a value in the answer belongs.
type Echo string

// The requests to which a value may belong.
const (
	First    Echo = "first"    // the first since the candidate's start
	Previous Echo = "previous" // the one before the victim
	Earlier  Echo = "earlier"  // another one
	Start    Echo = "start"    // none: the value is that of the start
)
