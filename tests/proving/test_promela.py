"""Spin, searching the machine written in Promela, comes to the same verdicts as a proof."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from generated import Plain, definitions, load
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures import load as load_file
from procedures.machine import Machine
from procedures.properties import Proved, Refuted
from procedures.proving import Prover, obligations
from procedures.proving.symbols import rules_of
from promela import Process, written
from sampled import Sampled, fewest

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "definitions" / "kortrijk").glob("*[!s].yaml"))
WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))
