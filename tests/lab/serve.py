#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
"""The lab's authorities over HTTP, on the loopback, with faults.

serve.py --tool AUTHORITY --dir WORLD [--life SECONDS] [--log FILE]
         [--tls CERT KEY]

prints "http://127.0.0.1:PORT" (and a second line for https) and serves until
it is killed, its parent is gone, or its life is over:

  POST /tsa[/ID]              a time-stamp of that TSA
  POST /ocsp[/CA], GET /ocsp/CA/BASE64
  GET  /crl/CA.crl            with ?base=T a delta CRL
  GET  /aia/ID.crt, ID.p7c    a certificate, alone or in a PKCS#7
  GET  /text                  some text

What is wrong comes from the query, from parts "NAME=VALUE" in front of the
path, and from the file WORLD/control (lines "NAME=VALUE"), which a test may
change at any time; the first of them counts:

  time=T                      the authority's clock
  fault=NAME                  of `authority faults`, several by commas; in the
                              control file tsa=, ocsp=, crl= for one of them
  flag=NAME, digest=NAME, policy=OID, next=T, id=ID
  http=NAME                   one of those below; aia=, tsa-http= and so on in
                              the control file for one of the services
  seconds=S                   for late and drip
  times=N                     only the first N requests have the HTTP fault

A request with a whole URL is taken as that of a proxy: any host is served, so
certificates may name hosts that do not exist.
"""
import argparse
import base64
import http.server
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

USER, WORD = "lab", "secret"
NAMES = ("time", "fault", "flag", "digest", "policy", "next", "base", "id",
         "http", "seconds", "times")
TYPES = {"tsa": "application/timestamp-reply",
         "ocsp": "application/ocsp-response",
         "crl": "application/pkix-crl",
         "aia": "application/pkix-cert",
         "text": "text/plain"}
STATUS = {"404": 404, "410": 410, "403": 403, "429": 429,
          "500": 500, "502": 502, "503": 503}
REDIRECT = {"redirect-file": "file:///etc/passwd",
            "redirect-private": "http://192.168.255.254/x",
            "redirect-link-local": "http://169.254.169.254/x",
            "redirect-ftp": "ftp://127.0.0.1/x",
            "redirect-userinfo": "http://lab@127.0.0.1:1/x"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "lab"
    sys_version = ""
    timeout = 60

    # ---- what is asked, and what shall be wrong

    def settings(self):
        """The service's name, the rest of the path, the settings."""
        url = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(p) for p in url.path.split("/") if p]
        found = {k: v[0] for k, v in
                 urllib.parse.parse_qs(url.query).items()}
        while parts and "=" in parts[0]:
            name, value = parts.pop(0).split("=", 1)
            found.setdefault(name, value)
        service = parts[0] if parts else ""
        control = self.server.control()
        for name in NAMES:
            if name in control:
                found.setdefault(name, control[name])
        if service in control:
            found.setdefault("fault", control[service])
        if service + "-http" in control:
            found.setdefault("http", control[service + "-http"])
        return service, parts[1:], found

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                data += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def tool(self, words, found, data=b""):
        args = list(words)
        for name in ("time", "digest", "policy", "next", "base", "id"):
            if name in found:
                args += ["--" + name, found[name]]
        for name in ("fault", "flag"):
            for value in found.get(name, "").split(","):
                if value:
                    args += ["--" + name, value]
        return self.server.ask(args, data)

    def answer(self, service, rest, found, data):
        """The sound answer's octets, or None."""
        world = self.server.world
        if service == "text":
            return b"some text\n"
        if service == "tsa":
            if rest:
                found.setdefault("id", rest[0])
            return self.tool(["tsa", world], found, data)
        if service == "ocsp":
            if self.command == "GET" and len(rest) >= 2:
                # slashes belong to the BASE64 where they are not escaped
                path = urllib.parse.urlsplit(self.path).path
                coded = urllib.parse.unquote(
                    path.split("/ocsp/", 1)[1].split("/", 1)[1])
                data = base64.b64decode(coded + "=" * (-len(coded) % 4))
            return self.tool(["ocsp", world], found, data)
        if service == "crl" and rest:
            ca = rest[0].rsplit(".", 1)[0]
            if ca == "crl-issuer":
                found.setdefault("flag", "indirect")
            return self.tool(["crl", world, ca], found)
        if service == "aia" and rest:
            name, _, kind = rest[0].rpartition(".")
            cert = self.tool(["cert", world, name], {})
            return p7c(cert) if cert and kind == "p7c" else cert
        return None

    # ---- answering

    def do_GET(self):
        service, rest, found = self.settings()
        data = self.body()
        fault = found.get("http", "")
        if fault and "times" in found:
            if self.server.count(service + fault) > int(found["times"]):
                fault = ""
        self.server.note(self.command, self.path, fault)
        self.close_connection = True
        try:
            self.faulty(fault, service, rest, found, data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass

    do_POST = do_HEAD = do_GET

    def faulty(self, fault, service, rest, found, data):
        if fault in STATUS:
            self.send(STATUS[fault], b"not now\n", "text/plain")
        elif fault in REDIRECT:
            self.redirect(REDIRECT[fault])
        elif fault == "loop":
            self.redirect(self.path)
        elif fault == "redirect":
            self.redirect("/" + "/".join([service] + rest))
        elif hasattr(self, "http_" + fault.replace("-", "_")):
            getattr(self, "http_" + fault.replace("-", "_"))(
                lambda: self.answer(service, rest, found, data),
                float(found.get("seconds", 5)), TYPES.get(service))
        elif fault:
            self.send(500, b"no such fault\n", "text/plain")
        else:
            self.good(self.answer(service, rest, found, data),
                      TYPES.get(service))

    def good(self, answer, kind):
        if answer is None:
            self.send(404, b"nothing here\n", "text/plain")
        else:
            self.send(200, answer, kind)

    def head(self, status, kind, length=None, **more):
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/octet-stream")
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def send(self, status, answer, kind, **more):
        self.head(status, kind, len(answer), **more)
        if self.command != "HEAD":
            self.wfile.write(answer)

    def redirect(self, where):
        # 307: a POST stays one
        self.send(307, b"", "text/plain", Location=where)

    # ---- faults of HTTP: the answer comes when it is called for

    def http_late(self, answer, seconds, kind):
        self.server.sleep(seconds)
        self.good(answer(), kind)

    def http_drip(self, answer, seconds, kind):
        octets = answer() or b""
        self.head(200, kind, len(octets))
        for i in range(len(octets)):
            self.wfile.write(octets[i:i + 1])
            self.wfile.flush()
            self.server.sleep(seconds)

    def http_drip_head(self, answer, seconds, kind):
        del answer, kind
        for octet in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
            self.wfile.write(bytes([octet]))
            self.wfile.flush()
            self.server.sleep(seconds)

    def http_endless(self, answer, seconds, kind):
        del answer, seconds
        self.head(200, kind)
        while not self.server.ending.is_set():
            self.wfile.write(b"\x30" * 65536)
            self.server.sleep(0.002)  # 32 MB a second are plenty

    def http_endless_chunks(self, answer, seconds, kind):
        del answer, seconds
        self.head(200, kind, Transfer_Encoding="chunked")
        while not self.server.ending.is_set():
            self.wfile.write(b"10000\r\n" + b"\x30" * 65536 + b"\r\n")
            self.server.sleep(0.002)

    def http_endless_head(self, answer, seconds, kind):
        del answer, seconds, kind
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.ending.is_set():
            self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    def http_wrong_type(self, answer, seconds, kind):
        del seconds, kind
        self.good(answer(), "text/html")

    def http_reset(self, answer, seconds, kind):
        del answer, seconds, kind
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
        self.connection.close()

    def http_reset_body(self, answer, seconds, kind):
        octets = answer() or b""
        self.head(200, kind, len(octets))
        self.wfile.write(octets[:len(octets) // 2])
        self.wfile.flush()
        self.http_reset(None, seconds, kind)

    def http_empty(self, answer, seconds, kind):
        """The connection is closed without a word."""
        del answer, seconds, kind

    def http_empty_body(self, answer, seconds, kind):
        del answer, seconds
        self.send(200, b"", kind)

    def http_huge(self, answer, seconds, kind):
        del seconds
        self.head(200, kind, 10 ** 13)
        self.wfile.write(answer() or b"")
        self.wfile.flush()
        self.server.sleep(60)

    def http_huge_number(self, answer, seconds, kind):
        del answer, seconds
        self.head(200, kind, "9" * 40)

    def http_short(self, answer, seconds, kind):
        """Fewer octets than were promised."""
        del seconds
        octets = answer() or b""
        self.head(200, kind, len(octets) + 100)
        self.wfile.write(octets)

    def http_chunked(self, answer, seconds, kind):
        del seconds
        octets = answer() or b""
        self.head(200, kind, Transfer_Encoding="chunked")
        for i in range(0, len(octets), 100):
            part = octets[i:i + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def http_chunked_cut(self, answer, seconds, kind):
        del seconds
        octets = answer() or b""
        self.head(200, kind, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%s\r\n" % (len(octets), octets))

    def http_not_http(self, answer, seconds, kind):
        del answer, seconds, kind
        self.wfile.write(b"220 lab ESMTP\r\n" * 10)

    def http_auth(self, answer, seconds, kind):
        del seconds
        want = base64.b64encode((USER + ":" + WORD).encode()).decode()
        if self.headers.get("Authorization") == "Basic " + want:
            self.good(answer(), kind)
        else:
            self.send(401, b"who are you?\n", "text/plain",
                      WWW_Authenticate='Basic realm="lab"')

    def http_gzip(self, answer, seconds, kind):
        """A bomb: 64 MiB of zeros in some 64 KiB."""
        import gzip
        del answer, seconds
        self.send(200, gzip.compress(b"\0" * (64 << 20), 9), kind,
                  Content_Encoding="gzip")

    def log_message(self, *args):
        pass


def p7c(cert):
    """The certificate in a PKCS#7 (RFC 5280, 4.2.2.1)."""
    run = subprocess.run(["openssl", "crl2pkcs7", "-nocrl", "-certfile",
                          "/dev/stdin", "-outform", "DER"],
                         input=ssl.DER_cert_to_PEM_cert(cert).encode(),
                         stdout=subprocess.PIPE, check=False)
    return run.stdout if run.returncode == 0 else None


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def setup(self, args):
        self.tool, self.world, self.log = args.tool, args.dir, args.log
        self.ending = threading.Event()
        self.lock = threading.Lock()
        self.counts = {}
        self.asking = threading.Lock()
        self.asked = None

    def sleep(self, seconds):
        self.ending.wait(seconds)

    def count(self, name):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
            return self.counts[name]

    def ask(self, words, data):
        """What the tool answers, or None; one process of it is kept."""
        lines = ["%d %d" % (len(words) + 1, len(data)), self.tool] + words
        with self.asking:
            if self.asked is None:
                self.asked = subprocess.Popen(
                    [self.tool, "wait", self.world], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE)
            try:
                self.asked.stdin.write("\n".join(lines + [""]).encode() + data)
                self.asked.stdin.flush()
                head = self.asked.stdout.readline().split()
                answer = self.asked.stdout.read(int(head[1]))
            except (OSError, IndexError):
                self.asked = None
                return None
        return answer if head[0] == b"0" else None

    def note(self, method, path, fault):
        if self.log:
            line = "%s %s %s\n" % (method, path, fault or "-")
            with self.lock, open(self.log, "a", encoding="utf-8") as log:
                log.write(line)

    def control(self):
        try:
            with open(os.path.join(self.world, "control"),
                      encoding="utf-8") as lines:
                return dict(line.strip().split("=", 1)
                            for line in lines if "=" in line)
        except FileNotFoundError:
            return {}

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, (OSError, ValueError)):
            super().handle_error(request, client_address)


def serve(args, tls):
    server = Server(("127.0.0.1", 0), Handler)
    server.setup(args)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*args.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("%s://127.0.0.1:%d" % ("https" if tls else "http",
                                 server.server_address[1]), flush=True)
    return server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--life", type=float, default=300)
    parser.add_argument("--log")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    args = parser.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    parent = os.getppid()
    servers = [serve(args, False)]
    if args.tls:
        servers.append(serve(args, True))
    end = time.monotonic() + args.life
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(0.2)
    for server in servers:
        server.ending.set()
    # threads in the middle of an answer are not waited for
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
