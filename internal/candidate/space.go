package candidate

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/classibench/classibench/internal/unit"
)

// lacks are the words of programs that we start, and of SQLite, for a full disk. Their errors
// have no code of the system.
var lacks = []string{"no space left on device", "disk quota exceeded", "database or disk is full", "file too large"}

// Full reports whether the cause of an error is a lack of space: a full disk, a quota, or a
// limit on the size of files.
func Full(err error) bool {
	for _, errno := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, errno) {
			return true
		}
	}
	if err == nil {
		return false
	}
	text := strings.ToLower(err.Error())
	for _, words := range lacks {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// buildSpace is about what a build of the classifieds with its temporary files takes, in bytes.
const buildSpace = 150 << 20

// roomy adds to an error about a lack of space how much is needed.
func (s *Setup) roomy(err error) error {
	if !Full(err) {
		return err
	}
	if e, ok := errors.AsType[*Error](err); ok && e.space {
		return err
	}
	hint := fmt.Sprintf("make room, or name a directory on another disk, with TMPDIR for temporary files (now %s) and XDG_CACHE_HOME for the cache: %s", os.TempDir(), s.needed())
	return &Error{fmt.Errorf("no space left: %w", err), hint, true}
}

// needed describes how much space a run takes.
func (s *Setup) needed() string {
	builds := int64(s.targets) * buildSpace
	info, err := os.Stat(s.data)
	if s.data == "" || err != nil {
		return fmt.Sprintf("the run needs about %s for the programs that it builds", unit.Memory(builds))
	}
	return fmt.Sprintf("the run needs about %s, for the programs that it builds and for %s of the data set (%s each)",
		unit.Memory(builds+int64(s.targets)*info.Size()), unit.Count(s.targets, "copy", "copies"), unit.Memory(info.Size()))
}
