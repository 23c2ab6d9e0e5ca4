/* Sized is the least program that answers with a Content-Length. It has no startup code:
   that of the C library costs more than all else (it asks the processor for its features,
   which a virtual machine has to answer), and nearly all of the time of a request is that
   of the host. */
#include <sys/syscall.h>
#include <unistd.h>

void _start(void) {
	static const char answer[] = "Content-Type: text/plain\nContent-Length: 2\n\nok";
	syscall(SYS_exit_group, syscall(SYS_write, 1, answer, sizeof answer - 1) != sizeof answer - 1);
}
