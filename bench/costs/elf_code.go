package costs

import (
	"debug/elf"
	"encoding/binary"
	"slices"
)

// A machine is an architecture with the code of the two kinds of programs. The answer follows
// the code.
type machine struct {
	id        elf.Machine
	pointerTo uint64                      // the relocation that fills in the address of a symbol
	alone     func() []byte               // writes the answer and exits, without any library
	called    func(pointer uint32) []byte // has the function at the pointer call main, which writes the answer
}

var machines = map[string]machine{
	"amd64": {elf.EM_X86_64, uint64(elf.R_X86_64_GLOB_DAT), amd64Alone, amd64Called},
	"arm64": {elf.EM_AARCH64, uint64(elf.R_AARCH64_GLOB_DAT), arm64Alone, arm64Called},
}

// On x86-64 the number of a system call is in rax, its arguments are in rdi, rsi and rdx.
// Numbers follow the opcode, as 32 bits.
const (
	amd64Write     = 1
	amd64ExitGroup = 231
)

func number[N int | uint32](n N) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

func amd64Alone() []byte {
	exit := slices.Concat(
		[]byte{0xb8}, number(amd64ExitGroup), //          mov eax, exit_group
		[]byte{0x31, 0xff}, //                            xor edi, edi
		[]byte{0x0f, 0x05}, //                            syscall
	)
	return append(amd64WriteThen(exit), answer...)
}

func amd64Called(pointer uint32) []byte {
	result := []byte{
		0x31, 0xc0, //                                    xor eax, eax
		0xc3, //                                          ret
	}
	call := slices.Concat(
		[]byte{0x31, 0xc9},                        //                            xor ecx, ecx             init: none
		[]byte{0x45, 0x31, 0xc0},                  //                      xor r8d, r8d             fini: none
		[]byte{0x48, 0x83, 0xe4, 0xf0},            //                and rsp, -16
		[]byte{0x50},                              //                                  push rax                 to keep it aligned
		[]byte{0x54},                              //                                  push rsp                 end of the stack
		[]byte{0xff, 0x14, 0x25}, number(pointer), //     call [pointer]
	)
	start := slices.Concat(
		[]byte{0x31, 0xed},                          //                            xor ebp, ebp             the outermost frame
		[]byte{0x49, 0x89, 0xd1},                    //                      mov r9, rdx              what the loader wants called at exit
		[]byte{0x48, 0x8b, 0x34, 0x24},              //                mov rsi, [rsp]           argc
		[]byte{0x48, 0x8d, 0x54, 0x24, 0x08},        //          lea rdx, [rsp + 8]       argv
		[]byte{0x48, 0x8d, 0x3d}, number(len(call)), //   lea rdi, [rip + …]       main, behind the call
	)
	return slices.Concat(start, call, amd64WriteThen(result), []byte(answer))
}

// amd64WriteThen writes the answer, which is stored after all of the code, and continues with
// then.
func amd64WriteThen(then []byte) []byte {
	const stdout = 1
	after := slices.Concat(
		[]byte{0xba}, number(len(answer)), //             mov edx, len(answer)
		[]byte{0x0f, 0x05}, //                            syscall
		then,
	)
	return slices.Concat(
		[]byte{0xb8}, number(amd64Write), //              mov eax, write
		[]byte{0xbf}, number(stdout), //                  mov edi, stdout
		[]byte{0x48, 0x8d, 0x35}, number(len(after)), //  lea rsi, [rip + …]       the answer
		after,
	)
}
