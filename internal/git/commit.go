package git

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Commit describes a commit for people.
type Commit struct {
	Hash    string    `json:"hash,omitempty"`
	Subject string    `json:"subject,omitempty"`
	At      time.Time `json:"at,omitzero"` // the committer's date
}

// Commit returns the commit with a name. Errors are of type *Error, unless ctx
// ended.
func (r *Repository) Commit(ctx context.Context, name string) (Commit, error) {
	hash, err := r.Resolve(ctx, name)
	if err != nil {
		return Commit{}, err
	}
	out, err := r.git(ctx, "show", "--no-patch", "--no-show-signature", "--format=%ct%n%s", hash)
	if err != nil {
		return Commit{}, fmt.Errorf("read commit %s: %w", name, err)
	}
	date, subject, _ := strings.Cut(out, "\n")
	seconds, err := strconv.ParseInt(date, 10, 64)
	if err != nil {
		return Commit{}, fmt.Errorf("read the date of commit %s: %w", name, err)
	}
	return Commit{hash, subject, time.Unix(seconds, 0).UTC()}, nil
}

// fullHash is the length of the shortest full hash (SHA-1) in hexadecimal digits.
const fullHash = 40

// Parents returns the parents of each commit between the given ones and their
// common ancestor. Hashes may be shortened; full maps them to full hashes. Commits
// that this clone does not have are left out, and none is fetched.
func (r *Repository) Parents(ctx context.Context, hashes []string) (parents map[string][]string, full map[string]string, err error) {
	full = map[string]string{}
	var list []string
	for _, h := range hashes {
		if len(h) < fullHash {
			commit, err := r.Resolve(ctx, h)
			if err != nil {
				continue
			}
			full[h], h = commit, commit
		}
		list = append(list, h)
	}
	if list, err = r.present(ctx, list); err != nil || len(list) == 0 {
		return nil, full, err
	}
	parents = map[string][]string{}
	if fork, err := r.git(ctx, append([]string{"merge-base", "--octopus"}, list...)...); err == nil {
		list, parents[fork] = append(list, "^"+fork), nil
	}
	out, err := r.revList(ctx, list, "--parents")
	if err != nil {
		return nil, full, err
	}
	for line := range strings.Lines(out) {
		commits := strings.Fields(line)
		parents[commits[0]] = commits[1:]
	}
	return parents, full, nil
}

// present returns those of the hashes that are commits of this clone.
func (r *Repository) present(ctx context.Context, hashes []string) ([]string, error) {
	out, err := r.revList(ctx, hashes, "--no-walk")
	return strings.Fields(out), err
}

// revList lists commits. It skips missing ones: a partial clone would otherwise
// fetch each of them, even commits that were rewritten long ago.
func (r *Repository) revList(ctx context.Context, from []string, how ...string) (string, error) {
	if len(from) == 0 {
		return "", nil
	}
	c := r.command()
	c.in = strings.NewReader(strings.Join(from, "\n") + "\n")
	out, err := c.run(ctx, append([]string{"rev-list", "--missing=allow-any", "--ignore-missing", "--stdin"}, how...)...)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("list commits: %w", err)
	}
	return out, err
}
