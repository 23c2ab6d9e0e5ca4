#!/usr/bin/python3
"""Hazard 13: a page changes the working directory."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


os.chdir(os.environ["DATA"])


def application(environ, start_response):
    if environ["PATH_INFO"] == "/report":
        os.chdir("/")
        return page(start_response, "Report", "made")
    if not os.path.exists("title"):
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such note"]
    return page(start_response, "Note", escape(open("title").read()))


run(application)
