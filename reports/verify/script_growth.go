package verify

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
)

// growthWarm is the part of the requests of a soak after which a process is warm: a fifth.
const growthWarm = 5

// growthComment describes the script of a finding of kind growth.
func growthComment(f *result.SavedFinding) []string {
	return []string{
		f.Finding.Kind + ": " + f.Finding.Title(), "Cause: " + f.Finding.Causes(),
		"Found by classibench verify, " + f.Found, "",
		fmt.Sprintf("This script starts the program, sends %d requests, and shows how much of the", f.Finding.Growth.Requests),
		"resource it holds after a fifth of them, and after all.",
		"Exit status: 0 it does not grow by half of what was found, 1 it does, 2 it could not",
		"be measured. It needs the /proc of Linux.",
		"Variables: DIR is the directory of the program, CLASSIBENCH the classibench command,",
		"REQUESTS the number of requests.",
	}
}

// scriptGrowth writes the part that soaks the candidate.
func scriptGrowth(f *result.SavedFinding) string {
	g := f.Finding.Growth
	return fmt.Sprintf(`
requests=${REQUESTS:-%[1]d}
sent=0
# soak NUMBER sends requests until their number is reached.
soak() {
	while [ "$sent" -lt "$1" ]; do
		sequence
		sent=$((sent + %[2]d))
	done
}

side=candidate
root=%[3]s
start_candidate
soak $((requests / %[4]d))
warm=$sent
before=$(held %[5]s)
soak "$requests"
after=$(held %[5]s)
stop

echo "== %[5]s after $warm requests: $before, after $sent: $after"
# This is half of the growth that was found: %[6]d in 1,000 requests.
if [ $(((after - before) * 2000)) -lt $((%[6]d * (sent - warm))) ] || [ "$after" -le "$before" ]; then
	echo "== it does not grow"
	exit 0
fi
echo "== it grows"
exit 1
`, g.Requests, len(f.Finding.Sequence), directory(f.Candidate), growthWarm, quoted(g.Resource), int64(g.Per1000))
}
