#!/usr/bin/python3
"""A parameter of one query is added to the defaults of all
(https://github.com/mozilla/dxr/pull/112)."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


defaults = {"explain": "false"}


def application(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"])
    options = defaults
    if "explain" in query:
        options["explain"] = query["explain"][0]
    return page(start_response, "Results", f"12 lines (explain: {escape(options['explain'])})")


run(application)
