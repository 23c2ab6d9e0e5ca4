// Package watchdog ends the processes that a program started once the program is gone,
// however it ended: SIGKILL leaves it no time to end them itself.
//
// A watchdog is a process of its own. It knows the processes by a variable in their
// environment and by a limit, which their children inherit, also those in another group or
// session. It is made for Linux; on other systems there is none.
package watchdog

// Name is the name of a watchdog in the process list. A program that imports this package
// becomes a watchdog if it is started under this name.
const Name = "classibench-watchdog"

// variable marks the processes.
const variable = "CLASSIBENCH_GATEWAY"
