package hazard

import "time"

// Evidence is what is known about a difference. Facts that are not known are zero.
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

	Echo      Echo   // to which request the value in the answer belongs
	Whose     int    // visitor of that value, from 1; 0: not known
	Since     int    // request of the sequence that first sent it, from 1; 0: not known
	Carrier   string // how it was sent: path, query, form, json, cookie, header, session (made by the program), or empty
	Other     bool   // it is a value of another visitor
	Absent    bool   // the victim's request has no value in the place where the other one was sent
	SameRoute bool   // the request that sent it has the route of the victim
	Forgets   bool   // the baseline's answer changes by the earlier requests, and the candidate's is that of the start
	AsFirst   bool   // the part that differs is as in the first answer of this route since the start
	Alternate bool   // repeating the victim gives right and wrong answers in turn
	Rotates   bool   // each time that the requests before the victim are sent, it has another answer, and the right one again
	Steady    bool   // the victim alone, repeated, is always answered right
	FirstWins bool   // sent first, the victim stays right after the requests that make it wrong
	LastWins  bool   // sent first, the victim is right, and it becomes wrong after the other requests
	Adds      bool   // each time that the requests before the victim are sent, its answer grows
	Writes    bool   // a request before the victim changes data by its method
	Identity  bool   // the value tells who a visitor is: its name is that of a user, or it is long and random
	OwnLost   bool   // a value that the victim sends itself is in the baseline's answer only
	Admitted  bool   // the baseline refuses (401, 403, a redirect to a login), the candidate does not

	Clock    bool // the value is a time, and stands still
	Repeats  bool // a token or random number repeats, and the baseline's are always new
	Appears  bool // rows show up that the baseline does not have, because it never stored them or rolled them back
	Truncate bool // the candidate's body is the begin of the baseline's
	GoesOn   bool // the baseline's body is the begin of the candidate's, without a request before
	Missing  bool // a part of the baseline's body is missing
	Child    bool // the request starts a child process
	InLog    bool // what is missing is in the candidate's log
	Lines    bool // the answer has further lines of plain text, or lacks some

	Died      bool          // a worker of the candidate ended
	NextTook  time.Duration // time of the request after that
	Hangs     bool          // the request got no answer in time
	HangsFrom int           // the first request of the same route that hangs, from 1; 0: not known
	Usual     time.Duration // time of this request without the requests before it
	Took      time.Duration
	Blocked   bool // it was answered when another request ended

	Stale   string // configuration or code, if that was changed after the start, and the old one is used
	OfOther bool   // the part that differs is that of another program of the same process

	Moved  string   // working directory after the earlier requests, if they changed it
	Umask  string   // umask after them, if they changed it
	Opened []string // files that a process keeps open since then
	Locked []string // files that a process keeps locked since then

	Workers  int  // of the candidate; 0: not known
	OneFine  bool // with one worker the difference is gone
	Shown    int  // repetitions that showed the difference
	Repeated int

	Grows []string // resources, as in package result: memory, descriptors, threads, processes, zombies, locks, files
}

// Echo tells to which request a value in the answer belongs.
type Echo string

// The requests to which a value may belong.
const (
	First    Echo = "first"    // the first of its route since the candidate's start
	Previous Echo = "previous" // the one before the victim
	Earlier  Echo = "earlier"  // another one
	Start    Echo = "start"    // none: the value is that of the start
)

// flickers reports whether some of the repetitions did not show the difference.
func (e Evidence) flickers() bool { return e.Shown > 0 && e.Shown < e.Repeated }

// slow reports whether the request took a second longer than usual, and five times as
// long: it waited for something.
func (e Evidence) slow() bool {
	return e.Usual > 0 && e.Took > e.Usual+time.Second && e.Took > 5*e.Usual
}

// lost reports whether the connection ended without an answer, or a gateway reports that.
func (e Evidence) lost() bool {
	return e.Failure != "" && !e.Hangs || e.GotCode == 502 && e.WantCode != 502
}

// text is all that the candidate wrote.
func (e Evidence) text() string { return e.Log + "\n" + e.Body + "\n" + e.Failure + "\n" + e.Got }
