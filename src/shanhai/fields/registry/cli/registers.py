"""``shanhai registry registers ...``: tables as files, to fill in and to take away."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import access, signs
from shanhai.core.cli import files
from shanhai.core.models import Pairing
from shanhai.core.queries import pairings
from shanhai.core.sheets import exporting
from shanhai.core.sheets.columns import Register
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import shared as queries
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, acting, noun, remark, show

app = noun("Registers: which there are, empty workbooks to fill in, tables to take away.")
Code = Annotated[str, typer.Argument(help="Code of the register, as the list has it: registry.units.")]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")]
_FORMS = (("",), ("csv",), ("xlsx",), ("docx",), ("pdf",))


@app.command("list")
def list_registers(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List registers, and whether they may be written."""
    member = shared.reader("import")
    rows = (
        {
            "code": one.code,
            "name": one.name,
            "file": one.file_stem,
            "may_write": access.may(member, one.write_access),
        }
        for one in signs.registers
    )
    headings = {"code": _("Code"), "name": _("Register"), "file": _("File"), "may_write": _("May be written")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def register_of(code: str) -> Register:
    """A register that is signed in."""
    register: Register | None = signs.registers.get(code)
    if register is None:
        raise NotFound(
            "sheets.no_such_register",
            gettext_noop(
                "There is no register {register}. The page of imports names "
                "them, and so does `shanhai registry registers list`."
            ),
            register=code,
        )
    return register


def pairing_of(register: Register, code: str) -> Pairing | None:
    """The pairing that rows of a register belong to, where they belong to one."""
    if not register.is_of_pairing or not code:
        return None
    return queries.found(pairings.pairings_of(acting()), code=code)


@app.command("template")
def template(code: Code, out: Out) -> None:
    """Write an empty workbook of a register, to fill in."""
    member = shared.reader("import")
    register = register_of(code)
    access.check(member, register.write_access)
    files.check_target(out)
    file = BytesIO()
    exporting.template(register, file)
    _write(out, file, register)


@app.command("export")
def export(
    code: Code,
    out: Out,
    form: Annotated[
        str, given.choice("--form", _FORMS, "csv, xlsx, docx or pdf; as the file is called", or_none=True)
    ] = "",
    pairing: Annotated[str, typer.Option(help="Code of the pairing, for registers of a pairing.")] = "",
) -> None:
    """Write a register as a file that can be brought again, or as a list on paper (docx, pdf)."""
    member = shared.reader("import")
    register = register_of(code)
    files.check_target(out)
    file = BytesIO()
    ending = Path(out).suffix.lower().lstrip(".")
    chosen = form or (ending if ending in exporting.MEDIA_TYPES else "csv")
    exporting.export(register, file, chosen, member=member, pairing=pairing_of(register, pairing))
    _write(out, file, register)


def _write(out: str, file: BytesIO, register: Register) -> None:
    files.write_bytes(out, file.getvalue())
    if out != files.STANDARD:
        remark(f"{register.name} -> {out}")
