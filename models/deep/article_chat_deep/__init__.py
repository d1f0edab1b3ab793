"""The files of the large reader of article-chat: `reader.engine = "deep"` reads with them.

`MODEL_CARD.md` says where they come from.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where `reader.onnx`, `words.npy`, `tokenizer.json` and `reader.json` are."""
