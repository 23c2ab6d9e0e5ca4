#!/usr/bin/python3
"""Hazard 17: threads share a variable of the module."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


import time

name = ""


def application(environ, start_response):
    global name
    name = parse_qs(environ["QUERY_STRING"]).get("name", ["stranger"])[0]
    time.sleep(0.03)
    return page(start_response, "Home", "hello " + escape(name))


run(application)
