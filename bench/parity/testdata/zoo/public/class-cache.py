#!/usr/bin/python3
"""A cache for one request is a dictionary of its class
(https://github.com/con2/kompassi/pull/971)."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


class Cache:
    event = {}

    def of(self, user):
        return self.event.setdefault("dimensions", f"dimensions of {user}")


def application(environ, start_response):
    user = parse_qs(environ["QUERY_STRING"]).get("user", ["ann"])[0]
    return page(start_response, "Event", escape(Cache().of(user)))


run(application)
