"""The registers of the field: one declaration of columns for page, API, template, import, export and zone folder.

Their order is the order in which a zone is loaded: a row may name rows of the registers above its own. The one
exception is a unit's dispatcher, a member of that unit; ``zone.load`` brings units twice.
"""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import STANDINGS, Choices, Column, Register, words_of

LEVELS: Choices = (
    ("province", "province", "省级"),
    ("city", "city", "地级"),
    ("county", "county", "县级"),
    ("township", "township", "乡级"),
    ("village", "village", "村级"),
)
CHANGES: Choices = (
    ("founded", "founded", "设立"),
    ("renamed", "renamed", "更名"),
    ("recoded", "given another code", "变更代码"),
    ("merged", "merged", "并入"),
    ("split", "split", "析置"),
    ("abolished", "abolished", "撤销"),
    ("moved", "moved", "划转"),
)
KINDS: Choices = (
    ("province", "provincial office", "省级部门"),
    ("government", "government", "人民政府"),
    ("department", "department", "部门"),
    ("township", "township government", "乡镇（街道）"),
    ("village", "village", "村集体"),
    ("park_committee", "park committee", "园区管委会"),
    ("investment_team", "investment team", "招商组"),
    ("enterprise", "enterprise", "企业"),
    ("cooperative", "co-operative", "合作社"),
    ("buyer", "buyer", "采购商"),
    ("carrier", "carrier", "承运商"),
    ("school", "school", "学校"),
    ("hospital", "hospital", "医院"),
    ("audit", "audit office", "审计机关"),
    ("other", "other", "其他"),
)
LADDERS: Choices = (
    ("handle check sign", "handle, check, sign", "经办、审核、签发"),
    ("handle sign", "handle, sign", "经办、签发"),
    ("handle check", "handle, check", "经办、审核"),
    ("handle", "handle", "经办"),
    ("sign", "sign", "签发"),
)
REACHES: Choices = (
    ("unit", "my unit", "本科室"),
    ("side", "my side", "本方"),
    ("guests", "my side and guests", "本方及受邀单位"),
    ("both", "both sides", "双方"),
    ("public", "public", "公开"),
)


# Pages, commands and forms say `columns.words(columns.FIELDS, value)`.
words = words_of


def _named(zh: str = "名称", en: str = "Name", *synonyms: str) -> tuple[Column, Column]:
    return (
        Column(
            "name_zh",
            f"{en} (Chinese)",
            f"{zh}（中文）",
            required=True,
            max_length=120,
            synonyms=(zh, *synonyms),
        ),
        Column("name_en", f"{en} (English)", f"{zh}（英文）", max_length=160, synonyms=("英文名",)),
    )


def _standing() -> tuple[Column, Column]:
    return (
        Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
        Column("source", "Source", "来源", synonyms=("出处",)),
    )


def _register(noun: str, en: str, zh: str, *columns: Column, **more: Any) -> Register:
    queries = f"shanhai.fields.registry.queries.{noun}"
    more.setdefault("access", f"registry.view_{noun}")
    return Register(
        f"registry.{noun}",
        en,
        zh,
        columns,
        rows=f"{queries}.rows",
        current=f"{queries}.current",
        check=f"{queries}.check",
        write=f"shanhai.fields.registry.actions.write_{noun}",
        write_access=f"registry.write_{noun}",
        writer="shanhai.fields.registry.actions.organisations.OrganisationWriter"
        if noun == "organisations"
        else "",
        guard=f"shanhai.fields.registry.queries.guards.{noun}_guard"
        if noun in ("regions", "organisations")
        else "",
        **more,
    )


REGIONS = _register(
    "regions",
    "Regions",
    "行政区划",
    Column(
        "code",
        "Region code",
        "区划代码",
        "code",
        key=True,
        required=True,
        max_length=12,
        form="region",
        synonyms=("代码", "行政区划代码", "统计用区划代码"),
    ),
    *_named("名称", "Name", "区划名称", "地区", "行政区划名称"),
    Column("population", "Population", "人口", "int", unit="人", least=0, synonyms=("常住人口",)),
    Column("valid_from", "Since", "设立日期", "date"),
    Column("valid_to", "Until", "终止日期", "date"),
    *_standing(),
    Column("outline", "Outline on the map", "示意图轮廓", max_length=20_000),
    Column("seat", "Longitude and latitude of its seat", "驻地经纬度", max_length=40, synonyms=("经纬度",)),
)
REGION_CHANGES = _register(
    "region_changes",
    "Changes of regions",
    "区划变更",
    Column("region", "Region", "行政区划", "ref", ref="registry.regions", key=True, required=True),
    Column("kind", "Change", "变更类型", "choice", key=True, required=True, choices=CHANGES),
    Column("on", "On", "变更日期", "date", key=True, required=True),
    Column("before", "Before", "变更前", max_length=160),
    Column("after", "After", "变更后", max_length=160),
    Column("into", "Into region", "并入（析置）区划", "ref", ref="registry.regions"),
    *_standing(),
)
ORGANISATIONS = _register(
    "organisations",
    "Organisations",
    "单位",
    Column(
        "code",
        "Code",
        "单位编码",
        "code",
        key=True,
        required=True,
        max_length=40,
        synonyms=("编码", "代码", "单位代码"),
    ),
    *_named("单位名称", "Name", "名称", "机构名称", "企业名称"),
    Column(
        "kind",
        "Kind",
        "单位类型",
        "choice",
        required=True,
        choices=KINDS,
        synonyms=("类型", "类别", "单位类别"),
    ),
    Column(
        "region",
        "Region",
        "所在区划",
        "ref",
        ref="registry.regions",
        required=True,
        synonyms=("区划代码", "所在地", "行政区划", "行政区划代码", "所属区划", "所属地区", "所在地区"),
    ),
    Column("parent", "Under", "上级单位", "ref", ref="registry.organisations", synonyms=("主管单位",)),
    Column(
        "credit_code",
        "Credit code",
        "统一社会信用代码",
        "code",
        max_length=18,
        form="credit",
        is_unique=True,
        synonyms=("信用代码",),
    ),
    Column("address", "Address", "地址"),
    Column("phone", "Telephone", "电话", max_length=40, synonyms=("联系电话",)),
    *_standing(),
)
UNITS = _register(
    "units",
    "Units",
    "科室",
    Column("code", "Code", "科室编码", "code", key=True, required=True, max_length=40, synonyms=("编码",)),
    Column("organisation", "Organisation", "所属单位", "ref", ref="registry.organisations", required=True),
    *_named("科室名称", "Name", "名称"),
    Column("ladder", "Steps of papers", "办文层级", "choice", choices=LADDERS),
    Column("dispatcher", "Dispatcher", "分办人", "ref", ref="registry.members"),
)
MEMBERS = _register(
    "members",
    "Members",
    "成员",
    Column("code", "Code", "成员编码", "code", key=True, required=True, max_length=40, synonyms=("编码",)),
    Column("unit", "Unit", "所在科室", "ref", ref="registry.units", required=True),
    *_named("姓名", "Name", "名字"),
    Column("title", "Post", "职务", max_length=80),
    Column("title_en", "Post (English)", "职务（英文）", max_length=120),
    Column("login", "Login", "登录名", max_length=150, synonyms=("账号", "用户名")),
    Column("roles", "Roles", "角色", synonyms=("权限",), is_apart=True),
    Column("phone", "Telephone", "电话", max_length=40, access="registry.read_phone", synonyms=("手机",)),
    Column("email", "E-mail", "电子邮箱", max_length=254, access="registry.read_phone", synonyms=("邮箱",)),
    Column("standing", "Standing", "数据性质", "choice", choices=STANDINGS),
)
ROLE_GRANTS = _register(
    "role_grants",
    "Roles of members",
    "成员角色",
    Column("member", "Member", "成员", "ref", ref="registry.members", key=True, required=True),
    Column("role", "Role", "角色", "code", key=True, required=True, max_length=30),
    Column("from_on", "From", "起始日期", "date", key=True, required=True),
    Column("to_on", "Until", "截止日期", "date"),
    access="registry.view_roles",
)

REGISTERS = (REGIONS, REGION_CHANGES, ORGANISATIONS, UNITS, MEMBERS, ROLE_GRANTS)
