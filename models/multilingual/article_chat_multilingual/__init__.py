"""The files of the multilingual reader of article-chat.

With them, the reader "neural" reads languages other than English. `MODEL_CARD.md` says where they
come from.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where `reader.onnx`, `reader.onnx.data` and `reader.json` are."""
