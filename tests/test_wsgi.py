"""The server finishes its answers before it stops, does not block, and explains failures."""

from __future__ import annotations

import http.client
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
from chatbot.config import ServerSettings, Settings
from chatbot.errors import SettingsError
from chatbot.server import create_app
from chatbot.wsgi import serve

SLOW = """
import json, sys, time
from pathlib import Path
from chatbot import index, listening, logs, wsgi
from chatbot.articles import read_corpus
from chatbot.bot import Bot
from chatbot.config import ReaderSettings, ServerSettings, Settings
from chatbot.server import create_app
from chatbot.wsgi import serve

class Slow(Bot):
    def ask(self, *arguments, **more):
        sys.stdout.write("asked\\n")  # in one piece, whichever thread writes
        sys.stdout.flush()
        time.sleep(1)
        return super().ask(*arguments, **more)

given = json.loads(sys.argv[2])
for name, value in given.pop("wsgi", {}).items():
    setattr(listening if hasattr(listening, name) else wsgi, name, value)
if "files" in given:
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (given["files"], given.pop("files")))
logs.set_up("json")
server = ServerSettings(**{
    "port": 0, "threads": 2, "questions_per_minute": 5, "trusted_proxy": "127.0.0.1", **given
})
settings = Settings(reader=ReaderSettings(engine="sentence"), server=server)
bot = Slow(settings, index.build(settings, read_corpus(Path(sys.argv[1]), 10_000).articles))
serve(create_app(bot, settings), settings, lambda address: print(address, flush=True))
print("stopped", flush=True)
"""


@pytest.fixture
def slow(
    corpus: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A separate server that needs a while for each answer: the process and its address.

    It has the settings in the test's mark `given`; its log is in `log`.
    """
    mark = request.node.get_closest_marker("given")
    given = json.dumps(mark.kwargs if mark else {})
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-c", SLOW, str(corpus), given],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
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
    """When told to stop, it accepts no more questions, answers those it has, and exits with 0."""
    process, address = slow
    assert process.stdout
    answers: list[Any] = []
    asking = [ask_slowly(address, answers) for _ in range(3)]  # more than there are threads
    assert [process.stdout.readline() for _ in range(2)] == ["asked\n"] * 2
    time.sleep(0.4)  # so that the third one waits
    process.send_signal(number)
    for thread in asking:
        thread.join()
    assert process.wait(timeout=10) == 0
    assert [answer["status"] for answer in answers] == ["answered"] * 3
    assert process.stdout.read() == "asked\nstopped\n"
    assert not _listens(address)


@pytest.mark.slow
def test_second_signal_stops_at_once(slow: tuple[subprocess.Popen[str], str]) -> None:
    """When it is told to stop twice, it does not wait."""
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
    """Idle connections and slow requests do not use threads."""
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
    """Behind `server.trusted_proxy`, questions are counted for the visitor named by the proxy."""
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
    """Behind `server.trusted_proxy`, pages have the addresses that visitors use."""
    _, address = slow
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "bot.example"}
    request = urllib.request.Request(f"{address}/demo", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as page:
        assert "https://bot.example/widget.js" in page.read().decode()


@pytest.mark.slow
def test_health_does_not_queue_behind_questions(slow: tuple[subprocess.Popen[str], str]) -> None:
    """`/health` is answered while questions wait."""
    process, address = slow
    assert process.stdout
    answers: list[Any] = []
    asking = [ask_slowly(address, answers) for _ in range(4)]
    assert [process.stdout.readline() for _ in range(2)] == ["asked\n"] * 2
    with urllib.request.urlopen(f"{address}/health", timeout=20) as response:
        assert json.load(response)["status"] == "ok"
    assert answers == []
    for thread in asking:
        thread.join()
    assert len(answers) == 4


@pytest.mark.slow
@pytest.mark.given(wsgi={"HEADERS": 0.5, "WHOLE": 0.5})
@pytest.mark.parametrize("sent", [b"GET / HT", b"POST /ask HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_a_request_has_a_deadline(slow: tuple[subprocess.Popen[str], str], sent: bytes) -> None:
    """A request that does not arrive in time gets a 408 and is closed, even if bytes trickle in."""
    _, address = slow
    with socket.create_connection(_host_and_port(address), timeout=20) as connection:
        connection.sendall(sent)
        for _ in range(4):
            time.sleep(0.2)
            connection.sendall(b"x")
        status, headers, body = _read(connection)
    assert status == 408
    assert (headers["content-type"], body["status"]) == ("application/problem+json", 408)
    assert "content-security-policy" in headers


@pytest.mark.slow
@pytest.mark.given(connections_per_visitor=5, trusted_proxy="")
def test_an_address_has_so_many_connections(slow: tuple[subprocess.Popen[str], str]) -> None:
    """A connection above the limit is closed; when another ends, there is room again."""
    _, address = slow
    place = _host_and_port(address)
    half_sent = [socket.create_connection(place, timeout=20) for _ in range(5)]
    for connection in half_sent:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
    with socket.create_connection(place, timeout=20) as one_more:
        assert _is_closed(one_more)
    half_sent[0].close()
    while not _serves(address):
        time.sleep(0.01)
    half_sent[1].sendall(b"\r\n")
    assert _read(half_sent[1])[0] == 200
    for connection in half_sent:
        connection.close()


@pytest.mark.slow
@pytest.mark.given(files=128, connections_per_visitor=0)
def test_few_file_descriptors(slow: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    """With few file descriptors, connections wait, the log stays short, and it recovers."""
    _, address = slow
    place = _host_and_port(address)
    many = [socket.create_connection(place, timeout=20) for _ in range(200)]
    time.sleep(1)
    for connection in many:
        connection.close()
    while not _serves(address):
        time.sleep(0.01)
    lines = (tmp_path / "log").read_text().splitlines()
    assert len([line for line in lines if "/health" not in line]) < 20


@pytest.mark.slow
@pytest.mark.given(files=64, connections_per_visitor=0)
def test_waiting_connections_are_told_once(
    slow: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    """However often connections run out, the log says only once a minute that others wait."""
    _, address = slow
    place = _host_and_port(address)
    for _ in range(30):
        for connection in [socket.create_connection(place, timeout=20) for _ in range(20)]:
            connection.close()
        while not _serves(address):
            time.sleep(0.01)
    lines = (tmp_path / "log").read_text().splitlines()
    assert len([line for line in lines if "/health" not in line]) == 1
    assert "further ones wait" in "".join(lines)


@pytest.mark.slow
@pytest.mark.given(files=64, connections_per_visitor=0, wsgi={"SPARE": -1000})
def test_no_file_descriptors(slow: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    """Even if no connection can be accepted, the log stays short."""
    _, address = slow
    place = _host_and_port(address)
    many = [socket.create_connection(place, timeout=20) for _ in range(100)]
    time.sleep(2)
    for connection in many:
        connection.close()
    while not _serves(address):
        time.sleep(0.01)
    told = [line for line in (tmp_path / "log").read_text().splitlines() if "accepted" in line]
    assert len(told) == 1


@pytest.mark.slow
def test_hanging_up_does_not_stop_it(slow: tuple[subprocess.Popen[str], str]) -> None:
    """SIGHUP without a terminal does not stop the server."""
    process, address = slow
    process.send_signal(signal.SIGHUP)
    assert _serves(address)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


@pytest.mark.slow
@pytest.mark.given(grace=0.0)
def test_grace(slow: tuple[subprocess.Popen[str], str]) -> None:
    """It stops after `server.grace` seconds, even if requests are still running."""
    process, address = slow
    assert process.stdout
    with socket.create_connection(_host_and_port(address)) as connection:
        connection.sendall(_post({"question": "x"}))
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert _is_closed(connection)


UNREADABLE = [
    (b"nonsense\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
    (b"POST /ask HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
    (b"GET / HTTP/1.1\r\nX: " + b"x" * 99_999 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (b"GET //127.0.0.2/articles/ HTTP/1.1\r\n\r\n", 404),
]


@pytest.mark.slow
def test_what_cannot_be_read_is_a_problem(slow: tuple[subprocess.Popen[str], str]) -> None:
    """The server's own errors are problem details, with the headers of all answers."""
    _, address = slow
    for sent, status in UNREADABLE:
        with socket.create_connection(_host_and_port(address), timeout=20) as connection:
            connection.sendall(sent)
            got, headers, body = _read(connection)
        assert got == body["status"] == status
        assert headers["content-type"] == "application/problem+json"
        assert headers["x-content-type-options"] == "nosniff"
        assert "location" not in headers


def test_port_in_use(bot: Bot) -> None:
    """A port that is in use is an error that names host, port and reason."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(server=ServerSettings(port=port))
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1.*{port}.*in use"):
            serve(create_app(bot, settings), settings, pytest.fail)


@pytest.mark.parametrize("host", ["no such host", "a..b", "192.0.2.1"])
def test_host_is_not_ours(bot: Bot, host: str) -> None:
    """An address that this machine does not have is an error that names it."""
    settings = Settings(server=ServerSettings(host=host, port=0))
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


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=20) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _is_closed(connection: socket.socket) -> bool:
    """Return whether the other side closes the connection without sending anything."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def _read(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """Return the status, the headers and the JSON of one response."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return response.status, headers, json.loads(response.read())


def _post(body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST /ask HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    return head.encode() + b"\r\n\r\n" + content
