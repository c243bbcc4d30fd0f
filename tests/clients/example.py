"""The sandbox example itself: its help, the options that it rejects, and how it ends."""

import signal
import socket
import subprocess

from sandbox import Sandbox


def run(program, done):
    helped = ask(program, "--help")
    assert helped.returncode == 0 and "--report-size" in helped.stdout, helped
    for options in [
        ["--wrong"],
        ["--report-size", "5 bananas"],
        ["--report-size", "99999999999GiB"],
        ["--scans", "-1"],
        ["--tenable-sc-port", "65536"],
        ["stray"],
    ]:
        failed = ask(program, *options)
        assert failed.returncode != 0, options
        assert not failed.stdout, failed.stdout
        assert options[-1] in failed.stderr and "panicked" not in failed.stderr, failed.stderr
    done("the example has a help text and rejects wrong options")

    for end in (signal.SIGINT, signal.SIGTERM):
        with Sandbox(program, end=end):
            pass
    with Sandbox(program) as sandbox, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        failed = ask(program, "--insightvm-port", port)
        assert failed.returncode != 0, "a port that is taken"
        assert "InsightVM" in failed.stderr, failed.stderr
        assert sandbox.insightvm["url"] != sandbox.tenable_sc["url"]
    done("the example ends with status 0 on a signal, and fails with a message if a port is taken")


def ask(program, *options):
    return subprocess.run([program, *options], capture_output=True, text=True, timeout=60)
