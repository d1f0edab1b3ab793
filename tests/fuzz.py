"""Runs atheris on a target of `test_fuzz`: `fuzz.py files -max_total_time=60`.

The first argument names the target; the others are options of libFuzzer.
"""

import sys

import atheris

with atheris.instrument_imports(include=["chatbot"]):
    import test_fuzz

if __name__ == "__main__":
    target = test_fuzz.targets()[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()
