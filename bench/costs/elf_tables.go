package costs

import (
	"bytes"
	"debug/elf"
)

// tables are the data for the loader: the dynamic section, a table of symbols with its hash
// table, a relocation and the pointer that it fills in, and the strings. A static program has
// none.
type tables struct {
	start    uint64       // offset in the file
	tags     []elf.DynTag // of the dynamic section, in order
	strings  []byte       // "", the library, the function, then the path of the loader
	function int          // where the name of the function begins
	loaderAt int          // where the path of the loader begins
}

// starter is the function of a C library that runs main.
const starter = "__libc_start_main"

const (
	tagSize     = 16    // of elf.Dyn64
	symbolSize  = 24    // of elf.Sym64
	symbols     = 2     // one without a name, as always, and the function
	hashSize    = 4 * 5 // of a hash table with one bucket and a chain for each symbol, see tables.write
	relocSize   = 24    // of elf.Rela64
	pointerSize = 8
	libraryAt   = 1  // in the strings
	grain       = 16 // of sizes
)

func (e executable) tables(start uint64) tables {
	t := tables{start: start}
	if e.loader == "" {
		return t
	}
	if e.library != "" {
		t.tags = append(t.tags, elf.DT_NEEDED, elf.DT_RELA, elf.DT_RELASZ, elf.DT_RELAENT)
	}
	t.tags = append(t.tags, elf.DT_HASH, elf.DT_STRTAB, elf.DT_SYMTAB, elf.DT_STRSZ, elf.DT_SYMENT, elf.DT_NULL)
	t.strings = []byte("\x00" + e.library + "\x00" + starter + "\x00" + e.loader + "\x00")
	t.function = libraryAt + len(e.library) + 1
	t.loaderAt = t.function + len(starter) + 1
	for (t.stringsAt()+uint64(len(t.strings)))%grain != 0 {
		t.strings = append(t.strings, 0)
	}
	return t
}

// Offsets from the start of the tables.
func (t tables) dynamicSize() uint64 { return uint64(len(t.tags)) * tagSize }
func (t tables) symbolsAt() uint64   { return t.dynamicSize() }
func (t tables) relocAt() uint64     { return t.symbolsAt() + symbols*symbolSize }
func (t tables) pointerAt() uint64   { return t.relocAt() + relocSize }
func (t tables) hashAt() uint64      { return t.pointerAt() + pointerSize }
func (t tables) stringsAt() uint64   { return t.hashAt() + hashSize }
func (t tables) loader() uint64      { return t.stringsAt() + uint64(t.loaderAt) }

// pointer is the address at which the loader writes that of the function.
func (t tables) pointer() uint32 { return uint32(data + t.start + t.pointerAt()) }

func (t tables) size() int {
	if len(t.tags) == 0 {
		return 0
	}
	return int(t.stringsAt()) + len(t.strings)
}

// write writes the tables. The relocation that fills in the address of a symbol has another
// number on each architecture.
func (t tables) write(out *bytes.Buffer, relocation uint64) {
	if len(t.tags) == 0 {
		return
	}
	at := func(offset uint64) uint64 { return base + t.start + offset }
	values := map[elf.DynTag]uint64{
		elf.DT_NEEDED: libraryAt, elf.DT_RELA: at(t.relocAt()), elf.DT_RELASZ: relocSize, elf.DT_RELAENT: relocSize,
		elf.DT_HASH: at(t.hashAt()), elf.DT_STRTAB: at(t.stringsAt()), elf.DT_STRSZ: uint64(len(t.strings)),
		elf.DT_SYMTAB: at(t.symbolsAt()), elf.DT_SYMENT: symbolSize,
	}
	for _, tag := range t.tags {
		write(out, elf.Dyn64{Tag: int64(tag), Val: values[tag]})
	}
	const function = 1 // number of the symbol
	write(out, [symbols]elf.Sym64{function: {Name: uint32(t.function), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_FUNC)}})
	write(out, elf.Rela64{Off: uint64(t.pointer()), Info: function<<32 | relocation})
	write(out, uint64(0))                      // the pointer
	write(out, [5]uint32{1, symbols, 0, 0, 0}) // numbers of buckets and chains, then those: no symbol is defined here
	out.Write(t.strings)
}
