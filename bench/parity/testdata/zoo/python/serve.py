"""Runs a WSGI application: as a CGI script, or as a server at the address of the first argument."""
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.handlers import CGIHandler
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass

    def address_string(self):
        return self.client_address[0]


def run(application):
    if "GATEWAY_INTERFACE" in os.environ:
        CGIHandler().run(application)
        return
    host, port = sys.argv[1].split(":")
    server = Server((host, int(port)), Quiet)
    server.set_app(application)
    server.serve_forever()


def page(start_response, title, text):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><p>{text}".encode()]
