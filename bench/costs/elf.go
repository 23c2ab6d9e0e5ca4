package costs

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// answer is the shortest answer that a CGI program can write.
const answer = "Content-Type: text/plain\n\nok\n"

// An executable is a program of some hundred bytes that writes the answer and exits. The
// kernel maps it and starts it, and no process can cost less. With a loader it is the smallest
// dynamically linked program instead: the loader maps the C library, and that calls the
// program as it calls main in C.
type executable struct {
	arch    string // as in GOARCH
	loader  string // path of the dynamic loader; "" makes a static program
	library string // the name by which the loader finds the C library; may be ""
}

// Layout of an executable. All of the file is mapped at base, to be executed, and a second
// time at data, to be written, if the loader is to write into it. A page has at most 64 KiB,
// on arm64.
const (
	base      = 0x400000
	data      = 0x500000
	alignment = 0x10000

	headerSize  = 64 // of elf.Header64
	segmentSize = 56 // of elf.Prog64
)

// bytes returns the file.
func (e executable) bytes() ([]byte, error) {
	m, ok := machines[e.arch]
	if !ok {
		return nil, fmt.Errorf("no code for %s: only for amd64 and arm64", e.arch)
	}
	segments := e.segments()
	t := e.tables(uint64(headerSize + len(segments)*segmentSize))
	entry := t.start + uint64(t.size())
	code := m.alone()
	if e.library != "" {
		code = m.called(t.pointer())
	}
	for i := range segments {
		segments[i].place(t, entry+uint64(len(code)))
	}
	out := bytes.Buffer{}
	write(&out, header(m.id, base+entry, len(segments)))
	write(&out, segments)
	t.write(&out, m.pointerTo)
	out.Write(code)
	return out.Bytes(), nil
}

// write appends a structure of ELF. Both architectures are little-endian.
func write(out *bytes.Buffer, v any) {
	if err := binary.Write(out, binary.LittleEndian, v); err != nil {
		panic(err) // not a structure of fixed size
	}
}

func header(machine elf.Machine, entry uint64, segments int) elf.Header64 {
	h := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Entry: entry, Phoff: headerSize, Ehsize: headerSize, Phentsize: segmentSize, Phnum: uint16(segments),
	}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	return h
}

// A segment is a program header.
type segment elf.Prog64

// segments are the program headers: the loader, the file, and a stack that is not executable.
func (e executable) segments() (all []segment) {
	add := func(kind elf.ProgType, flags elf.ProgFlag, address, align uint64) {
		all = append(all, segment{Type: uint32(kind), Flags: uint32(flags), Vaddr: address, Align: align})
	}
	if e.loader != "" {
		add(elf.PT_INTERP, elf.PF_R, base, 1) // it has to come before the file
	}
	add(elf.PT_LOAD, elf.PF_R|elf.PF_X, base, alignment)
	if e.library != "" {
		add(elf.PT_LOAD, elf.PF_R|elf.PF_W, data, alignment)
	}
	if e.loader != "" {
		add(elf.PT_DYNAMIC, elf.PF_R, base, 8)
	}
	add(elf.PT_GNU_STACK, elf.PF_R|elf.PF_W, 0, 16)
	return all
}

// place says where a segment is in a file of such a size.
func (s *segment) place(t tables, size uint64) {
	switch elf.ProgType(s.Type) {
	case elf.PT_INTERP:
		s.Off, s.Filesz = t.start+t.loader(), uint64(len(t.strings)-t.loaderAt)
	case elf.PT_DYNAMIC:
		s.Off, s.Filesz = t.start, t.dynamicSize()
	case elf.PT_LOAD:
		s.Filesz = size
	}
	s.Vaddr += s.Off
	s.Paddr, s.Memsz = s.Vaddr, s.Filesz
}
