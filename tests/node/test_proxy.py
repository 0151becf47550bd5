"""The configuration of nginx in the guide, in front of a server."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.node.serving.served import PAGE, app, asked, served
from tests.servers import free_port

GUIDE = Path(__file__).parents[2] / "docs" / "reverse-proxy.md"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


@pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")
def test_the_configuration_of_nginx_in_the_guide_works(tmp_path: Path) -> None:
    (sample,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    port = free_port()
    plain = re.sub(r"\n *ssl_.*", "", sample).replace("443 ssl http2", f"127.0.0.1:{port}")
    with served(app) as behind:
        places = " ".join(
            f"{kind}_temp_path {tmp_path}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = tmp_path / "nginx.conf"
        configuration.write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}}\n"
            f"http {{ access_log off; {places}\n{plain.replace('127.0.0.1:8000', f'127.0.0.1:{behind}')} }}\n"
        )
        command = [NGINX, "-p", str(tmp_path), "-c", str(configuration), "-e", "stderr"]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as nginx:
            try:
                assert wait_until_open(port, nginx) == (200, b"short")
                assert asked(port, "/") == (200, PAGE)
            finally:
                nginx.terminate()
                _, errors = nginx.communicate(timeout=10)
    assert errors == b""


def wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> tuple[int, bytes]:
    for _ in range(100):
        try:
            return asked(port)
        except ConnectionRefusedError:
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
    raise AssertionError("nginx does not respond")
