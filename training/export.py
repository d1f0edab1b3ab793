"""Writes the files of a trained reader for the chatbot: int8 ONNX, tokenizer, settings.

    python export.py --checkpoint runs/reader/last.pt --out runs/export \\
        --calibrate ../shared/train/newwiki.json

The graph is built here node by node, not traced. So its attention, layer norms and GELUs are the
fused operators of onnxruntime, and no optimiser has to recognise them.
"""

import argparse
import functools
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

import bodies
from bodies import Body, weights
from changes import restored
from data import MAX_LENGTH, MAX_PREFIX, MAX_QUESTION, clean_title, prefix
from evaluate import MAX_ANSWER, best_span, load, torch_run
from model import Encoder, Reader, buckets

OPSET, IR_VERSION = 18, 8
FUSED = "com.microsoft"  # the domain of onnxruntime's fused operators


class Graph:
    """Collects nodes and weights; every method returns the name of the value that it adds."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: torch.Tensor | np.ndarray) -> str:
        """Add a constant."""
        array = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        self.weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes) -> str:
        """Add an operator with one output, which has the name of the operator."""
        made = helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes)
        self.nodes.append(made)
        return name

    def model(
        self, name: str, inputs: list[tuple[str, int, list]], outputs: list[tuple[str, int, list]]
    ) -> onnx.ModelProto:
        """Return the graph with these inputs and outputs: name, type and dimensions of each."""
        values = ([helper.make_tensor_value_info(*each) for each in of] for of in (inputs, outputs))
        graph = helper.make_graph(self.nodes, name, *values, self.weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def activation_peaks(reader: Reader, file: Path, inputs: int = 48) -> dict[str, torch.Tensor]:
    """Return the largest activation of each channel before every feed-forward product.

    They are measured on questions and passages of a SQuAD JSON file, spread over its articles. The
    result is the product's name -> [channels].
    """
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    with peaks_of(reader.encoder) as seen:
        for number in range(inputs):
            article = articles[number % len(articles)]
            paragraph = article["paragraphs"][number // len(articles)]
            question = paragraph["qas"][0]["question"]
            before = prefix(clean_title(article["title"]))
            tokenizer = bodies.tokenizer(reader.body)
            run = torch_run(reader)
            best_span(run, reader.body, tokenizer, question, before, paragraph["context"])
    return seen


@contextmanager
def peaks_of(encoder: Encoder) -> Iterator[dict[str, torch.Tensor]]:
    """Collect the largest activations while the context is open and the encoder reads."""
    seen: dict[str, torch.Tensor] = {}

    def look(_: object, values: tuple[torch.Tensor], name: str) -> None:
        highest = values[0].abs().flatten(0, 1).amax(0)
        seen[name] = torch.maximum(seen.get(name, highest), highest)

    hooks = [
        getattr(layer, part).register_forward_pre_hook(
            functools.partial(look, name=f"layer{number}.{part}")
        )
        for number, layer in enumerate(encoder.layers)
        for part in ("inner", "outer")
    ]
    yield seen
    for hook in hooks:
        hook.remove()


def build(
    reader: Reader,
    int8_words: bool = True,
    peaks: dict[str, torch.Tensor] | None = None,
    apart: bool = False,
) -> onnx.ModelProto:
    """Return the reader as a float32 graph, with word embeddings in int8, a scale for each word.

    With `apart`, the word embeddings go to a separate file.

    With `peaks`, channels with large values are divided by a factor before a product, and their
    weights multiplied by it. The product is the same, but one int8 scale then fits all channels
    (SmoothQuant, Xiao et al. 2023). The factor is max(1, peak / 2 medians), which halves the error
    of scores.

    Inputs are `input_ids`, `attention_mask`, `token_type_ids`, int64 [B, T]. If the table is a
    separate file, the inputs are `words`, the embeddings, float32 [B, T, W], and the segments if
    the body has them. Outputs are `start_logits`, `end_logits`, float32 [B, T].
    """
    g, embeddings = Graph(), reader.encoder.embeddings
    words = embeddings.word_embeddings.weight.detach()
    if apart:
        x, mask = "words", ""
    elif int8_words:
        # Each row has a scale, its largest weight / 127. One scale for the table is less accurate.
        scale = words.abs().amax(1, keepdim=True) / 127
        table = g.weight("words", torch.round(words / scale).to(torch.int8))
        whole = g.node("Gather", [table, "input_ids"], "words.int8")
        whole = g.node("Cast", [whole], "words.float", to=TensorProto.FLOAT)
        scales = g.node("Gather", [g.weight("words.scale", scale), "input_ids"], "words.scales")
        x = g.node("Mul", [whole, scales], "words.each")
    else:
        x = g.node("Gather", [g.weight("words", words), "input_ids"], "words.each")
    if reader.body.segments:
        segments = g.weight("segments", embeddings.token_type_embeddings.weight)
        x = g.node("Add", [x, g.node("Gather", [segments, "token_type_ids"], "segment")], "words+")
    if not apart:
        mask = g.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    x = encoder_nodes(g, reader.encoder, x, mask, peaks or {})
    both = _matmul(g, x, reader.span, "span")
    both = g.node("Add", [both, g.weight("span.bias", reader.span.bias)], "logits")
    for column, name in enumerate(("start_logits", "end_logits")):
        index = g.weight(f"column{column}", np.array(column, dtype=np.int64))
        g.node("Gather", [both, index], name, axis=2)
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs: list[tuple[str, int, list[str | int]]] = [
        (name, TensorProto.INT64, ["B", "T"]) for name in names
    ]
    if apart:
        shape: list[str | int] = ["B", "T", reader.body.width]
        segments_of = inputs[2:] if reader.body.segments else []
        inputs = [("words", TensorProto.FLOAT, shape), *segments_of]
    return g.model(
        "reader",
        inputs,
        [(name, TensorProto.FLOAT, ["B", "T"]) for name in ("start_logits", "end_logits")],
    )


def encoder_nodes(
    g: Graph, encoder: Encoder, x: str, mask: str, peaks: dict[str, torch.Tensor]
) -> str:
    """Add the encoder after the word embeddings and segments, [B, T, W]; return its last layer.

    `mask`, int32 [B, T], may be "" if nothing is padded.
    """
    body, embeddings = encoder.body, encoder.embeddings
    # The length of an input is the second dimension of its embeddings.
    length = g.node("Shape", [x], "length", start=1, end=2)
    places = embeddings.position_embeddings.weight[body.first_position :]
    zero = g.weight("zero", np.array([0], dtype=np.int64))
    place = g.node("Slice", [g.weight("places", places), zero, length, zero], "place")
    x = _norm(g, [g.node("Add", [x, place], "embedded")], embeddings.LayerNorm, "embeddings.norm")
    near = _distances(g, encoder, length) if body.buckets else ""
    for number, layer in enumerate(encoder.layers):
        name = f"layer{number}"
        three = (layer.query, layer.key, layer.value)
        weight = g.weight(f"{name}.qkv", torch.cat([part.weight.T for part in three], dim=1))
        bias = g.weight(f"{name}.qkv.bias", torch.cat([part.bias for part in three]))
        if near:
            # The fused int8 attention cannot have this bias, so only the product before it is int8.
            whole = g.node("MatMul", [x, weight], f"{name}.qkv.each")
            parts = [f"{name}.{part}" for part in ("query", "key", "value")]
            g.nodes.append(helper.make_node("Split", [whole], parts, axis=2, num_outputs=3))
            mixed = g.node(
                "MultiHeadAttention",
                [*parts, bias, mask, near],
                f"{name}.attention",
                FUSED,
                num_heads=body.heads,
            )
        else:
            mixed = g.node(
                "Attention",
                [x, weight, bias, mask],
                f"{name}.attention",
                FUSED,
                num_heads=body.heads,
            )
        attended = _matmul(g, mixed, layer.attended, f"{name}.attended")
        x = _norm(g, [attended, x], layer.attended_norm, f"{name}.norm1", layer.attended.bias)
        inner = _matmul(g, x, layer.inner, f"{name}.inner", peaks.get(f"{name}.inner"))
        bias = g.weight(f"{name}.inner.bias", layer.inner.bias)
        inner = g.node("BiasGelu", [inner, bias], f"{name}.gelu", FUSED)
        outer = _matmul(g, inner, layer.outer, f"{name}.outer", peaks.get(f"{name}.outer"))
        x = _norm(g, [outer, x], layer.outer_norm, f"{name}.norm2", layer.outer.bias)
    return x


def _distances(g: Graph, encoder: Encoder, length: str) -> str:
    """Return each token's bias for every other, by their distance: float32 [1, heads, T, T]."""
    longest = MAX_LENGTH
    apart = buckets(longest, encoder.body.buckets)
    # One row for each distance from -(longest - 1) to longest - 1.
    of_distance = torch.cat([apart[:, 0].flip(0)[:-1], apart[0]])
    table = g.weight("distances", encoder.distance.weight.detach()[of_distance])
    zero, one = (g.weight(f"distance.{n}", np.array(n, dtype=np.int64)) for n in (0, 1))
    scalar = g.node("Squeeze", [length], "distance.length")
    place = g.node("Range", [zero, scalar, one], "distance.places")
    axis = g.weight("distance.axis", np.array([1], dtype=np.int64))
    rows = g.node("Unsqueeze", [place, axis], "distance.rows")
    ahead = g.node("Sub", [place, rows], "distance.ahead")
    shift = g.weight("distance.shift", np.array(longest - 1, dtype=np.int64))
    each = g.node("Gather", [table, g.node("Add", [ahead, shift], "distance.at")], "distance.each")
    first = g.weight("distance.first", np.array([0], dtype=np.int64))
    turned = g.node("Transpose", [each], "distance.heads", perm=[2, 0, 1])
    return g.node("Unsqueeze", [turned, first], "distance")


def _matmul(
    g: Graph, x: str, linear: torch.nn.Linear, name: str, peak: torch.Tensor | None = None
) -> str:
    """Add x @ W; the bias is left to the next fused operator."""
    weight = linear.weight.detach().T
    if peak is not None:
        factor = (peak / (2 * peak.median())).clamp(min=1)
        x = g.node("Mul", [x, g.weight(f"{name}.smooth", 1 / factor)], f"{name}.smoothed")
        weight = weight * factor[:, None]
    return g.node("MatMul", [x, g.weight(f"{name}.weight", weight)], name)


def _norm(
    g: Graph,
    inputs: list[str],
    norm: torch.nn.LayerNorm,
    name: str,
    bias: torch.Tensor | None = None,
) -> str:
    """Add the LayerNorm of one value, or of the sum of two and a bias."""
    inputs = [*inputs, g.weight(f"{name}.gain", norm.weight), g.weight(f"{name}.shift", norm.bias)]
    if bias is None:
        return g.node("LayerNormalization", inputs, name, epsilon=norm.eps)
    inputs.append(g.weight(f"{name}.bias", bias))
    return g.node("SkipLayerNormalization", inputs, name, FUSED, epsilon=norm.eps)


def quantise(model: onnx.ModelProto, path: Path, reduce_range: bool = True) -> None:
    """Write the graph with int8 weights, a scale for each output channel; the head stays float.

    The weights are in a second file, `.onnx.data`, which onnxruntime maps into memory.

    Activations become int8 at run time. With `reduce_range`, weights have 7 bits: a CPU without
    VNNI adds two products of 8 x 8 bits in 16 bits (vpmaddubsw), which would overflow.
    """
    path.with_name(f"{path.name}.data").unlink(missing_ok=True)  # or weights are appended to it
    quantize_dynamic(
        model,
        path,
        use_external_data_format=True,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=["span"],
        per_channel=True,
        reduce_range=reduce_range,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
    )
    path.with_name(f"{path.name}.data").chmod(0o644)  # it is written for its owner alone


def imported(file: Path, body: Body) -> Reader:
    """Return the network of a `reader.onnx` from this script, its int8 weights as floats."""
    stored = stored_weights(file)
    reader = Reader(body)
    reader.encoder.load_state_dict(encoder_state(stored, body))
    reader.span.load_state_dict({"weight": stored["span.weight"].T, "bias": stored["span.bias"]})
    return reader


def stored_weights(file: Path) -> dict[str, torch.Tensor]:
    """Return all constants of an ONNX file by their names."""
    return {
        w.name: torch.tensor(numpy_helper.to_array(w)) for w in onnx.load(file).graph.initializer
    }


def encoder_state(stored: dict[str, torch.Tensor], body: Body) -> dict[str, torch.Tensor]:
    """Return the state of an `Encoder` from the constants of a file that `encoder_nodes` made."""

    def matrix(name: str) -> torch.Tensor:
        """Return the weights, [in, out], with the scales and the factors of `_matmul` undone."""
        smooth = stored.get(f"{name.removesuffix('.weight')}.smooth", torch.ones(1))
        return stored[f"{name}_quantized"] * stored[f"{name}_scale"] * smooth[:, None]

    state = weights(body)
    if "words" in stored:  # otherwise they are those of the base
        state["embeddings.word_embeddings.weight"] = stored["words"] * stored["words.scale"]
    state |= {
        "embeddings.LayerNorm.weight": stored["embeddings.norm.gain"],
        "embeddings.LayerNorm.bias": stored["embeddings.norm.shift"],
    }
    state["embeddings.position_embeddings.weight"][body.first_position :] = stored["places"]
    if "segments" in stored:
        state["embeddings.token_type_embeddings.weight"] = stored["segments"]
    elif body.segments:  # they were added to the positions
        state["embeddings.token_type_embeddings.weight"].zero_()
    for number in range(body.layers):
        ours, theirs = f"layers.{number}", f"layer{number}"
        three = zip(
            ("query", "key", "value"),
            matrix(f"{theirs}.qkv").chunk(3, dim=1),
            stored[f"{theirs}.qkv.bias"].chunk(3),
            strict=True,
        )
        for name, weight, bias in three:
            state |= {f"{ours}.{name}.weight": weight.T, f"{ours}.{name}.bias": bias}
        for name, bias_name in (("attended", "norm1"), ("inner", "inner"), ("outer", "norm2")):
            state[f"{ours}.{name}.weight"] = matrix(f"{theirs}.{name}.weight").T
            state[f"{ours}.{name}.bias"] = stored[f"{theirs}.{bias_name}.bias"]
        for name, norm in (("attended_norm", "norm1"), ("outer_norm", "norm2")):
            state[f"{ours}.{name}.weight"] = stored[f"{theirs}.{norm}.gain"]
            state[f"{ours}.{name}.bias"] = stored[f"{theirs}.{norm}.shift"]
    return state


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--body", choices=bodies.BODIES, default="minilm")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--calibrate", type=Path, required=True, help="a SQuAD JSON file")
    parser.add_argument("--start", type=Path, help="the export that training went on from")
    parser.add_argument("--share", type=float, default=0.4, help="how far to go from --start")
    parser.add_argument("--raw", action="store_true", help="use the last weights, not the averaged")
    parser.add_argument("--float", action="store_true", help="reader-float.onnx as well")
    parser.add_argument("--full-range", action="store_true", help="8 bits for weights, not 7")
    arguments = parser.parse_args()

    body = bodies.BODIES[arguments.body]
    reader = Reader(body).eval()
    if arguments.checkpoint.suffix == ".npz":
        kept, steps = restored(arguments.checkpoint, body)
        trained = kept.state_dict()
    else:
        state = torch.load(arguments.checkpoint)
        trained, steps = state["model" if arguments.raw else "averaged"], state["step"]
    if arguments.start:
        # Weights between the two networks are better than either (Wortsman et al. 2022, "Robust
        # fine-tuning").
        before = imported(arguments.start, body).state_dict()
        trained = {
            name: torch.lerp(before[name], weight, arguments.share)
            for name, weight in trained.items()
        }
    reader.load_state_dict(trained)
    arguments.out.mkdir(parents=True, exist_ok=True)
    file = arguments.out / "reader.onnx"
    seen = activation_peaks(reader, arguments.calibrate)
    is_shared = body is bodies.E5  # with the encoder, which has the table and the word pieces
    apart = is_shared or not body.segments
    quantise(build(reader, peaks=seen, apart=apart), file, reduce_range=not arguments.full_range)
    files = [file, file.with_name(f"{file.name}.data")]
    if apart and not is_shared:
        files.append(arguments.out / "words.npy")
        np.save(files[-1], bodies.packed(trained[f"encoder.{bodies.WORDS}"].numpy()))
    exact = build(reader, int8_words=False)
    plain = arguments.out / "reader-float.onnx"
    onnx.save(exact, plain)
    check(reader, plain)
    if not arguments.float:
        plain.unlink()
    if not is_shared:
        bodies.tokenizer(body).save(str(arguments.out / "tokenizer.json"))
    settings = {
        "format": 1,
        "base": body.name,
        "max_length": MAX_LENGTH,
        "max_question_tokens": MAX_QUESTION,
        "max_title_tokens": MAX_PREFIX,
        "max_answer_tokens": MAX_ANSWER,
        "layers": body.layers,
        "width": body.width,
        "words": apart,
        "shared": is_shared,
        "steps": steps,
        "sha256": {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files},
    }
    (arguments.out / "reader.json").write_text(json.dumps(settings, indent=2) + "\n")
    print(json.dumps(settings), file.stat().st_size, "bytes")


def check(reader: Reader, file: Path) -> None:
    """Check that the float graph gives the same result as the torch network, also with padding."""
    rng = np.random.default_rng(1)
    ids = rng.integers(1000, 30000, (2, 70))
    mask, types = np.ones_like(ids), (np.arange(70) > 12).astype(np.int64)[None].repeat(2, 0)
    mask[1, 50:] = 0
    with torch.inference_mode():
        expected = reader(*map(torch.from_numpy, (ids, mask, types)))
    for ours, theirs in zip(load(file, reader.body)(ids, mask, types), expected, strict=True):
        assert np.abs(ours - theirs.numpy())[mask == 1].max() < 1e-3


if __name__ == "__main__":
    main()
