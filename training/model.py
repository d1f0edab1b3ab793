"""The network in torch: an encoder with the shape of one of the `bodies`, and a linear span head.

In shapes, B is the number of inputs, T of tokens, and W the width of the body.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bodies import Body, weights

DROPPED = 26  # this many of 256 values are dropped
FARTHEST = 128  # tokens that are farther apart are in the last bucket of relative distance


def dropout(x: Tensor, noise: torch.Generator | None) -> Tensor:
    """Return `x` with one value in ten set to 0 and the others scaled up; without noise, `x`.

    This is dropout (Srivastava et al. 2014), applied to the embeddings and to the values added to a
    LayerNorm's input. It uses a byte of noise for each value. That is several times as fast as
    torch's dropout, and gives the same values in any thread.
    """
    if noise is None:
        return x
    eight = torch.randint(-(2**63), 2**63 - 1, (x.numel() // 8,), generator=noise)
    kept = eight.view(torch.uint8).view(x.shape) >= DROPPED
    return x * (kept * (256 / (256 - DROPPED))).to(x.dtype)


class Embeddings(nn.Module):
    """The sum of word, position and segment embeddings, normalised: ids [B, T] -> [B, T, W]."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.word_embeddings = nn.Embedding(body.vocabulary, body.width)
        self.position_embeddings = nn.Embedding(body.positions, body.width)
        if body.segments:
            self.token_type_embeddings = nn.Embedding(body.segments, body.width)
        self.LayerNorm = nn.LayerNorm(body.width, body.epsilon)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the embeddings, [B, T, W], of ids and segments, int64 [B, T]."""
        first = self.body.first_position
        places = self.position_embeddings.weight[first : first + input_ids.shape[1]]
        x = self.word_embeddings(input_ids) + places
        if self.body.segments:
            x = x + self.token_type_embeddings(token_type_ids)
        return self.LayerNorm(x)


class Layer(nn.Module):
    """Self-attention and a feed-forward net, each added and then normalised (post-LN).

    Vaswani et al. 2017, "Attention Is All You Need", section 3.1; GELU as in Devlin et al. 2019.
    """

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.heads = body.heads
        for name in ("query", "key", "value", "attended"):
            setattr(self, name, nn.Linear(body.width, body.width))
        self.attended_norm = nn.LayerNorm(body.width, body.epsilon)
        self.inner = nn.Linear(body.width, body.inner)
        self.outer = nn.Linear(body.inner, body.width)
        self.outer_norm = nn.LayerNorm(body.width, body.epsilon)

    def forward(self, x: Tensor, bias: Tensor, noise: torch.Generator | None) -> Tensor:
        """Return the layer's output, [B, T, W], for `x` of the same shape.

        `bias` has shape [B, 1 or heads, 1 or T, T] and is very low for padding.
        """

        def heads(projected: Tensor) -> Tensor:
            return projected.unflatten(2, (self.heads, -1)).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(
            heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), attn_mask=bias
        )
        mixed = self.attended(mixed.transpose(1, 2).flatten(2))
        x = self.attended_norm(x + dropout(mixed, noise))
        return self.outer_norm(x + dropout(self.outer(F.gelu(self.inner(x))), noise))


class Encoder(nn.Module):
    """The encoder: `forward(input_ids, attention_mask, token_type_ids)`, int64 [B, T] -> [B, T, W].

    With `noise`, dropout is applied as in training.
    """

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.embeddings = Embeddings(body)
        self.layers = nn.ModuleList(Layer(body) for _ in range(body.layers))
        if body.buckets:
            self.distance = nn.Embedding(body.buckets, body.heads)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        noise: torch.Generator | None = None,
    ) -> Tensor:
        """See the class."""
        x = dropout(self.embeddings(input_ids, token_type_ids), noise)
        # -10,000 instead of -inf keeps int8 and half floats finite, and softmax still gives 0.
        bias = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10000.0
        if self.body.buckets:
            near = self.distance.weight.detach()[buckets(input_ids.shape[1], self.body.buckets)]
            bias = bias + near.permute(2, 0, 1)[None]
        for layer in self.layers:
            x = layer(x, bias, noise)
        return x


def buckets(tokens: int, count: int) -> Tensor:
    """Return the bucket of every token's distance from every other, int64 [T, T].

    Each direction has half of the buckets. Half of these are for the nearest distances, one bucket
    each. The others are for ranges that grow logarithmically (Raffel et al. 2020, T5, section 2.1).
    """
    place = torch.arange(tokens)
    ahead = place[None, :] - place[:, None]
    half, apart = count // 2, ahead.abs()
    exact = half // 2
    growth = torch.log(apart.clamp(min=1) / exact) / math.log(FARTHEST / exact)
    far = (exact + (growth * (half - exact)).long()).clamp(max=half - 1)
    return torch.where(apart < exact, apart, far) + half * (ahead > 0)


class Reader(nn.Module):
    """Scores every token as the first and as the last of the answer.

    `forward(input_ids, attention_mask, token_type_ids)`, each int64 [B, T], gives
    `(start_logits, end_logits)`, each float32 [B, T]. Token 0, [CLS], stands for "no answer".
    """

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.encoder = Encoder(body)
        self.span = nn.Linear(body.width, 2)
        nn.init.normal_(self.span.weight, std=1 / math.sqrt(body.width) / 2)
        nn.init.zeros_(self.span.bias)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        noise: torch.Generator | None = None,
    ) -> tuple[Tensor, Tensor]:
        """See the class."""
        x = self.encoder(input_ids, attention_mask, token_type_ids, noise)
        with torch.autocast("cpu", enabled=False):  # scores stay float32
            start, end = self.span(x.float()).unbind(-1)
        return start, end


def from_base(body: Body) -> Reader:
    """Return a reader with the base's encoder and a new span head; seed torch before."""
    reader = Reader(body)
    reader.encoder.load_state_dict(weights(body))
    return reader
