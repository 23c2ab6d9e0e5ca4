#!/usr/bin/python3
"""Clean: the time, a random token, and words in the random order of a set."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


import secrets
import time


def application(environ, start_response):
    words = " ".join({"cars", "boats", "bikes", "books"})
    return page(start_response, "Clean", f"{time.strftime('%H:%M:%S')} {secrets.token_hex(8)} {time.time():.6f}</p><p class=words>{words}")


run(application)
