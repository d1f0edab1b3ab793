"""Writes the files of the trained encoder for the chatbot: layers, word table, pieces, settings.

    python export_encoder.py --checkpoint runs/encoder/last.pt --out runs/export-encoder \\
        --calibrate ../../shared/train/newwiki.json

- `layers.onnx`, `layers.onnx.data`: twelve layers in int8, from the embeddings of an input's words
  to its unit vector;
- `words.npy`: a row for each word piece, with 4 bits for each value, as in the base's package;
- `pieces.model`: the SentencePiece model of these pieces;
- `encoder.json`: sizes, the ids of special tokens, and the checksum of all files.

The most frequent of the base's 250,002 pieces are kept, in the scripts that most sites use. Words
whose pieces are left out are read in smaller pieces.
"""

import argparse
import hashlib
import io
import json
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import sentencepiece
import torch
from onnx import TensorProto
from sentencepiece import sentencepiece_model_pb2 as protobuf

import bodies
from bodies import E5, E5_VECTORS
from export import Graph, encoder_nodes, peaks_of, quantise
from model import Encoder

KEPT = 250_000  # word pieces at most
SCRIPTS = frozenset(
    "LATIN CYRILLIC CJK ARABIC DEVANAGARI HANGUL GREEK HEBREW THAI HIRAGANA KATAKANA".split()
)
LONGEST = 512  # tokens of an input
REFERENCE = (  # sentences about four things, each in several languages
    "The shop is open from nine to five, Monday to Saturday.",
    "Der Laden hat montags bis samstags von neun bis fünf geöffnet.",
    "La tienda abre de nueve a cinco, de lunes a sábado.",
    "Dogs are welcome in the garden but not in the dining room.",
    "Les chiens sont admis au jardin mais pas dans la salle à manger.",
    "Собакам можно в сад, но нельзя в столовую.",
    "To end your plan, open the billing page and press Stop renewal.",
    "要取消套餐，请打开账单页面并点击停止续订。",
    "لإنهاء اشتراكك افتح صفحة الفواتير واضغط على إيقاف التجديد.",
    "The bridge was built of granite in 1872 and carries two railway tracks.",
    "Il ponte fu costruito in granito nel 1872 e porta due binari.",
    "Die Brücke wurde 1872 aus Granit gebaut und trägt zwei Gleise.",
)
SPECIAL = 4  # <s>, <pad>, </s>, <unk>: the first pieces


def script(piece: str) -> str:
    """Return the script of most letters of a piece, as in Unicode names; "" without letters."""
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in piece if letter.isalpha())
    counts = Counter(names)
    return counts.most_common(1)[0][0] if counts else ""


def chosen(pieces: list[str], scores: np.ndarray) -> list[int]:
    """Return the ids of the pieces to keep, in order."""
    likeliest = sorted(range(SPECIAL, len(pieces)), key=lambda i: -scores[i])
    fits = [i for i in likeliest if script(pieces[i]) in SCRIPTS | {""} and pieces[i] != "<mask>"]
    return [*range(SPECIAL), *sorted(fits[: KEPT - SPECIAL])]


def pieces_model(pieces: list[str], scores: np.ndarray) -> bytes:
    """Return a SentencePiece unigram model of these pieces that normalises like the base (NFKC)."""
    small = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a few words, so that it makes its rules"] * 50),
        model_writer=small,
        vocab_size=30,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    rules = protobuf.ModelProto.FromString(small.getvalue()).normalizer_spec
    model = protobuf.ModelProto()
    model.normalizer_spec.CopyFrom(rules)
    model.trainer_spec.model_type = protobuf.TrainerSpec.UNIGRAM
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = E5.cls, E5.sep
    model.trainer_spec.pad_id, model.trainer_spec.unk_id = E5.pad, 3
    kind = protobuf.ModelProto.SentencePiece
    for number, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
        kinds = {3: kind.UNKNOWN} | dict.fromkeys(range(3), kind.CONTROL)
        model.pieces.add(piece=piece, score=float(score), type=kinds.get(number, kind.NORMAL))
    return model.SerializeToString()


def build(encoder: Encoder, peaks: dict[str, torch.Tensor]) -> onnx.ModelProto:
    """Return a graph: embeddings, float32 [1, T, W], in, the unit `vector`, float32 [1, W], out."""
    g = Graph()
    # There is only one kind of segment, so its embedding is added to the positions.
    places = encoder.embeddings.position_embeddings.weight
    places.data += encoder.embeddings.token_type_embeddings.weight[0]
    hidden = encoder_nodes(g, encoder, "words", "", peaks)
    axis = g.weight("axis", np.array([1], dtype=np.int64))
    mean = g.node("ReduceMean", [hidden, axis], "mean", keepdims=0)
    g.node("LpNormalization", [mean], "vector", axis=1, p=2)
    return g.model(
        "encoder",
        [("words", TensorProto.FLOAT, [1, "T", E5.width])],
        [("vector", TensorProto.FLOAT, [1, E5.width])],
    )


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, help="by default the base itself")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--calibrate", type=Path, required=True, help="a SQuAD JSON file")
    parser.add_argument("--reference", type=Path, help="file for vectors in float32, for a test")
    arguments = parser.parse_args()
    encoder = Encoder(E5).eval()
    encoder.load_state_dict(bodies.weights(E5))
    if arguments.checkpoint:
        encoder.load_state_dict(torch.load(arguments.checkpoint)["model"])
    arguments.out.mkdir(parents=True, exist_ok=True)

    base = bodies.e5_file()
    numbers = chosen(base.pieces, base.scores)
    scores = base.scores[numbers]
    model = pieces_model([base.pieces[i] for i in numbers], scores)
    (arguments.out / "pieces.model").write_bytes(model)
    np.save(arguments.out / "words.npy", base.blocks("emb.word", E5.width)[numbers])

    tokenizer = bodies.tokenizer(E5)
    articles = json.loads(arguments.calibrate.read_text(encoding="utf-8"))["data"]
    texts = [article["paragraphs"][0]["context"] for article in articles][:64]

    def vector(text: str) -> np.ndarray:
        ids = tokenizer.encode(E5_VECTORS[1] + text, add_special_tokens=False).ids[:500]
        inputs = torch.tensor([[E5.cls, *ids, E5.sep]])
        hidden = encoder(inputs, torch.ones_like(inputs), torch.zeros_like(inputs))
        return torch.nn.functional.normalize(hidden[0].mean(0), dim=0).numpy()

    with peaks_of(encoder) as peaks, torch.inference_mode():
        for text in texts:
            vector(text)
    if arguments.reference:
        with torch.inference_mode():
            found = np.array([vector(text) for text in REFERENCE])
        np.savez_compressed(arguments.reference, texts=np.array(REFERENCE), vectors=found)
    quantise(build(encoder, peaks), arguments.out / "layers.onnx")

    files = ("layers.onnx", "layers.onnx.data", "words.npy", "pieces.model")
    digest = hashlib.sha256()
    for name in files:
        digest.update((arguments.out / name).read_bytes())
    settings = {
        "format": 1,
        "base": E5.name,
        "width": E5.width,
        "longest": LONGEST,
        "question": E5_VECTORS[0],
        "passage": E5_VECTORS[1],
        "begin": E5.cls,
        "end": E5.sep,
        "sha256": digest.hexdigest(),
    }
    (arguments.out / "encoder.json").write_text(json.dumps(settings, indent=2) + "\n")
    print(json.dumps(settings), {n: (arguments.out / n).stat().st_size for n in files})


if __name__ == "__main__":
    main()
