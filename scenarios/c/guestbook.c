/* A guestbook on libfcgi: a FastCGI program where its standard input is a
 * listening socket, else a CGI program.
 *
 * GET shows the newest entries; POST signs it. The file that GUESTS names has a line for each entry: a name, a tab, a text. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcgi_stdio.h>

enum { PAGE = 2048 }; /* the last bytes of the file, so that a long book is no slower */

static void fail(const char *what)
{
	printf("Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\ncannot %s the guestbook\n", what);
}

static int hex(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* field copies the decoded value of a field of a form to to, white space as
 * single spaces, and returns its length. */
static size_t field(const char *form, const char *name, char *to, size_t room)
{
	size_t n = 0, length = strlen(name);

	while (form && !(strncmp(form, name, length) == 0 && form[length] == '='))
		form = (form = strchr(form, '&')) ? form + 1 : NULL;
	if (!form)
		return 0;
	for (form += length + 1; *form && *form != '&' && n < room; form++) {
		char c = *form == '+' ? ' ' : *form;
		if (c == '%' && form[1] && form[2]) {
			c = hex(form[1]) << 4 | hex(form[2]);
			form += 2;
		}
		to[n++] = (unsigned char)c < ' ' ? ' ' : c;
	}
	return n;
}

static void sign(const char *guests)
{
	char form[4096], entry[2 * 1024 + 2];
	const char *length = getenv("CONTENT_LENGTH");
	size_t n = length ? strtoul(length, NULL, 10) : 0;
	int file = open(guests, O_WRONLY | O_APPEND);

	n = fread(form, 1, n < sizeof form ? n : sizeof form - 1, stdin);
	form[n] = 0;
	n = field(form, "name", entry, 1024);
	entry[n++] = '\t';
	n += field(form, "text", entry + n, 1024);
	entry[n++] = '\n';
	if (file < 0 || write(file, entry, n) != (ssize_t)n)
		fail("write to");
	else
		printf("Status: 303 See Other\r\nLocation: /guestbook\r\n\r\n");
	if (file >= 0)
		close(file);
}

static void escaped(const char *from, const char *to)
{
	for (; from < to; from++)
		switch (*from) {
		case '<': printf("&lt;"); break;
		case '>': printf("&gt;"); break;
		case '&': printf("&amp;"); break;
		case '"': printf("&quot;"); break;
		default: putchar(*from);
		}
}

static void entry(const char *from, const char *to)
{
	const char *tab = memchr(from, '\t', to - from);

	printf("<li><b>");
	escaped(from, tab ? tab : to);
	printf("</b>: ");
	if (tab)
		escaped(tab + 1, to);
	printf("</li>\n");
}

/* list prints whole lines from the last to the first. */
static void list(const char *bytes, ssize_t n, int cut)
{
	const char *to = bytes + n, *from;

	if (n > 0 && to[-1] == '\n')
		to--;
	for (; to > bytes; to = from - 1) {
		for (from = to; from > bytes && from[-1] != '\n'; from--)
			;
		if (from == bytes && cut)
			break; /* cut off at its beginning */
		entry(from, to);
		if (from == bytes)
			break;
	}
}

static void show(const char *guests)
{
	static char bytes[PAGE];
	struct stat info;
	int file = open(guests, O_RDONLY);
	off_t from;

	if (file < 0 || fstat(file, &info) < 0) {
		fail("read");
		return;
	}
	from = info.st_size > PAGE ? info.st_size - PAGE : 0;
	printf("Content-Type: text/html; charset=utf-8\r\n\r\n"
	       "<!DOCTYPE html>\n<title>Guestbook</title>\n<ol class=\"entries\">\n");
	list(bytes, pread(file, bytes, PAGE, from), from > 0);
	printf("</ol>\n");
	close(file);
}

int main(void)
{
	char *guests = getenv("GUESTS"); /* a request replaces the environment */

	guests = strdup(guests ? guests : "guests.txt");
	while (FCGI_Accept() >= 0) {
		const char *method = getenv("REQUEST_METHOD");

		if (method && strcmp(method, "POST") == 0)
			sign(guests);
		else
			show(guests);
	}
	return 0;
}
