"""The server stops when all is answered, keeps nobody waiting, says why it cannot listen."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatbot.bot import Bot
from chatbot.config import Server, Settings
from chatbot.errors import SettingsError
from chatbot.server import create_app
from chatbot.wsgi import serve

SLOW = """
import sys, time
from pathlib import Path
from chatbot.articles import read_corpus
from chatbot.bot import Bot
from chatbot.config import Reader, Server, Settings
from chatbot.server import create_app
from chatbot.wsgi import serve

class Slow(Bot):
    def ask(self, *arguments, **more):
        sys.stdout.write("asked\\n")  # in one piece, whichever thread writes
        sys.stdout.flush()
        time.sleep(1)
        return super().ask(*arguments, **more)

server = Server(port=0, threads=2, questions_per_minute=5, trusted_proxy="127.0.0.1")
settings = Settings(reader=Reader(engine="sentence"), server=server)
bot = Slow(settings, read_corpus(Path(sys.argv[1]), 10_000).articles)
serve(create_app(bot, settings), settings, lambda address: print(address, flush=True))
print("stopped", flush=True)
"""


@pytest.fixture
def slow(corpus: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own that needs a while for each answer: the process and its address."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(corpus)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        process.kill()


def ask_slowly(address: str, answers: list[Any]) -> threading.Thread:
    def ask() -> None:
        content = json.dumps({"question": "What does a library card cost?"}).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{address}/ask", content, headers), timeout=20
        ) as response:
            answers.append(json.load(response))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_when_all_is_answered(
    slow: tuple[subprocess.Popen[str], str], number: signal.Signals
) -> None:
    """Told to stop, it takes no more questions, answers those it has, even waiting ones: exit 0."""
    process, address = slow
    assert process.stdout
    answers: list[Any] = []
    asking = [ask_slowly(address, answers) for _ in range(3)]  # more than there are threads
    assert [process.stdout.readline() for _ in range(2)] == ["asked\n"] * 2
    time.sleep(0.4)  # for the third to wait in line
    process.send_signal(number)
    for thread in asking:
        thread.join()
    assert process.wait(timeout=10) == 0
    assert [answer["status"] for answer in answers] == ["answered"] * 3
    assert process.stdout.read() == "asked\nstopped\n"
    assert not _listens(address)


@pytest.mark.slow
def test_second_signal_stops_at_once(slow: tuple[subprocess.Popen[str], str]) -> None:
    """Told to stop twice, it does not wait for anything."""
    process, address = slow
    assert process.stdout
    with socket.create_connection(_host_and_port(address)) as connection:
        connection.sendall(_post({"question": "x"}))
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        while _listens(address):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == -signal.SIGTERM


@pytest.mark.slow
def test_idle_connections_keep_nobody_waiting(slow: tuple[subprocess.Popen[str], str]) -> None:
    """Connections opened ahead, and requests that come slowly, take no thread."""
    process, address = slow
    idle = [socket.create_connection(_host_and_port(address)) for _ in range(20)]
    for connection in idle[10:]:
        connection.sendall(b"POST /ask HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
    answers: list[Any] = []
    ask_slowly(address, answers).join(timeout=5)
    assert len(answers) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    for connection in idle:
        connection.close()


@pytest.mark.slow
def test_trusted_proxy(slow: tuple[subprocess.Popen[str], str]) -> None:
    """Behind `server.trusted_proxy`, questions are counted for the visitor whom it names."""
    _, address = slow

    def status(visitor: str) -> int:
        request = urllib.request.Request(
            f"{address}/ask",
            b"{}",
            {"Content-Type": "application/json", "X-Forwarded-For": visitor},
        )
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request, timeout=20)
        error.value.close()
        return error.value.code

    assert [status("192.0.2.1") for _ in range(6)] == [422] * 5 + [429]
    assert status("192.0.2.2") == 422


def test_a_proxy_tells_how_visitors_come_here(slow: tuple[subprocess.Popen[str], str]) -> None:
    """Behind `server.trusted_proxy`, addresses on the page are those that visitors use."""
    _, address = slow
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "bot.example"}
    request = urllib.request.Request(f"{address}/demo", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as page:
        assert "https://bot.example/widget.js" in page.read().decode()


def test_port_in_use(bot: Bot) -> None:
    """A port that is taken is an error that names host, port and reason."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(server=Server(port=port))
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1.*{port}.*in use"):
            serve(create_app(bot, settings), settings, pytest.fail)


@pytest.mark.parametrize("host", ["no such host", "a..b", "192.0.2.1"])
def test_host_is_not_ours(bot: Bot, host: str) -> None:
    """An address this machine does not have is an error that names it."""
    settings = Settings(server=Server(host=host, port=0))
    with pytest.raises(SettingsError, match=re.escape(host)):
        serve(create_app(bot, settings), settings, pytest.fail)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("http://").rpartition(":")
    return host, int(port)


def _listens(address: str) -> bool:
    try:
        socket.create_connection(_host_and_port(address)).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it closed just then
        return False
    return True


def _post(body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST /ask HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    return head.encode() + b"\r\n\r\n" + content
