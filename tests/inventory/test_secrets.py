"""Secrets stand in an inventory by reference only, are read late and shown never."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from egresspair.errors import InventoryError
from egresspair.inventory import DeviceEntry, Inventory, SecretRef, load_inventory, parse_inventory

SECRET = "hunter2-Tr0ub4dor"


def with_password(reference: str, folder: Path = Path()) -> DeviceEntry:
    text = f'devices: {{masg-1: {{host: h, username: u, password: "{reference}"}}}}'
    return parse_inventory(text, name="i.yaml", folder=folder).device("masg-1")


def test_a_variable_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = with_password("env:MASG_PASSWORD")
    for value in (SECRET, "another"):
        monkeypatch.setenv("MASG_PASSWORD", value)
        assert entry.resolve_password() == value
    assert entry.resolve_key_passphrase() is None


@pytest.mark.parametrize("written", [SECRET, SECRET + "\n", SECRET + "\r\n"])
def test_a_file_is_read_without_its_line_end(tmp_path: Path, written: str) -> None:
    (tmp_path / "pass").write_bytes(written.encode())
    assert with_password("file:pass", tmp_path).resolve_password() == SECRET
    assert with_password(f"file:{tmp_path}/pass").resolve_password() == SECRET


def test_only_the_last_line_end_goes(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text(f" {SECRET} \n\n")
    assert with_password("file:pass", tmp_path).resolve_password() == f" {SECRET} \n"


def test_a_secret_that_is_missing_is_named_with_its_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MASG_PASSWORD", raising=False)
    path = tmp_path / "i.yaml"
    path.write_text("devices:\n  masg-1:\n    host: h\n    username: u\n    password: env:MASG_PASSWORD\n")
    entry = load_inventory(path).device("masg-1")
    with pytest.raises(InventoryError) as caught:
        entry.resolve_password()
    assert str(caught.value) == (
        f"devices.masg-1.password ({path}:5:15): environment variable MASG_PASSWORD is not set."
        " Export MASG_PASSWORD."
    )
    monkeypatch.setenv("MASG_PASSWORD", "")
    with pytest.raises(InventoryError, match="MASG_PASSWORD is empty"):
        entry.resolve_password()


def test_a_file_that_holds_no_secret_is_named(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=rf"masg-1.*{tmp_path}/pass cannot be read: No such file"):
        with_password("file:pass", tmp_path).resolve_password()
    (tmp_path / "pass").write_bytes(b"\n")
    with pytest.raises(InventoryError, match="is empty"):
        with_password("file:pass", tmp_path).resolve_password()
    (tmp_path / "pass").write_bytes(b"\xff\xfe")
    with pytest.raises(InventoryError, match="not UTF-8"):
        with_password("file:pass", tmp_path).resolve_password()
    (tmp_path / "pass").write_bytes(b"x" * 100_000)
    with pytest.raises(InventoryError, match="too large"):
        with_password("file:pass", tmp_path).resolve_password()


def test_what_is_shown_is_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASG_PASSWORD", SECRET)
    entry = with_password("env:MASG_PASSWORD")
    entry.resolve_password()
    inventory = Inventory({"masg-1": entry})
    assert "password=<env:MASG_PASSWORD>" in repr(entry)
    assert str(SecretRef("file", "/x")) == "<file:/x>"
    for shown in (repr(entry), str(entry), repr(inventory), entry.model_dump_json(), str(entry.model_dump())):
        assert SECRET not in shown


@pytest.mark.parametrize(
    "line",
    [
        f"password: {SECRET}",
        f'password: "{SECRET}"',
        f"password: '{SECRET}",
        f"password: *{SECRET}",
        f"password: !{SECRET} x",
        f"password: !{SECRET}!x y",
        f"password: @{SECRET}",
        f"password: `{SECRET}",
        f"password: %{SECRET}",
        f'password: "\\{SECRET}"',
        f"password: a: {SECRET}",
        f"password {SECRET}",
        f"password={SECRET}",
        f"password:{SECRET}",
        f"password: env:9{SECRET}",
        f"password: [{SECRET}]",
        f"password: {{{SECRET}: x}}",
        f"password: {{{SECRET}: x, {SECRET}: y}}",
        f"key_passphrase: {SECRET}",
        f"host_key: {SECRET}",
        f"agent: {SECRET}",
        f"port: {SECRET}",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(line: str) -> None:
    with pytest.raises(InventoryError) as caught:
        parse_inventory(f"devices:\n  masg-1:\n    host: h\n    username: u\n    {line}\n", name="i.yaml")
    for shown in (str(caught.value), repr(caught.value), str(caught.value.problems)):
        assert SECRET not in shown


def test_a_literal_password_is_answered_with_how_to_write_it() -> None:
    with pytest.raises(InventoryError, match="Write env:NAME for an environment variable, or file:PATH"):
        with_password(SECRET)


def test_a_reference_may_be_built_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASG_PASSWORD", SECRET)
    reference = SecretRef("env", "MASG_PASSWORD")
    entry = DeviceEntry(name="a", host="h", username="u", password=reference)
    assert entry.resolve_password() == SECRET


@given(st.text(min_size=6))
def test_no_literal_password_is_repeated_to_python_either(secret: str) -> None:
    if secret.startswith(("env:", "file:")):
        return
    with pytest.raises(ValidationError) as caught:
        DeviceEntry(name="a", host="h", username="u", password=secret)
    with pytest.raises(ValidationError) as another:
        DeviceEntry(name="a", host="h", username="u", password="s3cret-word")
    assert str(caught.value) == str(another.value), "the message depends on the secret"
