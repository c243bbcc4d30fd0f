"""Runs other clients against the sandbox example: `main.py PROGRAM SPEC`."""

import signal
import sys
import time
import typing

import example
import insightvm
import tenable_sc


class Scheme(typing.NamedTuple):
    name: str
    options: list[str]


SCHEMES = [Scheme("HTTPS", []), Scheme("HTTP", ["--plain-http"])]


def main(program, spec):
    start = time.monotonic()
    passed = 0

    def done(what):
        nonlocal passed
        passed += 1
        print(f"ok  {what}", flush=True)

    example.run(program, done)
    tenable_sc.run(program, SCHEMES, done)
    insightvm.run(program, spec, SCHEMES, done)
    print(f"{passed} steps passed in {time.monotonic() - start:.0f} s")


# Exits normally on SIGTERM, so that the servers are stopped too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
main(*sys.argv[1:])
