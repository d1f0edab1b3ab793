"""Prints what each condition brings on each file, from the results of `rent_rules`.

    python training/rent_table.py .chatbot/rent [--below 0.2] [--only NAME]

A condition that changed no answer, or brings less than a fifth of a point on every file, pays no
rent.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--below", type=float, default=0.2)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    rows = defaultdict(dict)
    files = sorted(arguments.folder.glob("*.json"))
    for path in files:
        for rent in json.loads(path.read_text())["rents"]:
            key = (
                rent["module"].removeprefix("chatbot."),
                rent["function"],
                rent["line"],
                rent["kind"],
                rent["source"],
            )
            rows[key][path.stem] = rent
    for key, seen in rows.items():
        if arguments.only not in f"{key[0]}:{key[1]}":
            continue
        fires = sum(r["fires"] for r in seen.values())
        changed = sum(r["changed"] for r in seen.values())
        best = max((v for r in seen.values() for v in r["brings"].values()), default=0)
        worst = min((v for r in seen.values() for v in r["brings"].values()), default=0)
        failed = [r["failed"] for r in seen.values() if r["failed"]]
        if failed or (best >= arguments.below and not arguments.all):
            continue
        where = " ".join(
            f"{name.split('-')[1][:9]}{dict(r['brings'])}"
            for name, r in seen.items()
            if r["brings"]
        )
        print(
            f"{key[0]}:{key[2]} {key[1]} [{key[3]}] {key[4][:90]} | fires {fires} changed {changed} best {best} worst {worst} {where if arguments.all else ''}"
        )


if __name__ == "__main__":
    main()
