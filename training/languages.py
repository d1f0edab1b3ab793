"""Makes `languages.json`: questions and passages in languages other than English, or in two.

    python languages.py --source published --eval ../shared/eval --out more

`published/mlqa` has MLQA's development files, one for each language of passages and of questions,
and `published/tydiqa` TyDi QA's training files. README.md says where they are published.
"""

import argparse
import json
from pathlib import Path

from held_back import HeldBack

ENGLISH = ("dev-context-en-question-en", "tydiqa.goldp.en.train")  # `more.py` reads these


def merged(files: list[Path], held: HeldBack) -> list[dict]:
    """Return all articles of files in SQuAD's format, without texts that are held back.

    Only MLQA's titles are kept: there, they are in the passage's language.
    """
    articles = []
    for file in files:
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            paragraphs = [
                {"context": p["context"], "qas": questions}
                for p in article["paragraphs"]
                if not held.passage(p["context"])
                and (questions := [qa for qa in p["qas"] if not held.question(qa["question"])])
            ]
            if paragraphs:
                articles.append({"title": article.get("title", ""), "paragraphs": paragraphs})
    return articles


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder of published files")
    parser.add_argument("--eval", type=Path, required=True, help="folder of held-back files")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    files = [*arguments.source.glob("mlqa/*.json"), *arguments.source.glob("tydiqa/*.json")]
    others = sorted(file for file in files if file.stem not in ENGLISH)
    articles = merged(others, HeldBack(arguments.eval))
    text = json.dumps({"version": "languages", "data": articles}, ensure_ascii=False)
    (arguments.out / "languages.json").write_text(text, encoding="utf-8")
    print(sum(len(p["qas"]) for a in articles for p in a["paragraphs"]), "questions")


if __name__ == "__main__":
    main()
