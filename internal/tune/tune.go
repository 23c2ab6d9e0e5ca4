// Package tune prepares a process that serves by starting others, as serve cgi does. It
// spares what the Go runtime spends on collecting their garbage. It changes the whole
// process, so only a command may use it.
package tune

// reserve is the memory that may fill up between two collections, in bytes, beside what
// is in use. The heap of a gateway is small, so that the runtime would collect it after
// every few hundred requests. The reserve itself is never touched, and thus not resident.
const reserve = 16 << 20

var reserved []byte

// Gateway tunes this process.
func Gateway() {
	if reserved == nil {
		reserved = make([]byte, reserve)
	}
}
