"""Setting a paper as Word, in a child process: the template is written here by python-docx and filled by ``docxtpl``.

The measures are those of GB/T 9704-2012: A4, 37 mm above and 28 mm to the left of a text of 156 by 225 mm, 22 lines of
28 characters of size 3 (16 pt), a red head and a red line, page numbers of size 4 between dashes, outside. Word and WPS
choose fonts where the paper is opened, so each font is written with the one that stands in for it there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from shanhai.core.printing.content import clean

_MM = 56.6929  # twentieths of a point
_RED = "E60012"
_GREY = "808080"
_LINE = 579  # a line of the grid: 225 mm / 22, in twentieths of a point
_TEXT, _SMALL, _TITLE, _TABLE, _LIST = 16.0, 14.0, 22.0, 12.0, 9.0
_ISSUE_WIDTH = 156 / 25.4 * 72 - 2 * 14  # points, without its indents
_ISSUE_ROOM = 240  # twentieths of a point: lines and air of the issue block
_LATIN = "Times New Roman"
_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def render(paper: Mapping[str, Any], families: Mapping[str, list[str]], qr_png: bytes) -> bytes:
    """A paper as .docx.

    Parameters
    ----------
    paper
        What ``making.data_of`` gives.
    families
        The fonts of each role, the first to be set, the second to stand in for it.
    qr_png
        The QR code as a picture; empty where the paper has none.
    """
    from docxtpl import DocxTemplate

    blank = BytesIO()
    book = _Template(families, is_list=paper["shape"] == "list", qr_png=qr_png).build(paper)
    book.save(blank)
    blank.seek(0)
    book = DocxTemplate(blank)
    book.render(clean(paper), autoescape=True)
    _fit_tables(book.docx, paper)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class _Template:
    def __init__(self, families: Mapping[str, list[str]], *, is_list: bool, qr_png: bytes) -> None:
        from docx import Document

        self.families = families
        self.is_list = is_list
        self.qr_png = qr_png
        self.document = Document()

    def build(self, paper: Mapping[str, Any]) -> Any:
        """The template of a paper: its layout, with the places of what it says."""
        self._page()
        self._style()
        self._fonts()
        self._numbers(paper)
        self._head(paper)
        self._blocks()
        self._ending(paper)
        core = self.document.core_properties
        core.title, core.author, core.comments = paper["title"][:250], "Shanhai", paper["fonts_said"][:250]
        return self.document

    # -- page and fonts --------------------------------------------------------------------------------------------

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(9), Mm(22)
        if self.is_list:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
            section.top_margin, section.bottom_margin = Mm(22), Mm(20)
            section.left_margin, section.right_margin = Mm(18), Mm(18)
            section.footer_distance = Mm(10)
        else:
            _put(section._sectPr, "docGrid", type="lines", linePitch=_LINE)
        section.different_first_page_header_footer = True
        self.document.settings.odd_and_even_pages_header_footer = True

    def _style(self) -> None:
        style = self.document.styles["Normal"]
        style.paragraph_format.space_before = style.paragraph_format.space_after = 0
        _font(style.element.get_or_add_rPr(), self.families["text"][0], _LIST if self.is_list else _TEXT)

    def _fonts(self) -> None:
        """Say for each font which one stands in for it where the paper is opened without it."""
        lines = []
        for asked in self.families.values():
            others = "".join(f'<w:altName w:val="{_xml(name)}"/>' for name in asked[1:2])
            lines.append(f'<w:font w:name="{_xml(asked[0])}">{others}<w:charset w:val="86"/></w:font>')
        table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{_NS}">'
        for part in self.document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = f"{table}{''.join(dict.fromkeys(lines))}</w:fonts>".encode()

    # -- head and foot of the pages --------------------------------------------------------------------------------

    def _numbers(self, paper: Mapping[str, Any]) -> None:
        from docx.shared import Mm

        section = self.document.sections[0]
        for footer, side in (
            (section.first_page_footer, "right"),
            (section.footer, "right"),
            (section.even_page_footer, "left"),
        ):
            line = footer.paragraphs[0]
            _layout(line, align=side, left=14 if side == "left" else 0, right=14 if side == "right" else 0)
            for piece in ("— ", "PAGE", " —"):
                run = line.add_run()
                _font(run._r.get_or_add_rPr(), "宋体", _SMALL if not self.is_list else 10.5, latin="宋体")
                _field(run, piece) if piece == "PAGE" else run.add_text(piece)
        if not self.qr_png:
            return
        first = section.first_page_header.paragraphs[0]
        _layout(first, align="right")
        first.add_run().add_picture(BytesIO(self.qr_png), width=Mm(20))
        below = section.first_page_header.add_paragraph()
        for header in (section.header, section.even_page_header):
            self._code(header.paragraphs[0], paper["code"])
        self._code(below, paper["code"])

    def _code(self, line: Any, code: str) -> None:
        _layout(line, align="right")
        run = line.add_run(code)
        _font(run._r.get_or_add_rPr(), self.families["text"][0], 8, latin="Consolas", colour=_GREY)

    # -- the text --------------------------------------------------------------------------------------------------

    def _head(self, paper: Mapping[str, Any]) -> None:
        if self.is_list:
            self._line("{{ title }}", "title", 18, align="center", exact=560)
            self._line("{{ note }}", "text", 10.5, align="center", after=120)
            return
        size = max(18.0, min(46.0, 430 / max(1, _width(paper["head"]))))
        self._tag("if head")
        # The upper edge of the mark stands 35 mm below that of the text.
        self._line("{{ head }}", "title", size, align="center", before=35 * _MM, colour=_RED, exact=size * 26)
        rule = self._line(
            "{{ file_number }}",
            "text",
            _TEXT,
            align="center",
            before=_LINE * 2 if paper["shape"] != "minutes" else _LINE,
        )
        _border(rule, "bottom", 18, _RED, space=11)
        self._tag("endif")
        self._line("{{ title }}", "title", _TITLE, align="center", before=_LINE * 2, after=_LINE, exact=720)
        self._tag("if to")
        self._line("{{ to }}", "text", _TEXT)
        self._tag("endif")

    def _blocks(self) -> None:
        self._tag("for b in blocks")
        self._when("heading", lambda: self._line("{{ b.text }}", "heading", _TEXT, first=2, keep=True))
        self._when("text", lambda: self._line("{{ b.text }}", "text", _TEXT, first=2))
        self._when("named", self._named)
        self._when("pairs", self._pairs)
        self._when("table", self._table)
        self._tag("endfor")

    def _when(self, kind: str, draw: Any) -> None:
        self._tag(f'if b.kind == "{kind}"')
        draw()
        self._tag("endif")

    def _named(self) -> None:
        line = self._line("", "text", _TEXT, first=2)
        for said, role in (("{{ b.label }}", "heading"), ("{{ b.text }}", "text")):
            run = line.add_run(said)
            _font(run._r.get_or_add_rPr(), self.families[role][0], _TEXT)

    def _pairs(self) -> None:
        table = self._grid(3, 2)
        table.rows[0].cells[0].text = "{%tr for row in b.rows %}"
        self._cell(table.rows[1].cells[0], "{{ row[0] }}", "heading", _TABLE)
        self._cell(table.rows[1].cells[1], "{{ row[1] }}", "text", _TABLE)
        table.rows[2].cells[0].text = "{%tr endfor %}"

    def _table(self) -> None:
        size = _LIST if self.is_list else _TABLE
        table = self._grid(4, 3)
        self._over(table.rows[0], "for h in b.heads", "{{ h }}", "heading", size)
        _put(table.rows[0]._tr.get_or_add_trPr(), "tblHeader")
        table.rows[1].cells[0].text = "{%tr for row in b.rows %}"
        self._over(table.rows[2], "for cell in row", "{{ cell }}", "text", size)
        _put(table.rows[2]._tr.get_or_add_trPr(), "cantSplit")
        table.rows[3].cells[0].text = "{%tr endfor %}"

    def _grid(self, n_rows: int, n_columns: int) -> Any:
        table = self.document.add_table(n_rows, n_columns)
        table.style = "Table Grid"
        table.autofit = False
        margins = _put(table._tbl.tblPr, "tblCellMar")
        for edge, width in (("top", 40), ("left", 90), ("bottom", 40), ("right", 90)):
            _put(margins, edge, w=width if not self.is_list or edge in ("left", "right") else 15, type="dxa")
        # Word lets a table stand out by the margin of its cells; ours stands flush with the text.
        indent = _put(table._tbl.tblPr, "tblInd", w=90, type="dxa")
        margins.addprevious(indent)
        return table

    def _over(self, row: Any, loop: str, said: str, role: str, size: float) -> None:
        row.cells[0].text = "{%tc " + loop + " %}"
        self._cell(row.cells[1], said, role, size)
        row.cells[2].text = "{%tc endfor %}"

    def _cell(self, cell: Any, said: str, role: str, size: float) -> None:
        line = cell.paragraphs[0]
        _layout(line, align="left", grid=False)
        _font(line.add_run(said)._r.get_or_add_rPr(), self.families[role][0], size)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _ending(self, paper: Mapping[str, Any]) -> None:
        self._tag("if stamps")
        self._stamps(len(paper["stamps"]))
        self._tag("endif")
        self._tag("if signer")
        self._line("{{ signer }}", "text", _TEXT, align="right", before=_LINE * 2, right=64, keep=True)
        self._line("{{ dated }}", "text", _TEXT, align="right", right=64)
        self._tag("endif")
        self._tag("if now")
        self._line("{{ now }}", "kai", _SMALL, before=_LINE)
        self._tag("endif")
        if paper["issued_by"] or paper["copies"]:
            self._issue(paper)

    def _issue(self, paper: Mapping[str, Any]) -> None:
        """Copies, issuer and day at the foot of the last page (GB/T 9704-2012): a text box on the lower edge of the text.

        The box stands on the page of the empty line that holds it, and nothing flows around it. Empty lines that are
        kept with that one take as much room as the box, so what it covers is empty: where they do not fit any more, all
        go to the next page.
        """
        n_lines = math.ceil(_width(paper["copies"]) * _SMALL / _ISSUE_WIDTH) + bool(paper["issued_by"])
        height = n_lines * _LINE + _ISSUE_ROOM
        lines = []
        if paper["copies"]:
            lines.append(self._line("{{ copies }}", "text", _SMALL, left=14, right=14))
            _border(lines[0], "top", 8, "000000", space=1)
        if paper["issued_by"]:
            # The issuer stands at the left, the day at the right edge of the line.
            issued = self._line("{{ issued_by }}\t{{ issued_on }}", "text", _SMALL, left=14, right=14)
            issued.paragraph_format.tab_stops.add_tab_stop(142 * 36000, 2)
            _border(issued, "top", 6 if lines else 8, "000000", space=1)
            lines.append(issued)
        _border(lines[-1], "bottom", 8, "000000", space=1)
        for _n in range(n_lines):
            self._line("", "text", _SMALL, keep=True)
        holder = self._line("", "text", _SMALL)
        _box(holder.add_run()._r, lines, width=156 * 36000, height=height * 635)

    def _stamps(self, n: int) -> None:
        """A place for each party: its name, its stamp, who signs, on which day."""
        self._line("", "text", _TEXT)
        table = self.document.add_table(1, max(1, n))
        for index in range(n):
            cell = table.rows[0].cells[index]
            place = f"stamps[{index}]"
            for line, said in enumerate((place, "words.stamp", "words.signs", "words.day")):
                paragraph = cell.paragraphs[0] if line == 0 else cell.add_paragraph()
                _layout(paragraph, exact=_LINE if line in (0, 3) else _LINE * 2, keep=line < 3)
                role = "heading" if line == 0 else "text"
                _font(
                    paragraph.add_run("{{ " + said + " }}")._r.get_or_add_rPr(),
                    self.families[role][0],
                    _SMALL,
                )
        _put(table.rows[0]._tr.get_or_add_trPr(), "cantSplit")

    def _tag(self, said: str) -> None:
        self.document.add_paragraph("{%p " + said + " %}")

    def _line(self, said: str, role: str, size: float, *, colour: str = "", **layout: Any) -> Any:
        line = self.document.add_paragraph()
        if not self.is_list:
            layout.setdefault("exact", _LINE)
        _layout(line, **layout)
        if said:
            _font(line.add_run(said)._r.get_or_add_rPr(), self.families[role][0], size, colour=colour)
        return line


# -- what python-docx leaves to XML ------------------------------------------------------------------------------------


def _put(parent: Any, name: str, **attributes: Any) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in parent.findall(qn(f"w:{name}")):
        parent.remove(old)
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    parent.append(element)
    return element


def _font(properties: Any, family: str, size: float, *, latin: str = _LATIN, colour: str = "") -> None:
    _put(properties, "rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=family)
    if colour:
        _put(properties, "color", val=colour)
    if size == _TEXT:
        # 28 characters of 16 pt are 6 pt wider than the text; a grid of characters would pull figures apart.
        _put(properties, "spacing", val=-5)
    for name in ("sz", "szCs"):
        _put(properties, name, val=round(size * 2))


_ALIGN = {"left": 0, "center": 1, "right": 2, "both": 3}


def _layout(
    line: Any,
    *,
    align: str = "both",
    before: float = 0,
    after: float = 0,
    left: float = 0,
    right: float = 0,
    first: float = 0,
    exact: float = 0,
    keep: bool = False,
    grid: bool = True,
) -> None:
    """``before``, ``after`` and ``exact`` in twentieths of a point, ``left`` and ``right`` in points, ``first`` in characters."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    form = line.paragraph_format
    form.alignment = _ALIGN[align]
    form.space_before, form.space_after = Pt(before / 20), Pt(after / 20)
    if exact:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(exact / 20)
    if left:
        form.left_indent = Pt(left)
    if right:
        form.right_indent = Pt(right)
    if first:
        form.first_line_indent = Pt(first * _TEXT)
    form.keep_with_next = keep or None
    if not grid:
        properties = line._p.get_or_add_pPr()
        snap = _put(properties, "snapToGrid", val=0)
        properties.remove(snap)
        properties.insert(0, snap)


def _border(line: Any, edge: str, eighths: int, colour: str, *, space: int) -> None:
    from docx.oxml.ns import qn

    properties = line._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = _put(properties, "pBdr")
        # The schema wants it before spacing and indents.
        properties.remove(borders)
        properties.insert(sum(1 for one in properties if one.tag in _BEFORE_BORDERS), borders)
    _put(borders, edge, val="single", sz=eighths, space=space, color=colour)


_BOX = """<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:w="{w}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>
<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>
<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
<wp:docPr id="9704" name="版记"/><wp:cNvGraphicFramePr/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
<wps:txbx><w:txbxContent/></wps:txbx><wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>
</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback/></mc:AlternateContent>"""


def _box(run: Any, lines: Sequence[Any], *, width: int, height: int) -> None:
    """Put paragraphs into a text box on the lower edge of the text; a reader that knows no boxes shows their words."""
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn

    box = parse_xml("".join(_BOX.format(w=_NS, width=width, height=height).splitlines()))
    inside = next(box.iter(qn("w:txbxContent")))
    for line in lines:
        inside.append(line._p)
    stand_in = OxmlElement("w:t")
    stand_in.text = "  ".join(line.text.replace("\t", "  ") for line in lines)
    box[1].append(stand_in)
    run.append(box)


_BEFORE_BORDERS = {
    f"{{{_NS}}}{name}"
    for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
}


def _field(run: Any, name: str) -> None:
    _put(run._r, "fldChar", fldCharType="begin")
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {name} "
    run._r.append(instruction)
    for kind in ("separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)


def _xml(said: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(said)[1:-1]


def _width(said: str) -> float:
    """How wide a line is, in characters of full width."""
    return sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in said)


def _fit_tables(document: Any, paper: Mapping[str, Any]) -> None:
    """Give the columns of each table their widths, and numbers their side."""
    total = (261 if paper["shape"] == "list" else 156) * _MM
    for table, block in zip(_grids(document), _tables(paper), strict=True):
        shares = block["widths"] or [1 / len(block["heads"])] * len(block["heads"])
        widths = [round(total * share) for share in shares]
        _grid_columns(table._tbl, widths)
        for row in table._tbl.tr_lst:
            for index, cell in enumerate(row.tc_lst):
                _put_first(cell.get_or_add_tcPr(), "tcW", w=widths[min(index, len(widths) - 1)], type="dxa")
                if block["right"] and block["right"][index]:
                    _put(cell.p_lst[0].get_or_add_pPr(), "jc", val="right")


def _put_first(parent: Any, name: str, **attributes: Any) -> None:
    element = _put(parent, name, **attributes)
    parent.remove(element)
    parent.insert(0, element)


def _grid_columns(table: Any, widths: list[int]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    grid = table.tblGrid
    for old in list(grid):
        grid.remove(old)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        grid.append(column)


def _grids(document: Any) -> Iterator[Any]:
    return (
        table for table in document.tables if table.style is not None and table.style.name == "Table Grid"
    )


def _tables(paper: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for block in paper["blocks"]:
        if block["kind"] == "pairs":
            yield {**block, "heads": ["", ""], "widths": [0.26, 0.74], "right": []}
        elif block["kind"] == "table":
            yield block
