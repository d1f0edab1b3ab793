"""The running service does what `/openapi.json` says; schemathesis checks that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from service import Service

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_service_keeps_its_contract(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """No check of schemathesis finds a problem, if it is installed (`make contract`)."""
    pytest.importorskip("schemathesis")
    with Service(tmp_path, token="secret") as service:
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            *(f"{service.address}/openapi.json", "--checks", "all", "-a", "owner:secret"),
            *("--max-time", str(pytestconfig.getoption("seconds")), "--request-timeout", "30"),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-5000:]
        assert not [line for line in service.log() if line["level"] == "ERROR"]
