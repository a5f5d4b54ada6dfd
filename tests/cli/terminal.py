# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
"""Run a command at a terminal of its own and talk to it.

usage: terminal.py [SAY...] -- COMMAND...
SAY: "expect:TEXT" waits for TEXT, "send:TEXT" types it (with \\n, \\x03 as in
Python), "signal:NAME" sends a signal, "echo:on" and "echo:off" wait until the
terminal is so, "wait:SECONDS" waits. What the command printed goes to standard
output, the last line says how it ended: "exit N" or "signal N", and whether
the terminal's echo is on: "echo on".
"""
import errno
import os
import pty
import select
import signal
import sys
import termios
import time

LIMIT = 20


class Terminal:
    def __init__(self, command):
        self.seen = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b''
        self.seen += data
        return bool(data)

    def until(self, what, done):
        end = time.time() + LIMIT
        while not done():
            if time.time() > end or (not self.read(0.05) and not done()):
                sys.stdout.write(self.seen.decode('utf-8', 'replace'))
                sys.exit('terminal.py: waited in vain for ' + what)

    def echo(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def expect(self, text):
        text = text.encode()
        self.until(repr(text), lambda: text in self.seen)
        sys.stdout.write(self.cut(text))

    def cut(self, text):
        at = self.seen.index(text) + len(text)
        head, self.seen = self.seen[:at], self.seen[at:]
        return head.decode('utf-8', 'replace')

    def end(self):
        limit = time.time() + LIMIT
        while self.read(1):
            if time.time() > limit:
                os.kill(self.pid, signal.SIGKILL)
        echo = self.echo()
        _, status = os.waitpid(self.pid, 0)
        sys.stdout.write(self.seen.decode('utf-8', 'replace'))
        if os.WIFSIGNALED(status):
            print('\nsignal %d' % os.WTERMSIG(status))
        else:
            print('\nexit %d' % os.WEXITSTATUS(status))
        print('echo %s' % ('on' if echo else 'off'))


def main():
    split = sys.argv.index('--')
    term = Terminal(sys.argv[split + 1:])
    for say in sys.argv[1:split]:
        verb, text = say.split(':', 1)
        if verb == 'expect':
            term.expect(text)
        elif verb == 'send':
            text = text.encode().decode('unicode_escape')
            os.write(term.fd, text.encode('latin-1'))
        elif verb == 'signal':
            os.kill(term.pid, getattr(signal, text))
        elif verb == 'echo':
            term.until(say, lambda: term.echo() == (text == 'on'))
        elif verb == 'wait':
            time.sleep(float(text))
    term.end()


main()
