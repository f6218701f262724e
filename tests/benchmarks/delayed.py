"""Proxies in a process of their own: ``python delayed.py SECONDS PORT...`` prints their ports; its input ends it."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from servers.proxy import TcpProxy


def main(seconds: str, *ports: str) -> None:
    with ExitStack() as stack:
        proxies = [stack.enter_context(TcpProxy(int(port))) for port in ports]
        for proxy in proxies:
            proxy.delay = float(seconds)
        sys.stdout.write(json.dumps([proxy.port for proxy in proxies]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
