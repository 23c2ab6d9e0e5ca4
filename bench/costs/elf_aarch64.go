package costs

import "encoding/binary"

// On AArch64 the number of a system call is in x8, its arguments are in x0, x1 and x2. Every
// instruction has 32 bits. A register is a number; 31 is sp or zero.
const (
	arm64Write     = 64
	arm64ExitGroup = 94

	svc   = 0xd4000001 // svc 0: a system call
	ret   = 0xd65f03c0
	blr16 = 0xd63f0200 // blr x16: call a function
)

// movz loads 16 bits and clears the rest; movk loads the 16 bits above, and keeps the rest.
func movz(register, value uint32) uint32 { return 0xd2800000 | value<<5 | register }
func movk(register, value uint32) uint32 { return 0xf2a00000 | value<<5 | register }

// adr loads the address so many instructions further on.
func adr(register, instructions uint32) uint32 { return 0x10000000 | instructions<<5 | register }

// mov copies a register.
func mov(to, from uint32) uint32 { return 0xaa0003e0 | from<<16 | to }

// ldr loads the 64 bits at an address.
func ldr(to, address uint32) uint32 { return 0xf9400000 | address<<5 | to }

// addSP is the stack pointer plus a number of bytes.
func addSP(to, bytes uint32) uint32 { return 0x910003e0 | bytes<<10 | to }

func arm64Alone() []byte {
	return arm64Code(arm64WriteThen(
		movz(8, arm64ExitGroup), // mov x8, exit_group
		movz(0, 0),              // mov x0, 0
		svc,
	))
}

func arm64Called(pointer uint32) []byte {
	const sp, x16 = 31, 16
	main := arm64WriteThen(
		movz(0, 0), // mov x0, 0
		ret,
	)
	start := []uint32{
		mov(5, 0),                 // mov x5, x0             what the loader wants called at exit
		ldr(1, sp),                // ldr x1, [sp]           argc
		addSP(2, 8),               // add x2, sp, 8          argv
		addSP(6, 0),               // mov x6, sp             end of the stack
		adr(0, 7),                 // adr x0, main           behind this
		movz(3, 0),                // mov x3, 0              init: none
		movz(4, 0),                // mov x4, 0              fini: none
		movz(x16, pointer&0xffff), // mov x16, pointer
		movk(x16, pointer>>16),
		ldr(x16, x16), // ldr x16, [x16]
		blr16,         // call it
	}
	return arm64Code(append(start, main...))
}

// arm64WriteThen writes the answer, which is stored after all of the code, and continues with
// then.
func arm64WriteThen(then ...uint32) []uint32 {
	const stdout = 1
	return append([]uint32{
		movz(8, arm64Write),          // mov x8, write
		movz(0, stdout),              // mov x0, stdout
		adr(1, 3+uint32(len(then))),  // adr x1, answer
		movz(2, uint32(len(answer))), // mov x2, len(answer)
		svc,
	}, then...)
}

func arm64Code(instructions []uint32) (code []byte) {
	for _, i := range instructions {
		code = binary.LittleEndian.AppendUint32(code, i)
	}
	return append(code, answer...)
}
