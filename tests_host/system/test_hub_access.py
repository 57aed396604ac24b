"""`twig hub` and its users as processes: the first password, the local token, the network, HTTPS."""

import os
import re
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests_host.system.test_hub_command import STOP_S, command, environment, failure, hub
from twig import here
from twig.hub.access import OWNER

COMMAND_S = 20.0
NEW = "correct horse battery"


def twig(*arguments: str, text: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run `twig` with that standard input."""
    return subprocess.run(
        [sys.executable, "-m", "twig.cli", *arguments],
        env={**environment(), **variables},
        input=text,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a hub said until its end: standard output and log."""
    process.terminate()
    return process.communicate(timeout=STOP_S)


def logs_in(url: str, password: str, **more: Any) -> bool:
    """Whether the page takes the password."""
    form = {"name": OWNER, "password": password}
    answer = httpx.post(url + "/login", data=form, trust_env=False, **more)
    assert answer.status_code in (303, 401)
    return answer.status_code == 303


def test_the_first_start_makes_a_password_and_tells_it_once(tmp_path: Path) -> None:
    with hub(tmp_path) as (process, said):
        out, log = "", ""
        assert process.stdout
        while "Ctrl-C" not in (line := process.stdout.readline()):
            out += line
        (password,) = re.findall(r"^Password   ([a-z2-9-]{19}) for the name admin", out, re.M)
        assert logs_in(said["url"], password)
        assert not logs_in(said["url"], "wrong password")
        out, log = ended(process)
    assert password not in out + log
    assert not [path for path in tmp_path.iterdir() if password.encode() in path.read_bytes()]
    with hub(tmp_path) as (process, said):
        assert logs_in(said["url"], password)
        assert "Password" not in "".join(ended(process))


def test_the_local_token_is_for_this_run_and_this_user(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with hub(tmp_path) as (process, said):
            token = tmp_path / "local-token"
            seen.append(token.read_text().strip())
            assert stat.S_IMODE(token.stat().st_mode) == 0o600
            pointer = here.pointer(said["ports"]["http"])
            listed = twig("devices", "--hub", said["url"])
            assert (listed.returncode, listed.stderr) == (0, "")
            elsewhere = twig("devices", "--hub", said["url"], XDG_STATE_HOME=str(tmp_path / "none"))
            assert "wants a token" in elsewhere.stderr
            given = twig("devices", "--hub", said["url"], XDG_STATE_HOME="/", TWIG_TOKEN=seen[-1])
            assert given.returncode == 0
            out, log = ended(process)
        assert seen[-1] not in out + log
        assert not token.exists()
        assert not pointer.exists()
    assert seen[0] != seen[1]


@pytest.mark.parametrize("runs", [True, False])
def test_a_new_password_by_the_data_directory(tmp_path: Path, runs: bool) -> None:
    with hub(tmp_path) as (process, said):
        if not runs:
            ended(process)
        done = twig("password", "--data", str(tmp_path), text=NEW + "\n")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "The password of admin is set; everybody is logged out.\n"
        if runs:
            assert logs_in(said["url"], NEW)
            ended(process)
    with hub(tmp_path) as (process, said):
        assert logs_in(said["url"], NEW)
        assert NEW not in "".join(ended(process))


def test_a_password_that_is_too_short(tmp_path: Path) -> None:
    done = twig("password", "--data", str(tmp_path), text="short\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "twig: A password has 10 to 256 characters; choose another.\n"


def test_the_network_gets_nothing_before_there_is_a_password(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--http-host=0.0.0.0"),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )
    assert (done.returncode, done.stdout) == (1, "")
    line = done.stderr.splitlines()[-1]  # before it the log tells of the start and the end
    assert f"twig password --data {tmp_path}" in line
    assert "until there is a password" in line
    assert twig("password", "--data", str(tmp_path), text=NEW).returncode == 0
    with hub(tmp_path, "--http-host=0.0.0.0") as (process, said):
        assert said["url"] == f"http://127.0.0.1:{said['ports']['http']}"
        assert logs_in(said["url"], NEW)
        assert twig("devices", "--hub", said["url"]).returncode == 0
        out, log = ended(process)
    assert "Warning    without HTTPS others in the network can read the password, tokens and all" in out
    assert "page and API without HTTPS" in log


def test_on_loopback_there_is_no_warning(tmp_path: Path) -> None:
    with hub(tmp_path) as (process, _):
        assert "Warning" not in ended(process)[0]


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A self-signed certificate of these names, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hub")])
    now = datetime.now(UTC)
    others = [x509.IPAddress(ip_address(one)) if one[0].isdigit() else x509.DNSName(one) for one in names]
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    return folder / "cert.pem", folder / "key.pem"


def test_https(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "127.0.0.1", "hub.example")
    data = tmp_path / "data"
    assert twig("password", "--data", str(data), text=NEW).returncode == 0
    options = (f"--https-cert={cert}", f"--https-key={key}", "--http-host=0.0.0.0")
    with hub(data, *options) as (process, said):
        url = said["url"]
        assert url == f"https://127.0.0.1:{said['ports']['http']}"
        trusting = ssl.create_default_context(cafile=cert)
        origin = {"origin": url, "sec-fetch-site": "same-origin"}
        assert logs_in(url, NEW, verify=trusting, headers=origin)
        named = httpx.get(url + "/login", headers={"host": "hub.example"}, verify=trusting, trust_env=False)
        assert named.status_code == 200
        foreign = httpx.get(
            url + "/login", headers={"host": "evil.example"}, verify=trusting, trust_env=False
        )
        assert foreign.status_code == 403
        for address in (url, url.replace("https", "http"), url.replace("127.0.0.1", "localhost")):
            listed = twig("devices", "--hub", address)
            assert (listed.returncode, listed.stderr) == (0, "")
        stranger = twig("devices", "--hub", url, XDG_STATE_HOME="/")
        assert stranger.returncode == 1
        given = {
            "XDG_STATE_HOME": "/",
            "SSL_CERT_FILE": str(cert),
            "TWIG_TOKEN": (data / "local-token").read_text().strip(),
        }
        assert twig("devices", "--hub", url, **given).returncode == 0
        assert "Warning" not in ended(process)[0]


def test_certificates_that_cannot_be_used(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "127.0.0.1")
    (tmp_path / "other").mkdir()
    _, other = certificate(tmp_path / "other", "127.0.0.1")
    text = tmp_path / "text"
    text.write_text("no certificate")
    locked = tmp_path / "locked.pem"
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(
        loaded.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    for one, two in ((cert, other), (text, key), (cert, text), (cert, locked)):
        line = failure(tmp_path / "data", f"--https-cert={one}", f"--https-key={two}")
        assert line.startswith(f"twig: HTTPS cannot use {one} with {two} (")
        assert line.endswith("both are PEM files, and the key has no password.")
    alone = twig("hub", "--data", str(tmp_path / "data"), f"--https-cert={cert}")
    assert alone.returncode == 2
    assert "give both or none" in alone.stderr
    assert not os.path.exists(tmp_path / "data")
