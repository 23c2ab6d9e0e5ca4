package hazard

import "slices"

// A rule points to a hazard.
type rule struct {
	hazard int
	reason string // as evidence
	holds  func(Evidence) bool
}

// rules are ordered by how specific they are: a message of a runtime names its cause, a
// symptom such as a hang fits a few, an old value in an answer fits many. The first that
// holds wins.
var rules = slices.Concat(messages, symptoms, processes, formats, frozen, echoes, weak)

// messages of runtimes and databases.
var messages = []rule{
	{15, "The candidate reports that a name is defined twice, or is not defined in the package that a server compiles scripts into.", func(e Evidence) bool { return says(e, redefined) }},
	{10, "The candidate reports that it has too many open files or connections.", func(e Evidence) bool { return says(e, tooManyFiles) }},
	{11, "The candidate reports that a transaction of an earlier request is still open.", func(e Evidence) bool { return says(e, inTransaction) }},
	{2, "The candidate reports that a named subroutine does not share a variable with the script.", func(e Evidence) bool { return says(e, unshared) }},
	{17, "The candidate reports that threads use the same data at the same time.", func(e Evidence) bool { return says(e, raced) }},
	{14, "A signal that an earlier request asked for reached this one.", func(e Evidence) bool { return says(e, alarmed) }},
	{14, "A signal that no fault of a program sends ended the process after an earlier request, such as that of its time limit.", func(e Evidence) bool { return e.Kind != "port" && says(e, signalled) }},
	{16, "The candidate reports that it has no memory, processes or threads left.", func(e Evidence) bool { return says(e, tooMuch) }},
	{10, "The candidate reports that it cannot get the lock of a file.", func(e Evidence) bool { return says(e, fileLock) }},
	{11, "The candidate reports that the database is locked.", func(e Evidence) bool { return says(e, locked) }},
}

// symptoms that an answer alone shows.
var symptoms = []rule{
	{11, "Rows appear that an earlier request did not commit.", func(e Evidence) bool { return e.Appears }},
	{15, "The old code runs after the program was changed.", func(e Evidence) bool { return e.Stale == "code" }},
	{15, "The answer comes from another program in the same process.", func(e Evidence) bool { return e.OfOther }},
	{8, "The old configuration is used after it was changed.", func(e Evidence) bool { return e.Stale == "configuration" }},
	{7, "A worker ended while it answered.", func(e Evidence) bool { return e.Died || e.lost() && says(e, exited) }},
	{10, "The second request of the same route hangs.", func(e Evidence) bool { return e.Hangs && e.HangsFrom == 2 }},
	{10, "The request waits until another one ends.", func(e Evidence) bool { return e.Blocked }},
	{7, "The whole answer is missing, and is in the output of the server: another program took the place of the worker.", func(e Evidence) bool { return e.InLog && e.lost() }},
	{9, "The part of the answer that is missing is in the output of the server.", func(e Evidence) bool { return e.InLog }},
	{9, "A part of the answer is missing, and the request starts a child process.", func(e Evidence) bool { return e.Missing && e.Child }},
	{14, "The body ends too early.", func(e Evidence) bool { return e.Truncate }},
	{12, "A time stands still.", func(e Evidence) bool { return e.Clock }},
	{17, "A token or a random number repeats.", func(e Evidence) bool { return e.Repeats }},
	{10, "Only locks grow.", func(e Evidence) bool { return only(e.Grows, "locks") }},
	{16, "Resources grow while the answers stay equal.", func(e Evidence) bool { return len(e.Grows) > 0 }},
	{10, "Only descriptors and locks grow.", func(e Evidence) bool { return only(e.Grows, "descriptors", "locks") }},
}

// only reports whether something grows, and nothing but some resources.
func only(grows []string, resources ...string) bool {
	other := func(resource string) bool { return !slices.Contains(resources, resource) }
	return len(grows) > 0 && !slices.ContainsFunc(grows, other)
}

// processes are rules about what the processes of the candidate hold after the earlier
// requests.
var processes = []rule{
	{13, "The earlier requests change the working directory of the process.", func(e Evidence) bool { return e.Moved != "" && e.Echo == "" }},
	{13, "The earlier requests change the umask of the process.", func(e Evidence) bool { return e.Umask != "" && e.Echo == "" }},
	{11, "The earlier requests leave a database locked.", func(e Evidence) bool { return slices.ContainsFunc(e.Locked, isDatabase) }},
	{10, "The earlier requests leave a file locked, and this one waits or fails.", func(e Evidence) bool { return len(e.Locked) > 0 && (e.Hangs || e.slow() || e.GotCode >= 400) }},
	{10, "The baseline's answer has what an earlier request wrote, and the candidate keeps the file open.", func(e Evidence) bool { return len(e.Opened) > 0 && e.Forgets }},
}

// formats are rules about answers that have the same words in another form: an earlier request
// has changed how the process writes. If the first request decides instead, something was
// made once, whatever it looks like: see echoes.
var formats = unless(func(e Evidence) bool { return e.FirstWins }, []rule{
	{13, "Only the separators of a number differ.", func(e Evidence) bool { return otherFormat(e.Want, e.Got) }},
	{13, "A time of day differs by whole quarters of an hour, as in another time zone.", func(e Evidence) bool { return otherZone(e.Want, e.Got) }},
	{13, "Only the names of days or months differ, as in another locale.", func(e Evidence) bool { return otherNames(e.Want, e.Got) }},
	{13, "Only the permissions of a file differ.", func(e Evidence) bool { return otherMode(e.Want, e.Got) }},
	{13, "A file is no longer found.", func(e Evidence) bool { return e.Kind == "lifetime" && says(e, noSuchFile) }},
	{14, "The words are the same, and other characters separate them.", func(e Evidence) bool {
		return e.Kind == "lifetime" && otherSeparators(e.Want, e.Got) && !otherFormat(e.Want, e.Got)
	}},
	{14, "The answer has the right lines and others, or lacks some, as with another separator of records.", func(e Evidence) bool { return e.Kind == "lifetime" && e.Lines && !e.Adds && !e.Forgets && e.Echo == "" }},
})

// unless returns the rules for evidence of which something does not hold.
func unless(not func(Evidence) bool, rules []rule) []rule {
	for i, r := range rules {
		rules[i].holds = func(e Evidence) bool { return !not(e) && r.holds(e) }
	}
	return rules
}

// frozen are rules about workers, threads and answers that do not change.
var frozen = []rule{
	{4, "With one worker the difference is gone.", func(e Evidence) bool { return e.OneFine }},
	{17, "It appears only while other requests are under way.", func(e Evidence) bool { return e.Kind == "concurrency" }},
	{4, "Only some of the repetitions show it, and there are several workers.", func(e Evidence) bool { return e.flickers() && e.Workers > 1 }},
	{4, "Some of the repeated requests are answered right, as if another worker served them; without the earlier requests, all are.", func(e Evidence) bool { return e.Alternate && e.Steady }},
	{3, "Repeated requests get right and wrong answers, or results in rotation.", func(e Evidence) bool { return e.Alternate || e.Rotates }},
	{8, "The value is that of the start.", func(e Evidence) bool { return e.Echo == Start }},
	{8, "What an earlier request wrote is not seen: the value is that of the start.", func(e Evidence) bool { return e.Forgets && !e.AsFirst }},
}

// echoes are rules about a value of an earlier request. Whether the first request wins, or
// the last one, tells what is made once from what is overwritten.
var echoes = []rule{
	{2, "A value that the request sends itself is missing, even in a fresh process: a subroutine does not see it.", func(e Evidence) bool { return e.Kind == "port" && e.OwnLost }},
	{15, "The part is that of the program that was asked first, and each of the two is wrong after the other.", func(e Evidence) bool { return e.FirstWins && e.OfOther }},
	{6, "The value tells who the first visitor was, and stays.", func(e Evidence) bool { return e.FirstWins && e.Echo != "" && e.Identity && !e.Admitted }},
	{6, "The value was made by the program for the session of the first visitor, and stays.", func(e Evidence) bool { return e.FirstWins && e.Other && e.Carrier == "session" && !e.Admitted }},
	{2, "The value of the first request stays: when the other one is sent first, its own value does.", func(e Evidence) bool { return e.FirstWins && e.Echo != "" && !e.Admitted }},
	{3, "The first request decides about all later answers, and none of its values is shown.", func(e Evidence) bool { return e.FirstWins && e.Echo == "" && !e.Admitted }},
	{11, "Each earlier request that writes adds to the answer what the baseline does not have.", func(e Evidence) bool { return e.Adds && e.Writes }},
	{1, "Each earlier request adds to the answer.", func(e Evidence) bool { return e.Adds }},
	{6, "The value tells who an earlier visitor was.", func(e Evidence) bool { return e.Identity && e.Echo != "" && !e.Admitted && (e.Absent || e.Other) }},
	{5, "The request has no such value: it is left over from the input of an earlier one.", func(e Evidence) bool { return e.Absent && leftOver(e) }},
	{6, "The value was made by the program for the session of another visitor.", func(e Evidence) bool { return e.Other && e.Carrier == "session" }},
	{1, "The candidate lets the visitor in, the baseline refuses.", func(e Evidence) bool { return e.Admitted }},
	{2, "The value is that of the first request since the start, although this request sends its own.", func(e Evidence) bool { return e.Echo == First && !e.Absent && !e.LastWins }},
	{3, "The answer is still that to the first request of the route, and holds no value of it.", func(e Evidence) bool { return e.AsFirst && e.Echo == "" && (!e.LastWins || e.Forgets) }},
	{6, "The value is that of the visitor before.", func(e Evidence) bool { return e.Other && e.Echo == Previous }},
	{1, "The value of an earlier request is still set.", func(e Evidence) bool { return e.Echo == Previous || e.Echo == Earlier || e.Echo == First }},
	{6, "The value is that of another visitor.", func(e Evidence) bool { return e.Other }},
}

// leftOver reports whether a value is part of the environment of a request, or of the
// input of the same program: a page that shows a field of another page has it from a
// variable.
func leftOver(e Evidence) bool {
	switch e.Carrier {
	case "cookie", "header", "path":
		return true
	case "query", "form", "json":
		return e.SameRoute
	}
	return false
}

// weak rules fit more than one hazard.
var weak = []rule{
	{7, "The connection ended without an answer.", func(e Evidence) bool { return e.lost() }},
	{10, "The request hangs.", func(e Evidence) bool { return e.Hangs }},
	{11, "The request waits much longer than usual.", func(e Evidence) bool { return e.slow() }},
	{7, "The answer goes on where that of the baseline ends: what ends the program there does not end the request here.", func(e Evidence) bool { return e.GoesOn }},
	{9, "A part of the answer is missing, even in a fresh process.", func(e Evidence) bool { return e.Kind == "port" && e.Missing }},
	{13, "A page is not found after an earlier request.", func(e Evidence) bool { return e.Kind == "lifetime" && e.GotCode == 404 && e.WantCode != 404 }},
	{4, "Only some of the repetitions show it, and there are several workers.", func(e Evidence) bool { return e.flickers() && e.Workers != 1 }},
	{17, "Only some of the repetitions show it, with one worker.", func(e Evidence) bool { return e.flickers() && e.Workers == 1 }},
	{14, "A part of the answer is missing.", func(e Evidence) bool { return e.Kind == "lifetime" && e.Missing }},
	{1, "An earlier request changes the answer of a later one, and restarting the program restores it.", func(e Evidence) bool { return e.Kind == "lifetime" }},
}
