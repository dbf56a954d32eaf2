#!/usr/bin/env python3
"""Zips one source file so that equal sources make equal zips: zip_function.py SOURCE ZIP."""

import pathlib
import sys
import zipfile


def main(source, archive):
    entry = zipfile.ZipInfo(pathlib.Path(source).name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(entry, pathlib.Path(source).read_bytes(), zipfile.ZIP_STORED)


if __name__ == "__main__":
    main(*sys.argv[1:])
