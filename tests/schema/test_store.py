"""The cache of schemas on disk: what is kept, by whom it is believed, and that it never stands in the way."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from egresspair.errors import DocumentError
from egresspair.schema import Discovered, Module, SchemaStore, Text, integer_range
from egresspair.schema import store as store_module

from .pretended import REVISION, module

LEAF = "container top { leaf size { type uint32 { range 16..99; } } }"
PATH = "/base:top/size"
FOUND = Discovered(
    (Module("base", REVISION, frozenset({"fast"})),),
    (Text("base", REVISION, module("base", "feature fast;", LEAF)),),
    absent=("vpn",),
    deviates={"base-deviations": ("/top/size",)},
    revisions={"base": REVISION, "static-lsps": "2020-02-02"},
)
KIND = ("NE40E", "8.22.0")


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests compiled in this process does not count."""
    monkeypatch.setattr(store_module, "_MODELS", {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "schemas"


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def compiled(folder: Path, server: str = "s1") -> bool:
    """Whether a store, as a new process has it, has to compile the schema of the server."""
    store_module._MODELS.clear()
    store = SchemaStore(folder)
    kept = store.recall(server)
    assert kept is not None
    model, had_to = store.model(kept)
    assert integer_range(model, PATH) == ((16, 99),)
    return had_to


# kept, and recalled


def test_another_store_recalls_what_was_kept(folder: Path) -> None:
    kept = SchemaStore(folder).keep(FOUND, "s1", KIND)
    assert SchemaStore(folder).recall("s1") == kept
    assert (kept.modules.implemented, kept.absent, kept.kind) == (FOUND.implemented, ("vpn",), KIND)
    assert kept.deviates == {"base-deviations": ("/top/size",)}
    assert kept.offers == {"base", "static-lsps"}
    assert SchemaStore(folder).recall("s2") is None


def test_a_file_where_the_set_should_lie_makes_way(folder: Path) -> None:
    kept = SchemaStore(folder).keep(FOUND, "s1")
    place = kept.modules.folders[0]
    shutil.rmtree(place)
    place.write_text("not a folder")
    assert SchemaStore(folder).recall("s1") is None
    assert SchemaStore(folder).keep(FOUND, "s1") == kept
    assert SchemaStore(folder).recall("s1") == kept


def test_it_is_compiled_once_for_all_processes(folder: Path) -> None:
    SchemaStore(folder).keep(FOUND, "s1")
    assert [compiled(folder), compiled(folder)] == [True, False]


def test_it_is_compiled_once_in_a_process(folder: Path, tmp_path: Path) -> None:
    first, second = SchemaStore(folder), SchemaStore(tmp_path / "other")
    model, _ = first.model(first.keep(FOUND))
    assert second.model(second.keep(FOUND)) == (model, False)


def test_a_second_server_of_the_kind_takes_no_more_room(folder: Path) -> None:
    store = SchemaStore(folder)
    assert store.keep(FOUND, "s1").modules == store.keep(FOUND, "s2").modules
    assert len(list((folder / "sets").iterdir())) == 1


def test_what_is_not_the_server_s_alone_is_not_recalled(folder: Path) -> None:
    store = SchemaStore(folder)
    store.keep(FOUND)
    assert store.recall("") is None
    assert not (folder / "servers").exists()


def test_what_is_forgotten_is_not_recalled(folder: Path) -> None:
    store = SchemaStore(folder)
    store.keep(FOUND, "s1")
    store.forget("s1")
    store.forget("never known")
    assert store.recall("s1") is None
    assert SchemaStore(folder).recall("s1") is None


def test_nobody_else_can_write_there(folder: Path) -> None:
    SchemaStore(folder).keep(FOUND, "s1")
    assert compiled(folder)
    for path in (
        folder / "sets",
        *folder.glob("sets/*"),
        *folder.glob("sets/*/*.pickle"),
        folder / "servers",
    ):
        assert not path.stat().st_mode & 0o077, path


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, texts=(replace(FOUND.texts[0], yang=module("base", LEAF.replace("99", "98"))),)),
        replace(FOUND, texts=(*FOUND.texts, Text("more", REVISION, module("more")))),
        replace(FOUND, implemented=(replace(FOUND.implemented[0], features=frozenset()),)),
        replace(FOUND, implemented=(*FOUND.implemented, Module("more", REVISION))),
        replace(FOUND, implemented=(replace(FOUND.implemented[0], deviations=("odd",)),)),
    ],
    ids=["text", "one more text", "features", "implemented", "deviations"],
)
def test_the_digest_changes_with_what_is_compiled(folder: Path, other: Discovered) -> None:
    store = SchemaStore(folder)
    assert store.keep(other).digest != store.keep(FOUND).digest


def test_the_digest_does_not_change_with_the_order_or_the_source(folder: Path) -> None:
    more = Text("more", REVISION, module("more"))
    one = replace(FOUND, texts=(*FOUND.texts, more))
    other = replace(FOUND, texts=(replace(more, given=False), *FOUND.texts))
    store = SchemaStore(folder)
    assert store.keep(one).digest == store.keep(other).digest


def test_a_text_is_kept_octet_by_octet(folder: Path) -> None:
    text = module("base", "feature fast;", LEAF, "// ü").replace("\n", "\r\n")
    kept = SchemaStore(folder).keep(replace(FOUND, texts=(Text("base", REVISION, text),)), "s1")
    assert only(kept.modules.folders[0], "*.yang").read_bytes() == text.encode()
    assert SchemaStore(folder).recall("s1") == kept
    assert compiled(folder)


def test_modules_that_do_not_fit_are_told_of_every_time(folder: Path) -> None:
    store = SchemaStore(folder)
    kept = store.keep(replace(FOUND, texts=(Text("base", REVISION, module("base", "leaf a { type no; }")),)))
    for _ in range(2):
        with pytest.raises(DocumentError, match="base"):
            store.model(kept)


# a spoilt cache is no cache


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def garbled(path: Path) -> None:
    path.write_bytes(b"\xff\x00 not what it was")


def of_another_kind(path: Path) -> None:
    path.write_text('["a", 7]')


SPOILERS = [emptied, cut_short, garbled, of_another_kind, Path.unlink]


@pytest.mark.parametrize("spoil", SPOILERS)
@pytest.mark.parametrize("pattern", ["servers/*.json", "sets/*/set.json", "sets/*/*.yang"])
def test_a_spoilt_file_is_as_good_as_none(folder: Path, pattern: str, spoil: Callable[[Path], None]) -> None:
    SchemaStore(folder).keep(FOUND, "s1")
    spoil(only(folder, pattern))
    assert SchemaStore(folder).recall("s1") is None
    SchemaStore(folder).keep(FOUND, "s1")
    assert compiled(folder)


@pytest.mark.parametrize("spoil", [*SPOILERS, lambda path: path.write_bytes(pickle.dumps(["a", 7]))])
def test_a_spoilt_pickle_is_as_good_as_none(folder: Path, spoil: Callable[[Path], None]) -> None:
    SchemaStore(folder).keep(FOUND, "s1")
    assert compiled(folder)
    spoil(only(folder, "sets/*/*.pickle"))
    assert [compiled(folder), compiled(folder)] == [True, False]


# a pickle can be made to run anything


class Intruder:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def planted(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A pickle that runs something, and what it would leave behind."""
    SchemaStore(folder).keep(FOUND, "s1")
    assert compiled(folder)
    file, mark = only(folder, "sets/*/*.pickle"), tmp_path / "it ran"
    file.write_bytes(pickle.dumps(Intruder(mark)))
    return file, mark


def test_a_planted_pickle_would_run(folder: Path, planted: tuple[Path, Path]) -> None:
    """Else the tests below would prove nothing."""
    compiled(folder)
    assert planted[1].exists()


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_pickle_that_others_can_write_is_not_loaded(
    folder: Path, planted: tuple[Path, Path], mode: int
) -> None:
    file, mark = planted
    file.chmod(mode)
    assert compiled(folder)
    assert not mark.exists()


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_pickle_in_a_folder_that_others_can_write_is_not_loaded(
    folder: Path, planted: tuple[Path, Path], mode: int
) -> None:
    file, mark = planted
    file.parent.chmod(mode)
    assert compiled(folder)
    assert not mark.exists()


def test_a_pickle_of_somebody_else_is_not_loaded(
    folder: Path, planted: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: planted[0].stat().st_uid + 1)
    assert compiled(folder)
    assert not planted[1].exists()


# where nothing can be written

LEAVER = """
import sys
from pathlib import Path
from egresspair.schema import Discovered, SchemaStore
kept = SchemaStore(Path(sys.argv[1])).keep(Discovered((), ()))
store = SchemaStore(Path(sys.argv[1]))
print(store.keep(Discovered((), ()), "s1").modules.folders[0].parents[2])
"""


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = SchemaStore(tmp_path / "file" / "schemas")
    kept = store.keep(FOUND, "s1", KIND)
    assert store.recall("s1") == kept
    model, had_to = store.model(kept)
    assert had_to
    assert integer_range(model, PATH) == ((16, 99),)
    assert SchemaStore(tmp_path / "file" / "schemas").recall("s1") is None


def test_nothing_is_left_behind_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-W", "error", "-c", LEAVER, str(tmp_path / "file" / "schemas")]
    left = subprocess.run(
        command,
        env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert left.stdout == f"{tmp_path / 'tmp'}\n"
    assert "Warning" not in left.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


def test_by_default_it_is_in_the_cache_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    SchemaStore().keep(FOUND, "s1")
    assert (tmp_path / "cache/egresspair/schemas/servers/s1.json").is_file()
    monkeypatch.setenv("XDG_CACHE_HOME", "not absolute")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    SchemaStore().keep(FOUND, "s1")
    assert (tmp_path / "home/.cache/egresspair/schemas/servers/s1.json").is_file()


# several processes at once

RACER = """
import sys, time
from pathlib import Path
from egresspair.schema import Discovered, Module, SchemaStore, Text
folder, text = Path(sys.argv[1]), sys.argv[2]
found = Discovered((Module("base", "2022-01-01"),), (Text("base", "2022-01-01", text),))
print("ready", flush=True)
sys.stdin.readline()
for turn in range(20):
    store = SchemaStore(folder)
    kept = store.keep(found, "s1")
    assert kept.modules.folders[0].is_relative_to(folder), kept
    store.model(kept)
    assert SchemaStore(folder).recall("s1") == kept
print(kept.digest)
"""


def test_processes_that_keep_the_same_at_the_same_time(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", RACER, str(folder), module("base", LEAF)]
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=60)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len(set(said)) == 1
    assert [path.name for path in (folder / "sets").iterdir()] == [said[0].strip()]
    assert not compiled(folder)
