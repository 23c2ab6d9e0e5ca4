#!/usr/bin/python3
"""Hazard 1: a list that is a default argument keeps what one request added."""
import os
import sys
from html import escape
from urllib.parse import parse_qs

sys.path.insert(0, os.environ["PYTHONPATH_ZOO"])
from serve import page, run


def basket(item, items=[]):
    if item:
        items.append(item)
    return items


def application(environ, start_response):
    item = parse_qs(environ["QUERY_STRING"]).get("item", [""])[0]
    return page(start_response, "Basket", escape(", ".join(basket(item))))


run(application)
