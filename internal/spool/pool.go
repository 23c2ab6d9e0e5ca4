// Package spool frees the producer of an answer from the client that reads it.
//
// A [Writer] takes an answer and sends it in the background. It keeps what the
// client has not taken yet: the first part in memory, the rest in a file without a
// name. A [Pool] limits both, for each Writer and for all of them.
package spool

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Pool limits the memory and the files of its Writers. Its zero value works. Do
// not change fields after the first use.
type Pool struct {
	Block     int   // bytes that a Writer collects before it sends them without a Flush; 0 means 32 KiB
	Memory    int64 // bytes of a Writer in memory; 0 means 8 blocks
	AllMemory int64 // bytes of all Writers in memory, beyond their first blocks; 0 means 64 MiB
	File      int64 // bytes of a Writer in its file; 0 means 64 MiB
	AllFiles  int64 // bytes in all files; 0 means 1 GiB

	// Moment is the time that a client has to take a block before the file of its Writer is
	// used. 0 means 50 ms: a client that reads needs far less.
	Moment time.Duration

	once   sync.Once
	blocks sync.Pool
	memory budget
	files  budget

	wanted atomic.Int64 // when producers were wanted last: the time of MakeWay in Unix nanoseconds

	mu      sync.Mutex
	behind  map[*Writer]bool      // those whose clients are behind by more than the memory, and can be disconnected
	leaving map[*Writer]time.Time // those whose clients were disconnected, and when, until they are closed
}

// A budget counts bytes that are in use.
type budget struct {
	limit int64
	used  atomic.Int64
}

// take reports whether n more bytes are within the limit, and counts them if so.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) <= b.limit {
		return true
	}
	b.used.Add(-n)
	return false
}

func (b *budget) give(n int64) { b.used.Add(-n) }

func (p *Pool) init() {
	p.Block = or(p.Block, 32<<10)
	p.Memory = or(p.Memory, 8*int64(p.Block))
	p.File = or(p.File, 64<<20)
	p.Moment = or(p.Moment, 50*time.Millisecond)
	p.memory.limit = or(p.AllMemory, 64<<20)
	p.files.limit = or(p.AllFiles, 1<<30)
	p.blocks.New = func() any { b := make([]byte, 0, p.Block); return &b }
}

func or[N int | int64 | time.Duration](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}

func (p *Pool) block() *[]byte { return p.blocks.Get().(*[]byte) }

func (p *Pool) recycle(b *[]byte) {
	*b = (*b)[:0]
	p.blocks.Put(b)
}

// Used returns the bytes in all files.
func (p *Pool) Used() int64 { return p.files.used.Load() }

// A File is a temporary file without a name: nothing is left of it when the
// process ends, in whatever way. Its writes count in its Pool.
type File struct {
	*os.File
	pool *Pool
	size int64
}

// Create creates a File.
func (p *Pool) Create() (*File, error) {
	p.once.Do(p.init)
	f, err := nameless()
	if err != nil {
		return nil, err
	}
	return &File{File: f, pool: p}, nil
}

// Write appends to the file. It fails with [ErrFull] at the limit of the Pool.
func (f *File) Write(b []byte) (int, error) {
	if !f.pool.files.take(int64(len(b))) {
		return 0, ErrFull
	}
	n, err := f.WriteAt(b, f.size)
	f.pool.files.give(int64(len(b) - n))
	f.size += int64(n)
	return n, err
}

// Empty removes the content.
func (f *File) Empty() error {
	f.pool.files.give(f.size)
	f.size = 0
	return f.Truncate(0)
}

// Close frees the file.
func (f *File) Close() error {
	f.pool.files.give(f.size)
	f.size = 0
	return f.File.Close()
}
