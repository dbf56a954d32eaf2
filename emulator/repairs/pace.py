"""What moto does anew for each request or state, and need not: most of its time goes there."""
import functools
import logging

from moto import backends
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.utils import json_path


def list_modules_once():
    """Each request lists the folder of moto's modules to find the one it is for."""
    names = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: names


def parse_paths_once():
    """Each look at a path of a definition builds the tables of the parser and parses it."""
    for module in (json_path, result_path):
        module.parse = functools.cache(module.parse)


def log_errors_only():
    """Each request writes a coloured line."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


REPAIRS = [list_modules_once, parse_paths_once, log_errors_only]
