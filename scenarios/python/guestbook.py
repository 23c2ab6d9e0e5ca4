#!/usr/bin/python3
"""A guestbook: a WSGI application that is a CGI script too.

GET shows the newest entries; POST signs it. The file that GUESTS names has a line for each entry: a name, a tab, a text.
"""
import html
import os
from urllib.parse import parse_qs


def sign(name, text):
    entry = " ".join(name.split()) + "\t" + " ".join(text.split()) + "\n"
    with open(os.environ["GUESTS"], "ab") as file:
        file.write(entry.encode())


def entries():
    """The last 2,048 bytes of the file, so that a long book is no slower."""
    with open(os.environ["GUESTS"], "rb") as file:
        start = max(0, os.fstat(file.fileno()).st_size - 2048)
        file.seek(start)
        lines = file.read(2048).decode(errors="replace").splitlines()
    if start > 0:
        lines = lines[1:]  # cut off at its beginning
    return reversed(lines)


def page(lines):
    items = []
    for line in lines:
        name, _, text = line.partition("\t")
        items.append(f"<li><b>{html.escape(name)}</b>: {html.escape(text)}</li>\n")
    return f'<!DOCTYPE html>\n<title>Guestbook</title>\n<ol class="entries">\n{"".join(items)}</ol>\n'


def application(environ, start_response):
    if environ["REQUEST_METHOD"] == "POST":
        length = int(environ.get("CONTENT_LENGTH") or 0)
        form = parse_qs(environ["wsgi.input"].read(length).decode())
        sign(form.get("name", [""])[0], form.get("text", [""])[0])
        start_response("303 See Other", [("Location", "/guestbook"), ("Content-Length", "0")])
        return []
    body = page(entries()).encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    from wsgiref.handlers import CGIHandler

    CGIHandler().run(application)
