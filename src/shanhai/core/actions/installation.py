"""The installation itself: begun once, as a demonstration or for real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shanhai.core import access, clock, journal
from shanhai.core.actions import logins, members, organisations, pairings, regions, roles, units
from shanhai.core.models import Installation, Member, Organisation, Pairing, Region
from shanhai.core.writing import action
from shanhai.kernel.identifiers import RegionLevel, check_region_code, region_level, region_parent
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# Province-level regions of GB/T 2260 by the first two digits: the rungs above a first region are added by themselves.
PROVINCES = {
    "11": ("北京市", "Beijing"),
    "12": ("天津市", "Tianjin"),
    "13": ("河北省", "Hebei"),
    "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"),
    "21": ("辽宁省", "Liaoning"),
    "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"),
    "31": ("上海市", "Shanghai"),
    "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"),
    "34": ("安徽省", "Anhui"),
    "35": ("福建省", "Fujian"),
    "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"),
    "41": ("河南省", "Henan"),
    "42": ("湖北省", "Hubei"),
    "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"),
    "45": ("广西壮族自治区", "Guangxi"),
    "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"),
    "51": ("四川省", "Sichuan"),
    "52": ("贵州省", "Guizhou"),
    "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"),
    "61": ("陕西省", "Shaanxi"),
    "62": ("甘肃省", "Gansu"),
    "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"),
    "65": ("新疆维吾尔自治区", "Xinjiang"),
    "71": ("台湾省", "Taiwan"),
    "81": ("香港特别行政区", "Hong Kong"),
    "82": ("澳门特别行政区", "Macao"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One of the first two regions: code with 6 digits or more, its name, and the city that a county lies in."""

    code: str
    name_zh: str
    name_en: str = ""
    city_zh: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What the first-run page asks."""

    username: str
    password: str
    name_zh: str
    name_en: str
    language: str
    works_for: str  # mountain or sea
    keeps_office: bool
    mountain: Place
    sea: Place
    level: str
    started_on: date


@action
def begin(*, is_demo: bool = False, name_zh: str = "", name_en: str = "", by: Member | None) -> Installation:
    """Say what this installation is; only once, before anybody works in it."""
    access.check(by, "core.begin")
    found, is_new = Installation.objects.get_or_create(pk=1)
    if not is_new and found.set_up_at is not None:
        raise NotNow(
            "core.installation_begun",
            gettext_noop(
                "This installation was set up on {day} already. Log in; people and registers are "
                "added from the pages."
            ),
            day=clock.local(found.set_up_at).date(),
        )
    found.is_demo, found.set_up_at = is_demo, clock.now()
    found.name_zh, found.name_en = name_zh.strip(), name_en.strip()
    found.save()
    journal.record(found, "core.begin", by=by, is_demo=is_demo)
    return found


@action
def set_up(start: Start, *, by: Member | None) -> Pairing:
    """Make an empty installation ready to work in: two regions with their governments, a pairing, an administrator."""
    access.check(by, "core.set_up")
    if Member.objects.exists():
        raise NotNow(
            "core.not_empty",
            gettext_noop(
                "Somebody works in this installation already. Log in; the administrator lets people in."
            ),
        )
    begin(by=by)
    mountain = _government(_region(start.mountain, "mountain"), by)
    sea = _government(_region(start.sea, "sea"), by)
    _administrator(start, mountain if start.works_for == "mountain" else sea, by)
    return pairings.open_pairing(
        code=f"{mountain.region.code[:6]}-{sea.region.code[:6]}",
        level=start.level,
        name_zh=f"{mountain.region.name_zh}—{sea.region.name_zh}山海协作",
        name_en=_english_name(mountain.region, sea.region),
        started_on=start.started_on,
        parties=((mountain, "mountain"), (sea, "sea")),
        by=by,
    )


def _region(place: Place, side: str) -> Region:
    """The region of a place, with the regions above it where they are not there yet."""
    code = check_region_code(place.code)
    found = Region.objects.filter(code=code).first()
    if found is not None:
        raise BadInput(
            "core.regions_must_differ",
            gettext_noop(
                "{region} stands on both sides. A pairing is between two regions, neither inside the other."
            ),
            region=found.name_zh,
            field=f"{side}_code",
        )
    above = region_parent(code)
    if above is not None and not Region.objects.filter(code__in=regions.possible_parents(code)).exists():
        _rung(above, place, side)
    return regions.add_region(code=code, name_zh=place.name_zh, name_en=place.name_en, by=None)


def _rung(code: str, place: Place, side: str) -> None:
    if region_level(code) is RegionLevel.PROVINCE:
        zh, en = PROVINCES[code[:2]]
        regions.add_region(code=code, name_zh=zh, name_en=en, by=None)
        return
    above = region_parent(code)
    if above is not None and not Region.objects.filter(code=above).exists():
        _rung(above, place, side)
    if region_level(code) is not RegionLevel.CITY or not place.city_zh:
        raise BadInput(
            "core.city_needed",
            gettext_noop("Say which city {region} lies in; its code says only that there is one ({city})."),
            region=place.name_zh,
            city=code[:6],
            field=f"{side}_city",
        )
    regions.add_region(code=code, name_zh=place.city_zh, by=None)


def _government(region: Region, by: Member | None) -> Organisation:
    found = organisations.add_organisation(
        code=f"gov-{region.code[:6]}",
        kind="government",
        region=region,
        name_zh=f"{region.name_zh}人民政府",
        name_en=f"{region.name_en} Government" if region.name_en else "",
        by=by,
    )
    units.add_unit(
        found,
        code=f"office-{region.code[:6]}",
        name_zh="山海协作办公室",
        name_en="Cooperation Office",
        by=by,
    )
    return found


def _administrator(start: Start, works_for: Organisation, by: Member | None) -> None:
    unit = works_for.units.get()
    member = members.add_member(
        unit, code=start.username[:40], name_zh=start.name_zh, name_en=start.name_en, by=by
    )
    user, _ = logins.open_login(member, username=start.username, password=start.password, by=by)
    user.language = start.language
    user.save(update_fields=["language"])
    for role in ("administrator", *(("office",) if start.keeps_office else ())):
        roles.give_role(member, role=role, by=by)


def _english_name(mountain: Region, sea: Region) -> str:
    return f"{mountain.name_en}–{sea.name_en} cooperation" if mountain.name_en and sea.name_en else ""


def is_begun() -> bool:
    """Whether somebody set this installation up."""
    return Installation.objects.filter(set_up_at__isnull=False).exists()
