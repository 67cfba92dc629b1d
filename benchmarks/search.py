"""How quick the search box is over a million records, and how much room its index takes.

    python -m benchmarks.search [--records 1000000] [--rounds 20]

Papers, problems, notes and activities of 99 pairings, named as offices name them, are written into their tables
and into the search. Three members ask: one who sees all, one who sees 1 % of the records, one who sees 50. Each asks for
a rare word, two very common ones, a file number, the beginning of a number, initials, full pinyin, one character, a
Latin word, three words at once, and what does not exist; measured is what the page of results does (best hits, grouped
by kind). The goal: p95 of each member at most 200 ms, and an index of at most 60 % of the data.

What counts as data: the tables of the records (papers with the rows of their bytes and of where they hang, problems with their steps, notes,
activities) with all of their keys and indexes, and nothing else: neither journal nor the rows that lists start from.
What counts as index: the whole search, which is the table of entries with its keys, the full-text index, and how pairs
of characters sound. With DATABASE_URL set, PostgreSQL is measured instead of SQLite.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.databases import empty_database, tell

GOAL_MS = 200.0
# So many are written one by one; the others are copies of them under numbers of their own, made by the database.
WRITTEN = 20_000
GOAL_SHARE = 0.6
QUERIES = {
    "rare word": "曜曦",
    "common 公司": "公司",
    "common 龙泉": "龙泉",
    "file number": "龙政办〔2021〕417号",
    "number begins": "WT-2019",
    "initials": "lqqc",
    "pinyin": "longquan",
    "pinyin, rarer": "qingci",
    "one character": "瓷",
    "Latin word": "longq",
    "three words": "龙泉 青瓷 用地",
    "no hit": "月球基地",
}
DATA = (
    "core_blob",
    "core_document",
    "core_attachment",
    "office_problem",
    "office_problemstep",
    "core_note",
    "pairing_activity",
)
INDEX = ("core_searchentry", "core_searchsound", "core_searchindex")
PAIRINGS = 99
PLACES = {
    "龙泉": "Longquan", "萧山": "Xiaoshan", "丽水": "Lishui", "杭州": "Hangzhou", "浙江": "Zhejiang", "秀洲": "Xiuzhou",
    "庆元": "Qingyuan", "景宁": "Jingning", "云和": "Yunhe", "松阳": "Songyang", "遂昌": "Suichang", "缙云": "Jinyun",
}  # fmt: skip
TOWNS = (
    "剑池街道",
    "西街街道",
    "八都镇",
    "上垟镇",
    "小梅镇",
    "查田镇",
    "安仁镇",
    "锦溪镇",
    "住龙镇",
    "屏南镇",
    "城北乡",
    "道太乡",
)
TRADES = {
    "青瓷": "celadon", "宝剑": "swords", "竹木": "bamboo", "食用菌": "mushrooms", "汽配": "car parts", "物流": "logistics",
    "旅游": "tourism", "农业": "farming", "纺织": "textiles", "装备": "equipment", "电商": "online trade", "茶叶": "tea",
}  # fmt: skip
# Characters that firms are named with.
BRANDS = (
    "华金鑫盛隆兴恒信达通丰源顺安泰康宏伟业嘉瑞祥和天龙凤山海江河湖清泉绿谷秀丽明珠东南西北中正大同德仁义礼智诚永久长春夏秋冬日月星辰光辉耀"
    "锦绣程博远航宇宙创新科技星联合众力恩惠民生福禄寿喜万千百亿利多美佳良优品味香茗茶竹木林森石玉瓷剑锋铭志高峰岭云雾雨雪松柏梅兰菊莲荷桂"
)
FORMS = ("有限公司", "有限公司", "有限公司", "专业合作社", "股份有限公司", "科技有限公司", "厂", "家庭农场")
TOPICS = (
    "用地",
    "贷款贴息",
    "招工",
    "污水排放",
    "用电增容",
    "厂房租赁",
    "冷链运输",
    "人才公寓",
    "税收返还",
    "消防验收",
    "子女入学",
)
PAPERS = ("请示", "批复", "通知", "函", "会议纪要", "协议", "报告", "实施方案")
TALK = (
    "经现场核实，企业所述情况属实，相关手续正在办理之中", "请牵头单位会同有关部门于本月底前提出处理意见并书面答复", "已与对方协作办电话沟通，对方原则同意按既定方案推进",
    "建议纳入下一次联席会议议题，由双方分管领导研究确定", "需补充土地预审意见、环评批复和资金来源证明等材料", "首期资金尚未到位，预计下季度拨付，请企业先行垫付",
    "按照双方签订的协议条款执行，涉及政策突破的另行报批", "下一步将建立清单管理和销号制度，每周通报一次进展情况",
)  # fmt: skip


def measure(url: str, n_records: int, rounds: int) -> list[dict[str, Any]]:
    with empty_database(url) as connection:
        readers, pairings, units = a_zone()
        began = time.perf_counter()
        written = min(n_records, WRITTEN)
        fill(written, pairings, units)
        if n_records > written:
            multiply(connection, n_records // written, written)
        settle(connection)
        size = sizes(connection)
        said = {
            "database": connection.vendor,
            "records": n_records,
            "load s": round(time.perf_counter() - began),
        }
        share = size["index"] / size["data"]
        rows = [
            said
            | {
                "what": "size",
                "data MB": round(size["data"] / 2**20),
                "index MB": round(size["index"] / 2**20),
            }
            | {"share": round(share, 3), "met": share <= GOAL_SHARE}
            | {f"{name} MB": round(value / 2**20, 1) for name, value in size.items() if name in INDEX}
            | {f"{name} MB": round(value / 2**20, 1) for name, value in _parts(connection)}
        ]
        for name, reader in readers.items():
            rows += asked_by(name, reader, rounds)
        return rows


def asked_by(name: str, reader: Any, rounds: int) -> list[dict[str, Any]]:
    """One member asks everything, some times in turn, so that no question finds its own answer still warm."""
    from shanhai.core import search

    times: dict[str, list[float]] = {query: [] for query in QUERIES}
    worked: dict[str, list[float]] = {query: [] for query in QUERIES}
    hits: dict[str, int] = {}
    for _ in range(rounds):
        for query, text in QUERIES.items():
            began, processor = time.perf_counter(), time.process_time()
            one = search.asked(reader, text)
            groups, _whole = search.by_kind(one, 8)
            times[query].append((time.perf_counter() - began) * 1000)
            worked[query].append((time.process_time() - processor) * 1000)
            hits[query] = sum(map(len, groups.values()))
    rows = [
        {
            "what": f"{name}: {query}",
            "hits": hits[query],
            "median ms": round(at(times[query], 0.5), 1),
            "p95 ms": round(at(times[query], 0.95), 1),
            "processor ms": round(at(worked[query], 0.5), 1),
        }
        for query in QUERIES
    ]
    every = [one for some in times.values() for one in some]
    p95 = at(every, 0.95)
    return [*rows, {"what": f"{name}: all", "median ms": round(at(every, 0.5), 1), "p95 ms": round(p95, 1), "goal ms": GOAL_MS, "met": p95 <= GOAL_MS}]  # fmt: skip


def at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


# -- the records ---------------------------------------------------------------------------------------------------


def a_zone() -> tuple[dict[str, Any], list[Any], dict[int, Any]]:
    """The pairings of a province; who sees all, 1 % and 50 records; who owns the records of each pairing."""
    from shanhai.core.actions import members, organisations, pairings, regions, roles
    from shanhai.core.actions import units as unit_actions

    province = regions.add_region(code="330000000000", name_zh="浙江省", name_en="Zhejiang", by=None)
    above = organisations.add_organisation(code="ZJ", kind="government", region=province, name_zh="浙江省人民政府", by=None)  # fmt: skip
    for first in ("3311", "3301"):
        regions.add_region(code=f"{first}00000000", name_zh=f"地市{first}", by=None)
    found, units = [], {}
    for n in range(PAIRINGS):
        sides = []
        for side, first in (("mountain", "3311"), ("sea", "3301")):
            place = regions.add_region(code=f"{first}{n + 1:02d}000000", name_zh=f"县{n}", by=None)
            home = organisations.add_organisation(
                code=f"{side[0]}{n}", kind="government", region=place, name_zh=f"政府{n}", by=None
            )
            unit = unit_actions.add_unit(home, code=f"{side[0]}{n}-office", name_zh="协作办", by=None)
            sides.append((home, side))
            if side == "mountain":
                units[n] = unit
        found.append(
            pairings.open_pairing(
                code=f"P{n}",
                level="county",
                name_zh=f"结对{n}",
                started_on=date(2012, 6, 1),
                parties=tuple(sides),
                by=None,
            )
        )
    readers = {}
    control = unit_actions.add_unit(above, code="control", name_zh="审计处", by=None)
    for name, unit, role in (("sees all", control, "auditor"), ("sees 1 %", units[1], "office"), ("sees 50", units[0], "office")):  # fmt: skip
        readers[name] = members.add_member(unit, code=f"reader{len(readers)}", name_zh="读者", by=None)
        roles.give_role(readers[name], role=role, by=None)
    return readers, found, units


def fill(n_records: int, pairings: list[Any], units: dict[int, Any]) -> None:
    """Write records and entries: 40 % papers, 30 % problems, 15 % notes, 15 % activities."""
    from shanhai.core import search
    from shanhai.core.models import Attachment, Blob, Document, Note
    from shanhai.core.queries import finding
    from shanhai.fields.office.models import Problem, ProblemStep
    from shanhai.fields.office.queries import problems
    from shanhai.fields.pairing.models import Activity
    from shanhai.fields.pairing.queries import finding as of_pairing

    some = random.Random(7)
    done = 0
    while done < n_records:
        batch = range(done, min(done + 5_000, n_records))
        done += len(batch)
        where = [0 if i < 50 else spread(i) for i in batch]
        papers = [
            paper(i, some, pairings[n], units[n]) for i, n in zip(batch, where, strict=True) if i % 20 < 8
        ]
        Blob.objects.bulk_create(
            [Blob(sha256=one.blob_id, size=40_000, media_type="application/pdf") for one in papers]
        )
        Document.objects.bulk_create(papers)
        Attachment.objects.bulk_create(
            Attachment(document=one, kind="core.pairing", object_id=one.pairing_id) for one in papers
        )
        asked = [
            problem(i, some, pairings[n], units[n])
            for i, n in zip(batch, where, strict=True)
            if 8 <= i % 20 < 14
        ]
        Problem.objects.bulk_create(asked)
        ProblemStep.objects.bulk_create(ProblemStep(problem=one, what="raised", on=one.raised_on, level="handler", unit_id=one.unit_id) for one in asked)  # fmt: skip
        notes = [note(some, one) for one in asked[: len(asked) // 2]]
        Note.objects.bulk_create(notes)
        held = [
            activity(i, some, pairings[n], units[n])
            for i, n in zip(batch, where, strict=True)
            if i % 20 >= 17
        ]
        Activity.objects.bulk_create(held)
        search.put_many(map(finding.of_document, papers))
        search.put_many(map(problems.found_as, asked))
        search.put_many(finding.of_note(one, record) for one, record in zip(notes, asked, strict=False))
        search.put_many(map(of_pairing.of_activity, held))
        print(f"\r{done}", end="", flush=True)


def spread(i: int) -> int:
    """The pairing of the i-th record: 1 % in the second, the rest over the others, none in the first."""
    return 1 if i % 100 == 7 else 2 + i % (PAIRINGS - 2)


def firm(some: random.Random) -> tuple[str, str]:
    place = some.choices(list(PLACES), [40, 15, 8, 8, 8, 5, 4, 4, 2, 2, 2, 2])[0]
    trade = some.choices(list(TRADES), [20, 12, 10, 8, 8, 8, 8, 8, 6, 6, 4, 2])[0]
    brand = "".join(BRANDS[int(some.betavariate(1, 3) * len(BRANDS))] for _ in range(2))
    return (
        f"{place}{brand}{trade}{some.choice(FORMS)}",
        f"{PLACES[place]} {some.randrange(10_000)} {TRADES[trade]}",
    )


def day(i: int, some: random.Random) -> date:
    return date(2012, 6, 1) + timedelta(days=i % 4000 + some.randrange(90))


def reach(some: random.Random) -> str:
    return some.choices(("both", "side", "unit"), (70, 25, 5))[0]


def paper(i: int, some: random.Random, pairing: Any, unit: Any) -> Any:
    from shanhai.core.models import Document

    zh, _en = firm(some)
    on = day(i, some)
    title = f"关于{some.choice(TOWNS)}{zh}{some.choice(TOPICS)}的{some.choice(PAPERS)}"
    return Document(
        title=title, file_name=f"{title}.pdf", blob_id=hashlib.sha256(str(i).encode()).hexdigest(), pairing=pairing,
        number=f"龙政办〔{on.year}〕{i % 997}号" if i % 3 else "", dated_on=on, reach="both" if pairing.code in ("P0", "P1") else reach(some),
        uploaded_at=datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")), owner_unit=unit, owner_side="mountain",
    )  # fmt: skip


def problem(i: int, some: random.Random, pairing: Any, unit: Any) -> Any:
    from shanhai.fields.office.models import Problem

    zh, en = firm(some)
    topic, on = some.choice(TOPICS), day(i, some)
    rare = "曜曦" if i % 50_000 == 8 else ""
    return Problem(
        number=f"WT-{on.year}-{i:07}", title_zh=f"{zh}{rare}反映{topic}问题", title_en=f"{en}: a request",
        text=f"{zh}{'，'.join(some.sample(TALK, 6))}，涉及{topic}，请予协调。", asker_id=unit.organisation_id, side="mountain",
        answer=f"{'，'.join(some.sample(TALK, 4))}。" if i % 2 else "", unit=unit, since_on=on, raised_on=on, pairing=pairing,
        zone=pairing, owner_unit=unit, owner_side="mountain", reach="both" if pairing.code in ("P0", "P1") else reach(some),
    )  # fmt: skip


def note(some: random.Random, record: Any) -> Any:
    from shanhai.core.models import Note

    zh, _en = firm(some)
    on = record.raised_on
    return Note(
        kind="office.problem", object_id=record.pk, pairing_id=record.pairing_id, reach=record.reach, owner_side="mountain",
        text=f"{zh}：{'，'.join(some.sample(TALK, 3))}。", owner_unit_id=record.owner_unit_id,
        at=datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
    )  # fmt: skip


def activity(i: int, some: random.Random, pairing: Any, unit: Any) -> Any:
    from shanhai.fields.pairing.models import Activity

    zh, en = firm(some)
    on = day(i, some)
    return Activity(
        number=f"HD-{on.year}-{i:07}", kind="visit", title_zh=f"赴{zh}考察{some.choice(TOPICS)}", title_en=f"Visit: {en}",
        on=on, place_zh=some.choice(TOWNS), lead="mountain", mountain_unit=unit, sea_unit=unit, pairing=pairing, zone=pairing,
        delegation="、".join(zh[k % 4 : k % 4 + 2] for k in range(6)), outcome_zh=f"{'，'.join(some.sample(TALK, 4))}。",
    )  # fmt: skip


def multiply(connection: Any, times: int, written: int) -> None:
    """Copy all records and their entries: what takes Django an hour, a statement does in minutes.

    Copies have keys and numbers of their own. The pairing of the 50 records is left out, that of 1 % keeps its share.
    """
    if connection.vendor == "postgresql":
        run(connection, "SET maintenance_work_mem = '512MB'")
        run(connection, "DROP INDEX core_searchentry_grams")
    else:
        words_again(connection)
    for k in range(1, times):
        shift = k * written
        # A copy of a firm's matter is another one's: every seven-digit piece of a number is its own.
        moved = f"substr('0000000' || (CAST(substr({{0}}, 9) AS integer) + {shift}), -7)"
        if connection.vendor == "postgresql":
            moved = f"right('0000000' || (CAST(substr({{0}}, 9) AS integer) + {shift}), 7)"
        for table, changes in COPIED.items():
            columns = columns_of(connection, table)
            given = {
                name: how.format(
                    shift=shift * 4, k=k, number=f"substr(number, 1, 8) || {moved.format('number')}"
                )
                for name, how in changes.items()
            }
            select = ", ".join(given.get(name, f'"{name}"') for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            key = "sha256" if table == "core_blob" else "id"
            first = (
                "substr(sha256, 1, 1) <> '+'" if key == "sha256" else f"id <= {limit_of(connection, table)}"
            )
            run(connection, f"INSERT INTO {table} ({names}) SELECT {select} FROM {table} WHERE {first}")
        copy_entries(connection, shift, moved.format("e.code"))
        print(f"\r{shift + written}", end="", flush=True)
    if connection.vendor == "postgresql":
        from shanhai.core.db.triggers import POSTGRES_GRAMS

        run(
            connection,
            f"CREATE INDEX core_searchentry_grams ON core_searchentry USING gin ({POSTGRES_GRAMS})",
        )


COPIED = {
    "core_blob": {"sha256": "'+' || substr(sha256, 2, 60) || '{k:03d}'"},
    "core_document": {"id": "id + {shift}", "blob_id": "'+' || substr(blob_id, 2, 60) || '{k:03d}'"},
    "core_attachment": {"id": "id + {shift}", "document_id": "document_id + {shift}"},
    "office_problem": {"id": "id + {shift}", "number": "{number}"},
    "office_problemstep": {"id": "id + {shift}", "problem_id": "problem_id + {shift}"},
    "core_note": {"id": "id + {shift}", "object_id": "object_id + {shift}"},
    "pairing_activity": {"id": "id + {shift}", "number": "{number}"},
}
_limits: dict[str, int] = {}


def limit_of(connection: Any, table: str) -> int:
    """The last key that was written one by one."""
    if table not in _limits:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT max(id) FROM {table}")
            _limits[table] = cursor.fetchone()[0]
    return _limits[table]


def columns_of(connection: Any, table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def words_again(connection: Any) -> None:
    """SQLite gives the words of the index away, so those that are copied are made once more."""
    from shanhai.core import search
    from shanhai.core.models import Note, SearchEntry

    run(connection, "CREATE TABLE benchmark_words (id integer PRIMARY KEY, grams text)")
    texts = dict(Note.objects.values_list("pk", "text"))
    with connection.cursor() as cursor:
        for entry in SearchEntry.objects.iterator(5_000):
            entry._text = texts[entry.object_id] if entry.kind == "core.note" else ""
            cursor.execute("INSERT INTO benchmark_words VALUES (%s, %s)", [entry.pk, search._words_of(entry)])


def copy_entries(connection: Any, shift: int, moved: str) -> None:
    """Entries of the copies; the piece of a number that is their own stands in the words, too."""
    last = limit_of(connection, "core_searchentry")
    numbered = "e.kind IN ('office.problem', 'pairing.activity')"
    source, words = ("core_searchentry e", "e.grams")
    if connection.vendor == "sqlite":
        source, words = ("core_searchentry e JOIN benchmark_words w ON w.id = e.id", "w.grams")
    run(
        connection,
        f"INSERT INTO core_searchentry (id, kind, object_id, pairing_id, seen_by, title_zh, title_en, code, url, grams) "
        f"SELECT e.id + {shift}, e.kind, e.object_id + {shift * 4}, e.pairing_id, e.seen_by, e.title_zh, e.title_en, "
        f"CASE WHEN {numbered} THEN substr(e.code, 1, 8) || {moved} ELSE e.code END, e.url, "
        f"CASE WHEN {numbered} THEN replace({words}, substr(e.code, 9), {moved}) ELSE {words} END "
        f"FROM {source} WHERE e.id <= {last} AND e.pairing_id <> (SELECT id FROM core_pairing WHERE code = 'P0') "
        "AND e.kind IN ('core.document', 'office.problem', 'core.note', 'pairing.activity')",
    )


def run(connection: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


# -- sizes ---------------------------------------------------------------------------------------------------------


def settle(connection: Any) -> None:
    """What an installation does by itself over night: statistics, and the parts of the full-text index merged."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO core_searchindex(core_searchindex) VALUES ('optimize')")
            cursor.execute("ANALYZE")
        else:
            cursor.execute("VACUUM ANALYZE")


def sizes(connection: Any) -> dict[str, int]:
    """Bytes of each table with its indexes, and of data and index together."""
    each = {table: size for table, size in _tables(connection)}
    return {
        "data": sum(each[name] for name in DATA),
        "index": sum(each.get(name, 0) for name in INDEX),
    } | each


def _tables(connection: Any) -> Iterator[tuple[str, int]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master s ON s.name = d.name GROUP BY 1"
            )
            found: dict[str, int] = {}
            for name, size in cursor.fetchall():
                # The parts of the full-text index are tables of their own.
                name = "core_searchindex" if name.startswith("core_searchindex") else name
                found[name] = found.get(name, 0) + size
            yield from found.items()
        else:
            cursor.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relname LIKE ANY (%s)",
                [["core_%", "office_%", "pairing_%"]],
            )
            yield from cursor.fetchall()


def _parts(connection: Any) -> Iterator[tuple[str, int]]:
    """What the table of entries consists of, where the database tells."""
    sql = "SELECT name, sum(pgsize) FROM dbstat WHERE name LIKE 'core_searche%' OR name LIKE 'sqlite_autoindex_core_searche%' OR name = 'found_once' GROUP BY 1"
    if connection.vendor == "postgresql":
        sql = "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname LIKE 'core_searche%' OR relname = 'found_once'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    rows = measure(os.environ.get("DATABASE_URL", ""), given.records, given.rounds)
    tell("The search box", rows)


if __name__ == "__main__":
    main()
