# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries of one tiny package each, and a repository, as files that a web server could hand out."""

import base64
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

HOST = 'https://registry.test'
WORD = 'tiny-package-speaks'


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def make_archive(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def make_npm(root):
    package = {'name': 'ship-tiny', 'version': '1.0.0', 'main': 'index.js'}
    archive = make_archive({'package/package.json': json.dumps(package),
                            'package/index.js': f'module.exports = "{WORD}";'})
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    dist = {'tarball': HOST + '/npm-files/ship-tiny-1.0.0.tgz', 'integrity': 'sha512-' + digest}
    write(root / 'npm-files/ship-tiny-1.0.0.tgz', archive)
    write(root / 'npm/ship-tiny', json.dumps({
        'name': 'ship-tiny', 'dist-tags': {'latest': '1.0.0'},
        'versions': {'1.0.0': {**package, 'dist': dist}}}))


def make_wheel(root):
    out = io.BytesIO()
    info = 'ship_tiny-1.0.0.dist-info/'
    with zipfile.ZipFile(out, 'w') as wheel:
        wheel.writestr('ship_tiny.py', f'WORD = "{WORD}"\n')
        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\nName: ship-tiny\nVersion: 1.0.0\n')
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
        wheel.writestr(info + 'RECORD', f'ship_tiny.py,,\n{info}METADATA,,\n{info}WHEEL,,\n{info}RECORD,,\n')
    name = 'ship_tiny-1.0.0-py3-none-any.whl'
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    write(root / 'wheels' / name, out.getvalue())
    write(root / 'simple/ship-tiny/index.html',
          f'<!DOCTYPE html><html><body><a href="/wheels/{name}#sha256={digest}">{name}</a></body></html>')


def make_crate(root):
    manifest = '[package]\nname = "ship-tiny"\nversion = "1.0.0"\nedition = "2021"\n'
    crate = make_archive({'ship-tiny-1.0.0/Cargo.toml': manifest,
                          'ship-tiny-1.0.0/src/lib.rs': f'pub const WORD: &str = "{WORD}";\n'})
    write(root / 'crates/config.json', json.dumps({'dl': HOST + '/crate-files/{crate}-{version}.crate'}))
    write(root / 'crate-files/ship-tiny-1.0.0.crate', crate)
    write(root / 'crates/sh/ip/ship-tiny', json.dumps({
        'name': 'ship-tiny', 'vers': '1.0.0', 'deps': [], 'features': {}, 'yanked': False,
        'cksum': hashlib.sha256(crate).hexdigest()}) + '\n')


def git(*words):
    subprocess.run(['git', *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def make_repository(root):
    checkout = root / 'checkout'
    write(checkout / 'README', WORD + '\n')
    git('init', '--quiet', '--initial-branch=main', checkout)
    git('-C', checkout, 'add', 'README')
    git('-C', checkout, '-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '-m', 'First')
    git('clone', '--quiet', '--bare', checkout, root / 'tiny.git')
    git('-C', root / 'tiny.git', 'update-server-info')


def main():
    root = pathlib.Path(sys.argv[1])
    make_npm(root / 'registry.test')
    make_wheel(root / 'registry.test')
    make_crate(root / 'registry.test')
    make_repository(root / 'files.test')


main()
