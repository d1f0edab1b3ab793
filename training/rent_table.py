"""Prints the conditions that pay no rent, from the results of `rent_rules`.

    python training/rent_table.py .chatbot/rent [--below 0.2] [--only NAME]

These are the conditions that bring less than a fifth of a point on every file.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any


def main() -> None:
    """Read the arguments, and print a line for each condition."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the results")
    parser.add_argument("--below", type=float, default=0.2, help="points that are too few")
    parser.add_argument("--only", default="", help="only conditions in functions with this name")
    arguments = parser.parse_args()
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(arguments.folder.glob("*.json")):
        for rent in json.loads(path.read_text())["rents"]:
            place = f"{rent['module']}:{rent['line']} {rent['function']}"
            seen[f"{place} [{rent['kind']}] {rent['source'][:90]}"].append(rent)
    for name, rents in seen.items():
        brings = [points for rent in rents for points in rent["brings"].values()]
        is_needed = any(rent["failed"] for rent in rents)
        if arguments.only in name and not is_needed and max(brings, default=0) < arguments.below:
            fires, changed = (sum(rent[what] for rent in rents) for what in ("fires", "changed"))
            print(f"{name} | fires {fires}, changed {changed}, costs {-min(brings, default=0)}")


if __name__ == "__main__":
    main()
