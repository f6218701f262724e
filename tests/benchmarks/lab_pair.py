"""A lab in a process of its own: ``python lab_pair.py`` prints its inventory as JSON, and ends with its input.

Each line of the input is JSON with a document for every role, to be loaded; each is answered with an empty line.
"""

from __future__ import annotations

import json
import sys

from egresspair.lab import Lab


def main() -> None:
    with Lab() as lab:
        say(json.dumps(lab.inventory(login="key_file")))
        for line in sys.stdin:
            for role, document in json.loads(line).items():
                lab[role].load(document.encode())
            say("")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
