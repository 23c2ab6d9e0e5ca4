// Package group signals process groups, and no other group that has the same number later.
//
// The number of a group is that of its first process, its leader. The system may use it again as
// soon as the leader was reaped and no other member is left, so kill(2) with a number that was
// remembered may hit a stranger. A [Group] remembers the leader itself.
//
// Before Linux 5.3, and in a container whose seccomp profile refuses pidfds, it remembers the
// number after all: to signal no one would leave processes running.
package group
