"""A table of enterprises with their ratios, as the command ``shanhai park grade`` takes it: CSV, headings in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.tables import bare_heading, csv_lines
from shanhai.planners.land_grades import ABOVE_SCALE, BELOW_SCALE, EMISSION, LandYear

# Column to the headings that name it; spaces, capitals and units in brackets do not matter.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "enterprise": ("enterprise", "企业", "企业名称", "单位名称"),
    "tax_per_mu": ("tax_per_mu", "亩均税收", "单位用地税收", "亩均税收贡献"),
    "value_added_per_mu": ("value_added_per_mu", "亩均增加值", "亩均工业增加值", "单位用地工业增加值"),
    "value_added_per_tce": ("value_added_per_tce", "单位能耗增加值", "单位能耗工业增加值"),
    "value_added_per_emission": ("value_added_per_emission", "单位排放增加值", "单位排污权增加值", "单位排放工业增加值"),
    "labour_productivity": ("labour_productivity", "全员劳动生产率", "劳动生产率"),
    "rd_intensity": ("rd_intensity", "研发强度", "r&d强度", "研发经费占主营业务收入之比", "研发投入强度"),
    "tax_per_kwh": ("tax_per_kwh", "单位电耗税收", "每度电税收", "单位用电税收"),
    "land_mu": ("land_mu", "用地面积", "实际用地", "用地"),
    "group": ("group", "集团", "合并评价集团"),
    "pool": ("pool", "分组", "评价组别"),
    "exempt": ("exempt", "暂不评价", "不参评原因"),
    "veto": ("veto", "一票否决", "否决事项"),
}  # fmt: skip
_TEXTS = ("enterprise", "group", "pool", "exempt", "veto")
_NUMBERS = (*ABOVE_SCALE, "tax_per_kwh", "land_mu")
# What spreadsheets write where a denominator is zero or missing.
_NO_QUOTIENT = ("#DIV/0!", "#N/A", "#VALUE!", "#NUM!", "INF", "-INF", "+INF", "INFINITY", "NAN")


def read(text: str, file: str) -> list[LandYear]:
    """Enterprises of a CSV text, in its order.

    A row is below scale where it gives ``tax_per_kwh`` and leaves ``value_added_per_mu`` empty. ``value_added_per_emission``
    may be empty. ``rd_intensity`` is a ratio or a percentage with its sign (0.025 or 2.5%). Columns with other headings are
    passed over.

    Raises
    ------
    BadInput
        What ``csv_lines`` refuses; ``park.grade_file_empty``, ``.grade_file_column``, ``.grade_file_cell``, the last with line
        and column.
    """
    lines = csv_lines(text, file)
    columns = _columns(next(lines, (1, []))[1], file)
    found: list[LandYear] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        row = {name: cells[n] if n < len(cells) else "" for name, n in columns.items()}
        one = _year(row, line)
        if one.enterprise in seen:
            raise _cell(
                line,
                "enterprise",
                one.enterprise,
                gettext_noop(
                    "Line {line}, column {column}: {cell} stands on line {other} already. Give each enterprise once."
                ),
                other=seen[one.enterprise],
            )
        seen[one.enterprise] = line
        found.append(one)
    if not found:
        raise BadInput(
            "park.grade_file_empty",
            gettext_noop(
                "{file} has no enterprises. Give a line of headings and a line for each enterprise."
            ),
            file=file,
        )
    return found


def _columns(heads: list[str], file: str) -> dict[str, int]:
    """Where each column stands."""
    names = {bare_heading(one): name for name, known in HEADINGS.items() for one in known}
    found: dict[str, int] = {}
    for n, head in enumerate(heads):
        name = names.get(bare_heading(head))
        if name is None:
            continue
        if name in found:
            raise BadInput(
                "park.grade_file_column",
                gettext_noop("{file} has column {column} twice. Leave one of them out."),
                file=file,
                column=head.strip(),
            )
        found[name] = n
    # A table of enterprises below scale alone has just two ratios.
    needed = BELOW_SCALE if "tax_per_kwh" in found and "value_added_per_mu" not in found else ABOVE_SCALE
    missing = [name for name in ("enterprise", *needed) if name not in found]
    if missing:
        raise BadInput(
            "park.grade_file_column",
            gettext_noop("{file} has no column {column}. Give it a heading such as {heading}."),
            file=file,
            column=missing[0],
            heading=" / ".join(HEADINGS[missing[0]][:2]),
        )
    return found


def _year(row: Mapping[str, str], line: int) -> LandYear:
    if not row["enterprise"]:
        sentence = gettext_noop("Line {line}, column {column} is empty. Give the name of the enterprise.")
        raise _cell(line, "enterprise", "", sentence)
    given = {name: _number(row[name], line, name) for name in _NUMBERS if row.get(name)}
    land = given.pop("land_mu", 1.0)
    if land <= 0:
        sentence = gettext_noop(
            "Line {line}, column {column}: {cell} mu is no land. Give its land in mu, above 0."
        )
        raise _cell(line, "land_mu", row["land_mu"], sentence)
    is_below = "tax_per_kwh" in given and "value_added_per_mu" not in given
    for name in BELOW_SCALE if is_below else ABOVE_SCALE:
        if name not in given and name != EMISSION:
            sentence = gettext_noop(
                "Line {line}, column {column} is empty. Give the figure of {enterprise}, or leave the line out."
            )
            raise _cell(line, name, "", sentence, enterprise=row["enterprise"])
    texts = {name: row.get(name, "") for name in _TEXTS}
    return LandYear(ratios=given, is_above_scale=not is_below, land_mu=land, **texts)


def _number(text: str, line: int, column: str) -> float:
    plain = text.replace(",", "").replace("，", "").replace(" ", "").upper()
    if plain in _NO_QUOTIENT:
        sentence = gettext_noop(
            "Line {line}, column {column}: {cell} comes of a denominator that is zero. Correct land, energy, emissions, "
            "staff or revenue of the enterprise, or leave emissions empty."
        )
        raise _cell(line, column, text, sentence)
    is_percent = plain.endswith(("%", "％"))
    try:
        found = float(plain.rstrip("%％"))
    except ValueError:
        found = float("nan")
    if not isfinite(found) or "_" in plain or (is_percent and column != "rd_intensity"):
        sentence = gettext_noop("Line {line}, column {column}: {cell} is no number. Write it like 24.1.")
        raise _cell(line, column, text, sentence)
    return found / 100 if is_percent else found


def _cell(line: int, column: str, cell: str, sentence: str, **more: object) -> BadInput:
    return BadInput("park.grade_file_cell", sentence, line=line, column=column, cell=cell[:60], **more)
