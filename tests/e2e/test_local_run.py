"""How the local run starts, stops, and says what is wrong."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from local.demo_catalog import make_nodes
from local.welcome import short_path
from tests.browser.trouble import unreadable_gift_card
from tests.local_run import ROOT, LocalRun, running

PYTHON = short_path(Path(sys.executable))


def start(state: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", "--state", str(state), *options]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, "--products", "5") as run:
        port = int(run.facts["aws_endpoint_url"].rpartition(":")[2])
        assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
    assert run.process.returncode == 0
    assert not (tmp_path / "run.json").exists()
    assert not (tmp_path / "env").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def paste(commands: str, directory: Path) -> None:
    """Run the commands in a directory; fail with their messages at the first that fails."""
    done = subprocess.run(
        ["bash", "-e"],
        check=False,
        input=commands.replace(PYTHON, f"{ROOT / PYTHON}"),
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def staff_token(run: LocalRun) -> str:
    """Return the token of the link on the demo shop's page, once its shop is connected."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.HTTPError):
            link = urllib.request.urlopen(f"{run.facts['shop']['url']}/export").url
            token: str = link.partition("#token=")[2]
            if run.graphql("{me{user{email}}}", token=token)["data"]["me"]["user"]:
                return token
        time.sleep(0.2)
    raise AssertionError("the demo shop did not install Waybill")


def set_a_price(shop: str, price: str) -> None:
    """Change the first price on the page of the demo shop."""
    page = urllib.request.urlopen(shop).read().decode()
    product = re.findall(r'value="price"><input type="hidden" name="id" value="([^"]+)"', page)[0]
    form = urllib.parse.urlencode({"what": "price", "id": product, "value": price})
    urllib.request.urlopen(f"{shop}/change", form.encode()).close()


def test_a_newcomer_finds_a_changed_price_of_the_demo_shop_in_the_file(tmp_path: Path) -> None:
    channels = [channel["id"] for channel in make_nodes()["channels"]]
    with running(tmp_path, "--products", "9", "--saleor", "demo") as run:
        token = staff_token(run)
        for price in ("1234.5", "2345.5"):
            set_a_price(run.facts["shop"]["url"], price)
            time.sleep(1)
            asked = {"scope": "ALL", "exportInfo": {"channels": channels}, "token": token}
            ended = run.ended(run.export("exportProducts", **asked), token=token)
            assert price.encode() in run.download(ended)


def test_every_command_of_the_welcome_can_be_pasted(service: LocalRun, tmp_path: Path) -> None:
    welcome = (service.state / "run.log").read_text().partition("another terminal")[2]
    commands = [line.strip() for line in welcome.splitlines() if line.startswith("  ")]
    assert len(commands) >= 8
    [status] = [line for line in commands if line.startswith("curl -s $WAYBILL_URL/exports")]
    # A person repeats this command until the export has ended.
    wait = f"until {status} | grep SUCCESS; do sleep 1; done"
    paste("\n".join(commands).replace(status, wait), tmp_path)
    for name in ("products.csv", "export.csv"):
        assert (tmp_path / name).read_text().startswith("id,"), name


def test_the_mailbox_shows_what_was_sent(service: LocalRun) -> None:
    _, _, body = service.http("/mailbox")
    assert b"Your exported products data is ready" in body


def test_a_failing_worker_is_seen_in_the_terminal(service: LocalRun) -> None:
    with unreadable_gift_card(service):
        message = service.ended(service.export("exportGiftCards", scope="ALL"))["message"]
    for _ in range(200):
        if message in (log := (service.state / "run.log").read_text()):
            break
        time.sleep(0.1)
    assert "Worker: export failed" in log
    assert message in log


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr
        == f"waybill: Port {port} is in use. Choose another one: make run PORT={port + 1}\n"
    )


def test_a_missing_catalogue_is_one_clear_line(tmp_path: Path) -> None:
    done = start(tmp_path, "--port", "0", "--catalog", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"waybill: {tmp_path} is not a catalogue: products.jsonl is missing.\n"


def test_principals_that_cannot_be_read_are_one_clear_line(tmp_path: Path) -> None:
    done = start(tmp_path, "--port", "0", "--principals", str(tmp_path / "nobody.json"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nobody.json" in done.stderr
