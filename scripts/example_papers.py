"""Write blank forms and filled samples of the materials of Longquan's catalogues into the example zone.

    python scripts/example_papers.py        # writes into examples/longquan-xiaoshan

Each is a small Word file: a heading, what the material is for, and a table of what is filled in. All of it is made up and
marked illustrative. Files are named by their bytes, which are the same in every run.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
# The versions in force of the catalogues under which files are opened today.
VERSIONS = (("LQ-ZJ90", "2"), ("LQ-LR20", "1"))
ROLES = {"form": "空白表格", "sample": "示范文本"}
# One paper for each kind of material: a public document is placed with every organisation when it is loaded.
KINDS = {
    "form": ("审批事项申请表", "Application form", "各事项通用申请表"),
    "drawings": (
        "图纸报审表",
        "Cover sheet of drawings",
        "总平面图、设计方案、初步设计、施工图、消防和人防设计、宗地图、竣工图",
    ),
    "report": ("报告报审表", "Cover sheet of a report", "项目申请报告、环评、节能、水土保持、使用林地等报告"),
    "letter": ("告知承诺书", "Commitment letter", "实行告知承诺的事项"),
    "proof": ("证明材料清单", "List of proofs", "营业执照、土地权属、合同、资金和工资专户等证明"),
}
ENDINGS = {
    "form": ("form",),
    "drawings": ("drawings", "layout", "boundary", "map", "as-built"),
    "report": ("report", "document"),
    "letter": ("commitment-letter",),
}
MADE_UP = "Illustrative, made up to fill the example zone. 示例，为补全示例区而编写。"
FIELDS = (
    ("项目名称", "汽车空调压缩机项目（示例）"),
    ("项目代码", "2103-331181-04-01-123456"),
    ("项目单位", "龙泉市青枫汽配有限公司（示例）"),
    ("统一社会信用代码", "按营业执照填写"),
    ("建设地点", "龙泉—萧山山海协作产业园"),
    ("用地面积（亩）", "32.50"),
    ("联系人及电话", "项雨，按实际填写"),
    ("材料内容摘要", "见附件；所附材料均与原件一致"),
    ("申请人签章、日期", "（盖章）2023年9月18日"),
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# A zip keeps when its parts were written; this is the day of the example. They are stored as they are, since packed bytes
# differ from one library to the next.
WRITTEN = (2023, 9, 18, 9, 0, 0)


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a file of the example; none where it is not there."""
    path = FOLDER / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: Iterable[str], rows: Iterable[dict[str, str]]) -> None:
    """Write a file of the example."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _paragraph(text: str, size: int = 24, bold: bool = False) -> str:
    weight = "<w:b/>" if bold else ""
    return f'<w:p><w:r><w:rPr>{weight}<w:sz w:val="{size}"/></w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>'


def _table(lines: Iterable[tuple[str, str]]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made = [f"<w:tr>{''.join(f'<w:tc>{_paragraph(text)}</w:tc>' for text in line)}</w:tr>" for line in lines]
    return f"<w:tbl><w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr>{''.join(made)}</w:tbl>"


def paper(name_zh: str, name_en: str, items: str, role: str) -> bytes:
    """A form or sample as a Word file."""
    filled = role == "sample"
    return _word(
        _paragraph(f"{name_zh}（{ROLES[role]}）", 36, bold=True)
        + _paragraph(f"{name_en}. {MADE_UP}", 18)
        + _paragraph(f"用于：{items}")
        + _table((label, text if filled else "") for label, text in FIELDS)
    )


def record(title: str, lines: Iterable[tuple[str, str]]) -> bytes:
    """What was written down of something, as a Word file: a heading and a table."""
    return _word(_paragraph(title, 36, bold=True) + _paragraph(MADE_UP, 18) + _table(lines))


def _word(content: str) -> bytes:
    """A Word file: the same bytes in every run."""
    body = content + "<w:sectPr/>"
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{WORD}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    file = io.BytesIO()
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document}
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), text)
    return file.getvalue()


def kind_of(material: str) -> str:
    """Which of the papers fits a material."""
    for kind, endings in ENDINGS.items():
        if material.endswith(endings):
            return kind
    return "proof"


def main() -> None:
    """Write the files, the list of papers and which version keeps which."""
    papers, made = [], {}
    for kind, (name_zh, name_en, what) in KINDS.items():
        for role in ROLES:
            body = paper(name_zh, name_en, what, role)
            made[kind, role] = hashlib.sha256(body).hexdigest()
            papers.append(
                _filed(made[kind, role], f"{kind}-{role}.docx", f"{name_zh}（{ROLES[role]}）", body)
            )
    materials = {
        (row["catalogue"], row["version"], row["code"])
        for row in rows_of("catalogue_materials.csv")
        if (row["catalogue"], row["version"]) in VERSIONS
    }
    kept = [
        {
            "catalogue": one[0],
            "version": one[1],
            "material": one[2],
            "role": role,
            "sha256": made[kind_of(one[2]), role],
        }
        for one in sorted(materials)
        for role in ROLES
    ]
    own = {one["file_name"] for one in papers}
    papers += [one for one in rows_of("papers.csv") if one["file_name"] not in own]
    write("papers.csv", papers[0], sorted(papers, key=lambda one: (one["file_name"], one["sha256"])))
    write("catalogue_papers.csv", kept[0], kept)


def _filed(sha256: str, file_name: str, title: str, body: bytes) -> dict[str, str]:
    file = f"{sha256[:8]}-{file_name}"
    (FOLDER / "documents" / file).write_bytes(body)
    return {
        "sha256": sha256, "file": file, "file_name": file_name, "title": title, "number": "", "dated_on": "2023-09-01",
        "pairing": "LQXS", "owner": "park-u", "reach": "public", "guests": "", "standing": "illustrative",
    }  # fmt: skip


if __name__ == "__main__":
    main()
