"""Runs a command beside a Milvus server: python with_milvus.py COMMAND…

The server of the package `milvus` listens on all interfaces, so both run in a network of their own that has loopback
only. The command finds the server's address in INSEK_TEST_MILVUS. Where the package or such a network cannot be had,
the command runs without a server, and its tests skip what needs one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

_INSIDE = "INSEK_TEST_ALONE"
_WHY_NOT = "no Milvus server: {}; the tests that need one are skipped"


def main(command: list[str]) -> int:
    """The exit code of the command."""
    try:
        from milvus import MilvusServer, MilvusServerConfig
    except ImportError:
        print(_WHY_NOT.format("the package milvus is not installed"), file=sys.stderr)
        return subprocess.call(command)
    if _INSIDE not in os.environ:
        return _alone(command)
    folder = tempfile.mkdtemp(prefix="milvus-")
    server = MilvusServer(MilvusServerConfig(), wait_for_started=True)
    server.set_base_dir(folder)
    server.start()
    try:
        address = f"http://127.0.0.1:{server.listen_port}"
        return subprocess.call(command, env=os.environ | {"INSEK_TEST_MILVUS": address})
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _alone(command: list[str]) -> int:
    """The same inside a network without any other machine."""
    shut_in = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        subprocess.run([*shut_in, "ip", "link", "set", "lo", "up"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(_WHY_NOT.format(f"no network of its own can be made ({error})"), file=sys.stderr)
        return subprocess.call(command)
    start = 'ip link set lo up && exec "$@"'
    again = [*shut_in, "sh", "-c", start, "sh", sys.executable, __file__, *command]
    return subprocess.call(again, env=os.environ | {_INSIDE: "1"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
