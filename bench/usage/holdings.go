package usage

// Holdings are resources that the processes of a tree hold at one moment.
type Holdings struct {
	Memory      int64 // proportional set size (PSS) in bytes: a page that n processes share counts 1/n in each
	Descriptors int   // open files, sockets and pipes
	Threads     int
	Processes   int // that are not defunct
	Zombies     int
	Locks       int // on files
}

// Held is what one process holds at one moment.
type Held struct {
	Parent       int
	Dir          string // working directory
	Umask        string
	Open         map[string]bool // regular files, by path
	Locked       map[string]bool // those of them with a lock
	ReapedFaults uint64          // minor page faults of children that have ended
}
