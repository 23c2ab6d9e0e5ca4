/* A program whose costs are known: it keeps the CPU busy for so many microseconds of its own
 * CPU time.
 *
 *	truth cgi STARTUP WORK             spins for both, and answers as a CGI program
 *	truth serve PORT WORK [COLD N]     spins for the work of each request, and answers over HTTP;
 *	                                   the first N requests cost COLD instead
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void spin(const char *microseconds)
{
	long long until = now() + atoll(microseconds) * 1000;
	while (now() < until)
		;
}

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";

/* Each poll finds whole requests: they are short, and come one at a time. */
static void serve(int port, const char *work, const char *cold, long cold_requests)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct pollfd fds[64] = {{.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN}};
	char request[65536];
	int n = 1, on = 1;

	setsockopt(fds[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fds[0].fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fds[0].fd, 64) != 0) {
		perror("listen");
		exit(1);
	}
	while (poll(fds, n, -1) > 0) {
		for (int i = 1; i < n; i++) {
			if (fds[i].revents == 0)
				continue;
			if (read(fds[i].fd, request, sizeof request) <= 0) {
				close(fds[i].fd);
				fds[i--] = fds[--n];
				continue;
			}
			spin(cold_requests-- > 0 ? cold : work);
			if (write(fds[i].fd, answer, sizeof answer - 1) < 0)
				perror("write");
		}
		if (fds[0].revents != 0 && n < 64)
			fds[n++] = (struct pollfd){.fd = accept(fds[0].fd, NULL, NULL), .events = POLLIN};
	}
}

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		perror("write");
}

int main(int argc, char **argv)
{
	if (argc != 4 && argc != 6)
		return 2;
	if (strcmp(argv[1], "serve") == 0) {
		serve(atoi(argv[2]), argv[3], argv[4], argc == 6 ? atol(argv[5]) : 0);
		return 1;
	}
	/* No stdio: its buffers are start-up that was not planted. */
	spin(argv[2]);
	say("Content-Type: text/plain\n\n");
	spin(argv[3]);
	say("ok\n");
	return 0;
}
