#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
"""Archives that are odd, broken or hostile, each by its name.

mkzip.py DIR [BASE [WITHOUT]]   write DIR/NAME.zip for each case, and DIR/table
mkzip.py --list                 the table alone

BASE is an archive, say a signed container: its entries, but for the one called
WITHOUT, are then those that every case begins with. A line of the table has three fields, divided by tabs:
the name, what must happen, and words of the message (a regular expression):

good     it is opened without a warning, and every entry is read
warn     the same, with this warning
fault    it is opened; one entry is not read, for this reason
broken   it is opened; reading one entry fails
format   it is refused: broken, or two archives in one
limit    it is refused: too large, or a bomb
"""
import os
import struct
import sys
import unicodedata
import zipfile
import zlib

STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
CASES = []
BASE = []


def deflate(data, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def extra(number, data):
    return struct.pack('<HH', number, len(data)) + data


def path_extra(name, path):
    return extra(0x7075, b'\1' + struct.pack('<I', zlib.crc32(name)) + path)


class Entry:
    """One entry. What is not said follows from name and data; local_X is what
    the local header says instead of X."""

    def __init__(self, name, data=b'text', method=STORED, **odd):
        if isinstance(name, str):
            odd.setdefault('flags', 0 if name.isascii() else UTF8)
            name = name.encode()
        self.name, self.data, self.method = name, data, method
        self.flags = self.attributes = self.disk = 0
        self.host = 3
        self.crc = zlib.crc32(data)
        self.octets = deflate(data) if method == DEFLATED else data
        self.size = len(data)
        self.extra = self.local_extra = self.comment = b''
        self.before = b''        # octets in front of it
        self.descriptor = None   # octets behind it; True: a usual one
        self.offset = None       # where the directory says that it is
        self.mark = b'PK\3\4'
        self.listed = self.there = True
        self.__dict__.update(odd)
        self.packed = odd.get('packed', len(self.octets))
        if self.descriptor is not None:
            self.flags |= DESCRIPTOR
        if self.descriptor is True:
            self.descriptor = b'PK\7\10' + struct.pack(
                '<III', self.crc, self.packed, self.size)

    def local(self):
        def says(what, plain):
            return getattr(self, 'local_' + what, plain)
        unknown = self.descriptor is not None
        name = says('name', self.name)
        return self.before + self.mark + struct.pack(
            '<HHHHHIIIHH', 20, says('flags', self.flags),
            says('method', self.method), 0x6000, 0x576e,
            says('crc', 0 if unknown else self.crc),
            says('packed', 0 if unknown else min(self.packed, 0xffffffff)),
            says('size', 0 if unknown else min(self.size, 0xffffffff)),
            len(name), len(self.local_extra)) + name + self.local_extra + \
            self.octets + (self.descriptor or b'')

    def central(self, offset):
        if self.offset is not None:
            offset = self.offset
        return b'PK\1\2' + struct.pack(
            '<HHHHHHIIIHHHHHII', self.host << 8 | 20, 20, self.flags,
            self.method, 0x6000, 0x576e, self.crc,
            min(self.packed, 0xffffffff), min(self.size, 0xffffffff),
            len(self.name), len(self.extra), len(self.comment), self.disk, 0,
            self.attributes, min(offset, 0xffffffff)) + \
            self.name + self.extra + self.comment


def end(count, size, offset, comment=b'', disk=0):
    return b'PK\5\6' + struct.pack('<HHHHIIH', disk, 0, count, count, size,
                                   offset, len(comment)) + comment


def end64(at, count, size, offset, locator=None):
    if locator is None:
        locator = at
    return b'PK\6\6' + struct.pack('<QHHIIQQQQ', 44, 45, 45, 0, 0, count,
                                   count, size, offset) + \
        b'PK\6\7' + struct.pack('<IQI', 0, locator, 1)


class Archive:
    """Entries and what is around them; BASE comes first."""

    def __init__(self, *entries, **odd):
        self.entries = BASE + list(entries)
        self.prefix = self.gap = self.behind = self.tail = self.comment = b''
        self.zip64 = None    # the octets of the records, from (at, n, s, o)
        self.count = self.size = self.offset = None
        self.shift = 0       # added to what the end says of the directory
        self.disk = 0
        self.mark = None     # of the first header in the directory
        self.__dict__.update(odd)

    def octets(self):
        out = bytearray(self.prefix)
        central = b''
        count = 0
        for entry in self.entries:
            at = len(out) + len(entry.before)
            if entry.there:
                out += entry.local()
            if entry.listed:
                central += entry.central(at)
                count += 1
        if self.mark is not None:
            central = self.mark + central[4:]
        out += self.gap
        offset = len(out)
        size = len(central)
        out += central + self.behind
        count = count if self.count is None else self.count
        size = size if self.size is None else self.size
        offset = (offset if self.offset is None else self.offset) + self.shift
        if self.zip64:
            out += self.zip64(len(out), count, size, offset)
        if self.zip64 and not getattr(self, 'small', False):
            count, size, offset = 0xffff, 0xffffffff, 0xffffffff
        return bytes(out + end(count, size, offset, self.comment, self.disk) +
                     self.tail)


def case(name, expect, words, make):
    CASES.append((name, expect, words, make))


def one(name, expect, words, *args, **odd):
    """An archive with one more entry."""
    case(name, expect, words, lambda: Archive(Entry(*args, **odd)).octets())


def around(name, expect, words, **odd):
    """An archive with something odd around its entries."""
    case(name, expect, words, lambda: Archive(Entry('a.txt'), **odd).octets())


LONG = b'All the rent is paid until the last day of the month. ' * 40
HIDDEN = Entry('hidden.txt', b'The rent is doubled.')


def good_cases():
    around('plain', 'good', '')
    around('comment', 'good', '',
           comment=b'mimetype=application/vnd.etsi.asic-e+zip')
    one('deflated', 'good', '', 'a.txt', LONG, DEFLATED)
    one('empty-file', 'good', '', 'a.txt', b'')
    one('empty-deflated', 'good', '', 'a.txt', b'', DEFLATED)
    one('folder', 'good', '', 'folder/', b'', attributes=0o40755 << 16 | 0x10)
    one('unix-mode', 'good', '', 'a.txt', attributes=0o100644 << 16)
    one('russian', 'good', '', 'Договор аренды № 1.txt')
    one('long-name', 'good', '', 'n' * 1024)
    one('dots', 'good', '', '..a/b../...c')
    one('extra', 'good', '', 'a.txt', extra=extra(0x5455, b'\3' + b'\0' * 4),
        local_extra=extra(0x5455, b'\3' + b'\0' * 8))
    one('extra-padding', 'good', '', 'a.txt', local_extra=b'\0' * 3)
    one('nested', 'good', '', 'inner.zip', end(0, 0, 0))
    for name, data in {
            'descriptor': True,
            'descriptor-unsigned': struct.pack('<III', zlib.crc32(LONG),
                                               len(deflate(LONG)), len(LONG)),
            'descriptor-64': b'PK\7\10' + struct.pack(
                '<IQQ', zlib.crc32(LONG), len(deflate(LONG)), len(LONG)),
            'descriptor-64-unsigned': struct.pack(
                '<IQQ', zlib.crc32(LONG), len(deflate(LONG)), len(LONG)),
            }.items():
        one(name, 'good', '', 'a.txt', LONG, DEFLATED, descriptor=data)
    one('descriptor-and-sizes', 'good', '', 'a.txt', LONG, DEFLATED,
        descriptor=True, local_crc=zlib.crc32(LONG), local_size=len(LONG),
        local_packed=len(deflate(LONG)))
    around('zip64-end', 'good', '', zip64=end64)
    around('zip64-end-small', 'good', '', zip64=end64, small=True)
    one('zip64-local', 'good', '', 'a.txt', b'text', local_size=0xffffffff,
        local_packed=0xffffffff,
        local_extra=extra(1, struct.pack('<QQ', 4, 4)))
    one('zip64-streamed', 'good', '', 'a.txt', b'text', descriptor=True,
        local_size=0xffffffff, local_packed=0xffffffff,
        local_extra=extra(1, struct.pack('<QQ', 0, 0)))
    name = 'Договор.txt'.encode('cp866')
    one('path', 'good', '', name, extra=path_extra(name, 'Договор.txt'.encode()),
        local_extra=path_extra(name, 'Договор.txt'.encode()))
    name = 'für Anja.txt'.encode('cp850')
    one('path-cp850', 'good', '', name,
        extra=path_extra(name, 'für Anja.txt'.encode()))
    name = 'Проба.txt'.encode('cp1251')
    one('path-cp1251', 'good', '', name,
        extra=path_extra(name, 'Проба.txt'.encode()))
    one('path-stale', 'good', '', 'a.txt', extra=path_extra(b'x', b'b.txt'))


def warn_cases():
    one('cp866', 'warn', 'old code page', 'Договор.txt'.encode('cp866'))
    one('cp437', 'warn', 'old code page', 'für Anja.txt'.encode('cp437'))
    one('utf8-unsaid', 'warn', 'does not say so', 'Договор.txt'.encode())
    around('newline-behind', 'warn', 'follow the archive', tail=b'\r\n')
    around('zeros-behind', 'warn', 'follow the archive', tail=b'\0' * 512)
    around('split-marker', 'warn', 'split', prefix=b'PK00')


def end_cases():
    """What ends the archive is broken, or there are two ends."""
    inner = end(0, 0, 0)
    around('end-in-comment', 'format', 'fit together',
           comment=inner)
    around('end-in-comment-whole', 'format', 'fit together',
           comment=Archive(HIDDEN).octets())
    around('end-before-end', 'format', 'two ways|fit together',
           behind=end(0, 0, 0, b'#' * 22)[:22])
    case('end-within-comment-of-entry', 'format', 'two ways',
         lambda: Archive(Entry('a.txt', comment=inner)).octets())
    case('end-that-reaches-the-end', 'format', 'two ways', two_ends)
    around('garbage-behind', 'format', 'behind its end', tail=b'garbage')
    case('archive-behind', 'format', 'before its first|fit together',
         lambda: Archive(Entry('a.txt')).octets() +
         Archive(Entry('b.txt')).octets())
    case('archive-behind-fitted', 'format', 'before its first', lambda:
         Archive(prefix=Archive(Entry('a.txt')).octets()).octets())
    case('no-end', 'format', 'no end of central',
         lambda: Archive(Entry('a.txt')).octets()[:-22])
    case('half-end', 'format', 'no end of central',
         lambda: Archive(Entry('a.txt')).octets()[:-1])
    case('empty', 'format', 'no end of central', lambda: b'')
    case('comment-cut', 'format', 'no end of central',
         lambda: Archive(comment=b'comment').octets()[:-1])
    around('piece', 'format', 'pieces', disk=1)
    around('directory-gap', 'format', 'fit together', behind=b'gap')
    around('directory-signed', 'format', 'fit together',
           behind=b'PK\5\5\4\0sign')
    around('directory-shifted', 'format', 'fit together', shift=1)
    around('directory-prefix', 'format', 'fit together', prefix=b'#!sh\n',
           shift=-5)
    around('directory-size', 'format', 'fit together', size=10)
    around('count-more', 'format', 'central directory', count=9)
    around('count-less', 'format', 'central directory', count=1)
    around('count-none', 'format', 'central directory', count=0)
    around('directory-mark', 'format', 'central directory', mark=b'PK\1\1')
    around('zip64-missing', 'limit', 'entries', count=0xffff)
    around('zip64-elsewhere', 'format', 'fit together',
           zip64=lambda at, n, s, o: end64(at, n, s, o, 0))
    around('zip64-far', 'format', 'fit together',
           zip64=lambda at, n, s, o: end64(at, n, s, o, 1 << 63))
    around('zip64-other-count', 'format', 'fit together', small=True,
           zip64=lambda at, n, s, o: end64(at, n - 1, s, o))
    around('zip64-other-directory', 'format', 'fit together', small=True,
           zip64=lambda at, n, s, o: end64(at, n, s, o - 1))
    around('zip64-huge', 'format', 'fit together',
           zip64=lambda at, n, s, o: end64(at, n, s, (1 << 64) - 1))
    around('zip64-huge-count', 'limit', 'entries',
           zip64=lambda at, n, s, o: end64(at, 1 << 40, s, o))


def two_ends():
    """An end in the octets of an entry whose comment reaches the end."""
    plain = Archive(Entry('a.txt', end(0, 0, 0))).octets()
    at = plain.index(b'PK\5\6')
    return Archive(Entry('a.txt', end(0, 0, 0)[:20] +
                         struct.pack('<H', len(plain) - at - 22))).octets()


def place_cases():
    """Octets that belong to no entry, or to two."""
    case('pdf-before', 'format', 'before its first',
         lambda: Archive(prefix=b'%PDF-1.7\n').octets())
    case('entry-before', 'format', 'before its first',
         lambda: Archive(prefix=HIDDEN.local()).octets())
    one('gap', 'format', 'does not end', 'a.txt', before=b'gap')
    one('gap-zeros', 'format', 'does not end', 'a.txt', before=b'\0' * 16)
    one('gap-entry', 'format', 'does not end', 'a.txt',
        before=HIDDEN.local())
    around('gap-last', 'format', 'does not end', gap=b'gap')
    around('gap-last-entry', 'format', 'does not end', gap=HIDDEN.local())
    case('unlisted', 'format', 'does not end', lambda: Archive(
        Entry('hidden.txt', listed=False), Entry('a.txt')).octets())
    case('overlap-same', 'format', 'does not end', lambda: Archive(
        Entry('a.txt'), Entry('b.txt', there=False, offset=0)).octets())
    case('overlap-quoted', 'format', 'does not end|differ', overlap)
    case('overlap-directory', 'format', 'does not end', lambda: Archive(
        Entry('a.txt', octets=b'', size=60, packed=60)).octets())
    one('offset-beyond', 'format', 'does not end|before its first', 'a.txt',
        offset=0x7fffffff)
    one('offset-huge', 'format', 'does not end|before its first', 'a.txt',
        offset=0xffffffff, extra=extra(1, struct.pack('<Q', (1 << 64) - 1)))
    one('packed-huge', 'limit', 'bomb', 'a.txt',
        packed=0xffffffff, size=0xffffffff,
        extra=extra(1, struct.pack('<QQ', (1 << 64) - 1, (1 << 64) - 1)))
    case('entry-within-entry', 'format', 'does not end', within)
    one('local-mark', 'format', 'does not end', 'a.txt', mark=b'PK\3\3')


def overlap():
    """The octets of the first entry are the header of the second as well."""
    inner = Entry('b.txt', LONG).local()
    outer = Entry('a.txt', inner)
    start = len(Archive().octets()) and sum(len(e.local()) for e in BASE)
    at = start + 30 + 5
    return Archive(outer, Entry('b.txt', LONG, there=False,
                                offset=at)).octets()


def within():
    """Who reads from the beginning sees an entry more, which ends where the
    first one does."""
    first = Entry('a.txt', LONG, DEFLATED, descriptor=True)
    first.octets += first.descriptor + HIDDEN.local()
    first.packed = len(first.octets)
    first.descriptor = b'PK\7\10' + struct.pack(
        '<III', first.crc, first.packed, first.size)
    return Archive(first).octets()


def face_cases():
    """The header says this, and the directory that."""
    one('name', 'format', 'two faces', 'a.txt', local_name=b'b.txt')
    one('name-longer', 'format', 'two faces', 'a.txt', local_name=b'a.txt.x')
    one('name-long', 'format', 'two faces', 'a.txt', local_name=b'a' * 60000)
    one('method', 'format', 'two faces', 'a.txt', local_method=DEFLATED)
    one('size', 'format', 'two faces', 'a.txt', LONG, DEFLATED, local_size=5)
    one('packed', 'format', 'two faces', 'a.txt', LONG, DEFLATED,
        local_packed=5)
    one('crc', 'format', 'two faces', 'a.txt', local_crc=1)
    one('encrypted-there', 'format', 'two faces', 'a.txt',
        local_flags=ENCRYPTED)
    one('utf8-there', 'format', 'two faces', 'a.txt', local_flags=UTF8)
    one('descriptor-there', 'format', 'two faces', 'a.txt',
        local_flags=DESCRIPTOR)
    one('size-descriptor', 'format', 'two faces', 'a.txt', LONG, DEFLATED,
        descriptor=True, local_size=5)
    one('descriptor-crc', 'format', 'does not end', 'a.txt',
        descriptor=struct.pack('<III', 1, 4, 4))
    one('descriptor-size', 'format', 'does not end', 'a.txt',
        descriptor=struct.pack('<III', zlib.crc32(b'text'), 4, 5))
    one('descriptor-missing', 'format', 'does not end', 'a.txt',
        descriptor=b'')
    one('descriptor-long', 'format', 'does not end', 'a.txt',
        descriptor=b'#' * 25)
    one('descriptor-odd', 'format', 'does not end', 'a.txt',
        descriptor=b'#' * 3)
    one('zip64-size', 'format', 'two faces', 'a.txt', local_size=0xffffffff,
        local_packed=0xffffffff, local_extra=extra(1, b'\5' + b'\0' * 15))
    one('zip64-short', 'format', 'two faces', 'a.txt',
        local_size=0xffffffff, local_packed=0xffffffff,
        local_extra=extra(1, b'\4' + b'\0' * 6))
    one('zip64-twice', 'format', 'two faces', 'a.txt',
        local_extra=extra(1, b'') + extra(1, b''))
    one('zip64-central-short', 'format', 'not sound', 'a.txt',
        size=0xffffffff, extra=extra(1, b'\4'))
    one('extra-overrun', 'format', 'not sound', 'a.txt', extra=b'UT\xff\xff')
    one('extra-overrun-there', 'format', 'two faces', 'a.txt',
        local_extra=b'UT\xff\xff')
    one('path-other', 'format', 'two names', 'a.txt',
        extra=path_extra(b'a.txt', b'b.txt'),
        local_extra=path_extra(b'a.txt', b'b.txt'))
    one('path-there', 'format', 'two faces', 'a.txt',
        local_extra=path_extra(b'a.txt', b'b.txt'))
    name = 'Договор.txt'.encode('cp866')
    one('path-other-code', 'format', 'two names', name,
        extra=path_extra(name, 'Доверенность.txt'.encode()))
    one('path-no-utf8', 'format', 'two names', name,
        extra=path_extra(name, name))
    one('path-nul', 'format', 'two names', 'a.txt',
        extra=path_extra(b'a.txt', b'a.txt\0'))
    one('path-twice', 'format', 'not sound', 'a.txt',
        extra=path_extra(b'a.txt', b'a.txt') * 2)
    one('stored-grows', 'format', 'not sound', 'a.txt', size=5, local_size=5)
    one('disk', 'format', 'not sound', 'a.txt', disk=1)
    one('masked', 'format', 'not sound', 'a.txt', flags=ENCRYPTED | 0x2000)


def twice(name, *names):
    case(name, 'format', 'twice|one name|as a file and as a folder',
         lambda: Archive(*[Entry(n, str(i).encode())
                           for i, n in enumerate(names)]).octets())


def twin_cases():
    """Names that are one name, to somebody."""
    twice('twice', 'a.txt', 'a.txt')
    twice('twice-far', 'a.txt', 'b.txt', 'c.txt', 'a.txt')
    twice('case', 'a.txt', 'A.TXT')
    twice('case-russian', 'договор.txt', 'ДОГОВОР.txt')
    twice('case-sharp', 'straße.txt', 'STRASSE.txt')
    twice('case-meta-inf', 'META-INF/x.xml', 'meta-inf/x.xml')
    twice('case-mimetype', 'Mimetype')
    twice('normal', unicodedata.normalize('NFC', 'Договор й.txt'),
          unicodedata.normalize('NFD', 'Договор й.txt'))
    twice('normal-case', unicodedata.normalize('NFC', 'ЁЛКА.txt'),
          unicodedata.normalize('NFD', 'ёлка.txt'))
    twice('dot-behind', 'a.txt', 'a.txt.')
    twice('space-behind', 'a.txt', 'a.txt ')
    twice('space-behind-folder', 'a/b.txt', 'a /b.txt')
    twice('file-and-folder', 'a', 'a/b.txt')
    twice('file-and-folder-apart', 'a', 'a.b', 'A/b.txt')
    case('file-and-folder-entry', 'format', 'one name', lambda: Archive(
        Entry('a'), Entry('a/', b'')).octets())
    case('codes', 'format', 'twice', lambda: Archive(
        Entry('акт.txt'), Entry('акт.txt'.encode('cp866'))).octets())
    one('name-nul', 'format', 'not sound', b'a.txt\0.exe')
    one('name-none', 'format', 'not sound', b'')


def fault_cases():
    """Entries that are not what a person would open."""
    for name, words, path in (
            ('dotdot', r'\.\.', '../../etc/passwd'),
            ('dotdot-within', r'\.\.', 'a/../../b.txt'),
            ('dotdot-last', r'\.\.', 'a/..'),
            ('dotdot-alone', r'\.\.', '..'),
            ('absolute', 'absolute', '/etc/passwd'),
            ('absolute-network', 'absolute', '//server/share'),
            ('drive', 'drive', 'C:/a.txt'),
            ('drive-here', 'drive', 'c:a.txt'),
            ('backslash', 'backslash', 'a\\b.txt'),
            ('backslash-dotdot', 'backslash', '..\\b.txt'),
            ('newline', 'control', 'a\nTOTAL-PASSED.txt'),
            ('escape', 'control', 'a\x1b[2J.txt'),
            ('delete', 'control', 'a\x7f.txt'),
            ('next-line', 'control', 'a\x85.txt'),
            ('line-separator', 'control', 'a\u2028b.txt'),
            ('right-to-left', 'direction', 'lease\u202efdp.exe'),
            ('isolate', 'direction', 'lease\u2067fdp.exe'),
            ('step-dot', 'empty step', './a.txt'),
            ('step-dot-within', 'empty step', 'a/./b.txt'),
            ('step-empty', 'empty step', 'a//b.txt')):
        one(name, 'fault', words, path)
    one('dotdot-folder', 'fault', r'\.\.', '../', b'')
    one('bad-utf8', 'format', 'UTF-8', b'a\xff\xfe.txt', flags=UTF8)
    one('overlong-slash', 'format', 'UTF-8', b'..\xc0\xafa.txt', flags=UTF8)
    one('surrogate', 'format', 'UTF-8', b'a\xed\xa0\x80.txt', flags=UTF8)
    one('symlink', 'fault', 'symbolic link', 'a.txt', b'/etc/passwd',
        attributes=0o120777 << 16)
    one('symlink-dos', 'fault', 'symbolic link', 'a.txt', b'/etc/passwd',
        attributes=0o120777 << 16, host=0)
    one('fifo', 'fault', 'special', 'a.txt', attributes=0o10644 << 16)
    one('device', 'fault', 'special', 'a.txt', attributes=0o60644 << 16)
    one('socket', 'fault', 'special', 'a.txt', attributes=0o140644 << 16)
    one('folder-mode', 'fault', 'directory by', 'a',
        attributes=0o40755 << 16)
    one('folder-content', 'format', 'with content', 'a/', b'text')
    one('encrypted', 'fault', 'encrypted', 'a.txt', b'#' * 16,
        flags=ENCRYPTED, size=4)
    one('encrypted-strongly', 'fault', 'encrypted', 'a.txt', flags=0x41)
    one('encrypted-aes', 'fault', 'encrypted', 'a.txt', b'#' * 32, method=99,
        flags=ENCRYPTED, extra=extra(0x9901, b'\2\0AE\3\10\0'),
        local_extra=extra(0x9901, b'\2\0AE\3\10\0'))
    for number in 1, 6, 9, 12, 14, 93, 95, 98:
        one('method-%d' % number, 'fault', 'compressed', 'a.txt',
            method=number)
    one('patch', 'fault', 'patch', 'a.txt', flags=0x20)


def broken_cases():
    """Entries whose octets are not what they are said to be."""
    one('crc-both', 'broken', 'CRC', 'a.txt', crc=1)
    one('crc-both-deflated', 'broken', 'CRC', 'a.txt', LONG, DEFLATED, crc=1)
    one('deflate-bad', 'broken', 'broken', 'a.txt', LONG, DEFLATED,
        octets=b'\xff' * 20)
    one('deflate-cut', 'broken', 'broken', 'a.txt', LONG, DEFLATED,
        octets=deflate(LONG)[:-4])
    one('deflate-longer', 'broken', 'broken', 'a.txt', LONG, DEFLATED,
        size=100)
    one('deflate-shorter', 'broken', 'broken', 'a.txt', LONG, DEFLATED,
        size=len(LONG) + 1)
    one('deflate-empty', 'broken', 'broken', 'a.txt', LONG, DEFLATED, size=0)
    one('deflate-garbage-behind', 'good', '', 'a.txt', LONG, DEFLATED,
        octets=deflate(LONG) + b'hidden')
    one('deflate-stored-block', 'good', '', 'a.txt', LONG, DEFLATED,
        octets=deflate(LONG, 0))


def limit_cases():
    one('bomb', 'limit', 'bomb', 'a.txt', b'\0' * (65 << 20), DEFLATED)
    one('bomb-said', 'limit', 'bomb', 'a.txt', LONG, DEFLATED, size=1 << 31)
    one('bomb-said-64', 'limit', 'bomb', 'a.txt', LONG, DEFLATED,
        size=0xffffffff, extra=extra(1, struct.pack('<Q', 1 << 42)))
    case('bomb-many', 'limit', 'bomb', many_bombs)
    case('many', 'good', '', lambda: Archive(
        *[Entry('%05d' % i, b'') for i in range(19990)]).octets())
    case('too-many', 'limit', 'entries', lambda: Archive(
        *[Entry('%05d' % i, b'') for i in range(20001)]).octets())
    one('name-too-long', 'limit', 'name', 'n' * 1025)


def many_bombs():
    data = b'\0' * (60 << 20)
    octets, crc = deflate(data), zlib.crc32(data)
    return Archive(*[Entry('%d' % i, b'', DEFLATED, octets=octets, crc=crc,
                           size=len(data)) for i in range(20)]).octets()


def read_base(path=None, without=None):
    if path is None:
        return [Entry('mimetype', b'application/vnd.etsi.asic-e+zip'),
                Entry('lease.txt', LONG, DEFLATED),
                Entry('META-INF/signatures001.xml', b'<a/>', DEFLATED)]
    with zipfile.ZipFile(path) as base:
        return [Entry(info.filename, base.read(info), info.compress_type)
                for info in base.infolist() if info.filename != without]


def main():
    for cases in (good_cases, warn_cases, end_cases, place_cases, face_cases,
                  twin_cases, fault_cases, broken_cases, limit_cases):
        cases()
    if len({row[0] for row in CASES}) != len(CASES):
        sys.exit('mkzip.py: two cases have one name')
    table = ''.join('%s\t%s\t%s\n' % row[:3] for row in CASES)
    if sys.argv[1:] == ['--list']:
        sys.stdout.write(table)
        return
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    BASE.extend(read_base(*sys.argv[2:]))
    for name, _, _, make in CASES:
        with open(os.path.join(sys.argv[1], name + '.zip'), 'wb') as file:
            file.write(make())
    with open(os.path.join(sys.argv[1], 'table'), 'w') as file:
        file.write(table)


main()
