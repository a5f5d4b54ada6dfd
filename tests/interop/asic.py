#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the podpis authors
"""Look at a container without any code of ours: asic.py FILE DIRECTORY.

The archive by Python's zipfile, mimetype by its octets, and each digest that
manifests and XAdES references name, by openssl over the files extracted into
DIRECTORY. Prints what it saw, fails with the reason."""
import base64
import os
import struct
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as tree
import zipfile

DS = '{http://www.w3.org/2000/09/xmldsig#}'
ASIC = '{http://uri.etsi.org/02918/v1.2.1#}'
DIGESTS = {
    'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
    'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
    'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
    'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256':
        'md_gost12_256',
    'urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-512':
        'md_gost12_512',
}


def check_digest(where, element, uri):
    name = urllib.parse.unquote(uri)
    method = element.find(DS + 'DigestMethod').get('Algorithm')
    want = base64.b64decode(element.find(DS + 'DigestValue').text)
    have = subprocess.run(
        ['openssl', 'dgst', '-' + DIGESTS[method], '-binary',
         os.path.join(where, name)], check=True, stdout=subprocess.PIPE)
    if have.stdout != want:
        sys.exit(f'{name}: another digest')
    return name


def check_head(path):
    with open(path, 'rb') as archive:
        head = archive.read(100)
    _, _, flags, method, _, _, _, packed, size, name, extra = struct.unpack(
        '<IHHHHHIIIHH', head[:30])
    mime = head[38:38 + size].decode()
    if (flags, method, name, extra) != (0, 0, 8, 0) or packed != size:
        sys.exit('mimetype is not plainly stored')
    if head[30:38] != b'mimetype' or not mime.startswith('application/vnd'):
        sys.exit('mimetype is not first')
    return mime


def main(path, where):
    mime = check_head(path)
    seen = set()
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            sys.exit('a broken entry')
        if archive.comment.decode() != 'mimetype=' + mime:
            sys.exit('another comment')
        archive.extractall(where)
        names = archive.namelist()
    files = {n for n in names if n != 'mimetype' and 'META-INF/' not in n}
    for name in names:
        if not name.startswith('META-INF/') or not name.endswith('.xml'):
            continue
        root = tree.parse(os.path.join(where, name)).getroot()
        for ref in root.iter(ASIC + 'DataObjectReference'):
            seen.add(check_digest(where, ref, ref.get('URI')))
        for ref in root.iter(DS + 'Reference'):
            if not ref.get('URI').startswith('#'):
                seen.add(check_digest(where, ref, ref.get('URI')))
    has_cms = 'META-INF/signature.p7s' in names
    if seen != files and not has_cms:
        sys.exit(f'named {sorted(seen)}, has {sorted(files)}')
    print(mime, *sorted(names))


main(*sys.argv[1:])
