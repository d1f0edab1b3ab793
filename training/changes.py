"""Saves the changes that training made to a base, in 4 bits, to continue on another machine.

    python changes.py --checkpoint runs/teacher/last.pt --body mpnet --out teacher.npz

The file has a tenth of the size of a checkpoint. `train.py --start` and `export.py --checkpoint`
read it. It has the averaged weights, but not the moments of the optimiser.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

import bodies
from bodies import Body
from model import Reader, from_base

GROUP = 64
"""This many changes share a scale."""
LARGEST = 7
"""The largest number of 4 bits; the smallest is minus that."""


def kept(reader: Reader, body: Body) -> dict[str, np.ndarray]:
    """Return the changes of `reader` compared with its base, as arrays by the name of the weight.

    Matrices of layers are in 4 bits: two changes to a byte, with a float16 scale for each `GROUP`.
    Everything else is float32. Weights that have not changed are left out.
    """
    base = from_base(body).state_dict()
    changes: dict[str, np.ndarray] = {}
    for name, weight in reader.state_dict().items():
        change = (weight - base[name]).numpy()
        if not name.startswith("encoder."):  # the head is new
            changes[name] = weight.numpy()
        elif change.ndim == 2 and change.size % GROUP == 0 and change.any():
            groups = change.reshape(-1, GROUP)
            scale = (np.abs(groups).max(axis=1, keepdims=True) / LARGEST).astype(np.float16)
            safe = np.where(scale == 0, 1, scale).astype(np.float32)
            codes = (np.round(groups / safe).clip(-LARGEST, LARGEST) + 8).astype(np.uint8)
            changes[f"{name}.codes"] = codes[:, ::2] << 4 | codes[:, 1::2]
            changes[f"{name}.scale"] = scale
        elif change.any():
            changes[name] = change
    return changes


def restored(file: Path, body: Body) -> tuple[Reader, int]:
    """Return the network whose changes are in `file`, and the step after which it was saved."""
    reader = from_base(body)
    state = reader.state_dict()
    with np.load(file) as changes:
        for name in changes.files:
            whole, _, kind = name.rpartition(".")
            if name == "steps" or kind == "scale":
                continue
            if kind == "codes":
                pairs = changes[name]
                codes = np.stack([pairs >> 4, pairs & 15], axis=2).astype(np.float32) - 8
                change = codes.reshape(-1, GROUP) * changes[f"{whole}.scale"].astype(np.float32)
                state[whole] += torch.from_numpy(change).reshape(state[whole].shape)
            elif name.startswith("encoder."):
                state[name] += torch.from_numpy(changes[name])
            else:
                state[name] = torch.from_numpy(changes[name])
        steps = int(changes["steps"])
    reader.load_state_dict(state)
    return reader, steps


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--body", choices=bodies.BODIES, default="minilm")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    body = bodies.BODIES[arguments.body]
    state = torch.load(arguments.checkpoint)
    reader = Reader(body)
    reader.load_state_dict(state["averaged"])
    arrays: dict[str, Any] = kept(reader, body) | {"steps": np.array(state["step"])}
    np.savez_compressed(arguments.out, **arrays)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
