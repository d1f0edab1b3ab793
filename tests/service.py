"""Starts `chatbot serve` like an owner, with access to everything that tests check."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent / "corpus"


class Service:
    """A process that serves the articles of this project, from a folder with its `config.toml`.

    Its log, as JSON, is `folder/log`.
    """

    def __init__(self, folder: Path, token: str = "", **sections: dict[str, Any]) -> None:
        self.folder = folder
        defaults: dict[str, dict[str, Any]] = {
            "corpus": {"dir": str(CORPUS)},
            "reader": {"engine": "sentence"},
            "server": {
                "port": 0, "log": "json", "questions_per_minute": 0, "connections_per_visitor": 0,
            },
            "store": {},
        }  # fmt: skip
        lines = []
        for section, values in defaults.items():
            lines.append(f"[{section}]")
            settings = values | sections.get(section, {})
            lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (folder / "config.toml").write_text("\n".join(lines), encoding="utf-8")
        self._token = token
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = os.environ | ({"CHATBOT_REPORT_TOKEN": self._token} if self._token else {})
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chatbot", "serve"],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("Ready at "):
                self.address = line.removeprefix("Ready at ").strip()
                return
        raise AssertionError((self.folder / "log").read_text())

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=60)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        connection: http.client.HTTPConnection | None = None,
    ) -> tuple[int, Any]:
        """Return the status and the body of an answer; a JSON body is parsed."""
        if not connection:
            with closing(self.connect()) as connection:
                return self.send(method, path, body, connection)
        content = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"} if content else {}
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        text = response.read()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(text) if is_json and text else text

    def ask(self, question: str, **more: Any) -> dict[str, Any]:
        status, body = self.send("POST", "/ask", {"question": question, **more})
        assert status == 200, body
        found: dict[str, Any] = body
        return found

    def health(self) -> dict[str, Any]:
        status, body = self.send("GET", "/health")
        assert status == 200, body
        found: dict[str, Any] = body
        return found

    def log(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        lines = (self.folder / "log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def memory(self) -> int:
        """Return how many bytes of memory it uses (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1]) * 1024

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
        assert self.process.stdout
        self.process.stdout.close()
