"""What gets installed is listed exactly, and setup does what CONTRIBUTING says of it."""

from __future__ import annotations

import gettext
import os
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = REPOSITORY / "requirements"
sys.path.insert(0, str(REPOSITORY / "scripts"))

import compile_messages  # noqa: E402
import frontend  # noqa: E402
import machine  # noqa: E402
import run_tests  # noqa: E402
import setup  # noqa: E402

LOCKS = ("base", "test", "build", "uv", "node", "pm4py", "viewflow")
FRONTEND_LISTS = ("frontend", "frontend-test")
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def locked(name: str) -> dict[str, str]:
    """Versions of one list, by package."""
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    return {match[1]: match[2] for line in lines if (match := PINNED.match(line))}


def asked() -> dict[str, list[str]]:
    """Packages that pyproject.toml names: for the platform, and for its tests."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    both = {"base": project["dependencies"], "test": project["optional-dependencies"]["test"]}
    return {
        name: [re.split(r"[\[<>=!~ ;]", line)[0].lower().replace("_", "-") for line in lines]
        for name, lines in both.items()
    }


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_exact_and_has_its_sums(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    assert lines
    strange = [line for line in lines if not PINNED.match(line) and not HASH.match(line)]
    assert strange == []


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.*")), ids=lambda path: path.name)
def test_no_list_names_an_index_or_a_folder(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*--(index|extra-index|find-links|trusted)", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["base", "test"])
def test_lists_hold_what_the_project_asks_for(name: str) -> None:
    assert [package for package in asked()[name] if package not in locked(name)] == []


def test_lists_agree_on_shared_packages() -> None:
    base, test, build = locked("base"), locked("test"), locked("build")
    assert {name: test.get(name) for name in base} == base
    assert {name: test[name] for name in build if name in test} == {
        name: version for name, version in build.items() if name in test
    }


@pytest.mark.parametrize("name", FRONTEND_LISTS)
def test_every_served_file_has_a_sum_and_every_package_a_licence(name: str) -> None:
    packages = frontend.read_list(REQUIREMENTS / f"{name}.txt")
    files = [target for package in packages for _, target in package.files]
    assert files == list(frontend.read_sums(REQUIREMENTS / f"{name}.sha256"))
    assert [package.name for package in packages if not re.fullmatch(r"\d+\.\d+\.\d+", package.version)] == []
    without = [p.name for p in packages if not any(".LICENSE.txt" in target for _, target in p.files)]
    assert without == []


@pytest.mark.parametrize(
    ("name", "folder"), [("frontend", frontend.SERVED), ("frontend-test", frontend.FOR_TESTS)]
)
def test_files_on_disk_are_the_listed_ones(name: str, folder: Path) -> None:
    wanted = frontend.read_sums(REQUIREMENTS / f"{name}.sha256")
    assert frontend.sums_of(folder, list(wanted)) == wanted


def test_served_files_refer_to_no_source_map() -> None:
    served = [path for path in frontend.SERVED.iterdir() if path.suffix in {".js", ".mjs", ".css"}]
    assert served
    assert [path.name for path in served if b"sourceMappingURL=" in path.read_bytes()[-400:]] == []


def test_a_file_that_came_otherwise_is_refused_and_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "vendor"

    def fetch_forged(packages: object, target: Path, env: object) -> None:
        target.mkdir()
        (target / "htmx.min.js").write_text("alert(1)")

    monkeypatch.setattr(frontend, "fetch", fetch_forged)
    with pytest.raises(
        SystemExit, match=r"htmx\.min\.js.*did not come as requirements/frontend\.sha256 lists"
    ):
        frontend.install("frontend", folder, {})
    assert not folder.exists()


def test_the_source_map_line_goes_and_nothing_else() -> None:
    cut = frontend.SOURCE_MAP.sub
    assert cut(b"\n", b"a();\n//# sourceMappingURL=a.js.map\n") == b"a();\n"
    assert cut(b"\n", b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}\n"
    assert cut(b"\n", b'"//# sourceMappingURL=x";b()') == b'"//# sourceMappingURL=x";b()'


def test_a_second_setup_only_looks() -> None:
    if not setup._is_done("base"):
        pytest.skip("the lists changed since the last `make setup`")
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "scripts/setup.py"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert "Installing the packages" not in done.stdout
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["base.txt", "build.txt", "uv.txt", "frontend.sha256"])
def test_a_changed_list_is_installed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    for path in [*REQUIREMENTS.glob("*.*"), REPOSITORY / "pyproject.toml"]:
        (tmp_path / path.relative_to(REPOSITORY)).write_bytes(path.read_bytes())
    monkeypatch.setattr(setup, "REPOSITORY", tmp_path)
    before = setup._stamp("base")
    assert setup._stamp("base") == before
    with (tmp_path / "requirements" / name).open("a") as lines:
        lines.write("# one more line\n")
    assert setup._stamp("base") != before


def test_uv_is_told_what_pip_is_told() -> None:
    told = machine.uv_environment(
        {
            "global.index-url": "https://mirror.test/simple",
            "global.extra-index-url": "file:///wheels/simple https://second.test/simple",
            "global.cert": "/certs/old.pem",
            ":env:.cert": "/certs/new.pem",
            "install.find-links": "/wheels /more",
        },
        {"PATH": "/bin", "UV_HTTP_TIMEOUT": "7"},
    )
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.test/simple"
    assert told["UV_INDEX"] == "https://second.test/simple"
    assert told["UV_FIND_LINKS"] == "/wheels,/more"
    assert told["SSL_CERT_FILE"] == "/certs/new.pem"
    assert (told["PATH"], told["UV_HTTP_TIMEOUT"]) == ("/bin", "7")
    assert told["VIRTUAL_ENV"] == str(machine.VENV)


def test_a_machine_without_settings_tells_uv_nothing() -> None:
    assert machine.uv_environment({}, {}) == {"VIRTUAL_ENV": str(machine.VENV)}
    own = machine.uv_environment(
        {"global.index-url": "https://a.test"}, {"UV_DEFAULT_INDEX": "https://b.test"}
    )
    assert own["UV_DEFAULT_INDEX"] == "https://b.test"


def test_system_packages_are_left_to_root_on_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not machine.may_use_apt()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.may_use_apt()
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    assert not machine.may_use_apt()


def test_what_is_missing_is_said_and_setup_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "NOTES", tmp_path)
    monkeypatch.setattr(machine, "FONT_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(machine, "may_use_apt", lambda: False)
    setup._put_on_machine([machine.CHINESE_FONT])
    assert "apt-get install fonts-wqy-microhei" in capsys.readouterr().out
    (tmp_path / "wqy").mkdir()
    (tmp_path / "wqy" / "wqy-microhei.ttc").touch()
    setup._put_on_machine([machine.CHINESE_FONT])
    assert capsys.readouterr().out == ""


def test_apt_is_asked_once_for_what_it_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[list[str]] = []
    monkeypatch.setattr(setup, "NOTES", tmp_path)
    monkeypatch.setattr(machine, "FONT_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(machine, "may_use_apt", lambda: True)
    monkeypatch.setattr(machine, "apt_install", lambda names: asked_for.append(names))
    setup._put_on_machine([machine.CHINESE_FONT])
    setup._put_on_machine([machine.CHINESE_FONT])
    assert asked_for == [["fonts-wqy-microhei"]]


def test_messages_are_compiled_without_gettext_tools(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "agreement"\nmsgstr "协议"\n\n'
        'msgctxt "month"\nmsgid "May"\nmsgstr "五月"\n\n'
        'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} 天"\n\n'
        '#, fuzzy\nmsgid "guess"\nmsgstr "猜"\n',
        encoding="utf-8",
    )
    with compile_messages.compile_catalogue(po).open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("agreement") == "协议"
    assert words.pgettext("month", "May") == "五月"
    assert words.ngettext("{n} day", "{n} days", 3) == "{n} 天"
    assert words.gettext("guess") == "guess", "a fuzzy translation is not shown"
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in {".po", ".mo"}] == []


NOTHING = run_tests.Grounds(postgres="", browser="", shared_data="", chinese_font=False, peer=False)


def test_gaps_are_said_and_ci_takes_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs: list[run_tests.Grounds] = []
    monkeypatch.setattr(run_tests, "lint", lambda: True)
    monkeypatch.setattr(run_tests, "survey", lambda: NOTHING)
    monkeypatch.setattr(run_tests, "run_passes", lambda grounds, words: runs.append(grounds) or True)
    monkeypatch.setenv("CI", "true")
    assert run_tests.main([]) == 1
    assert runs == []
    assert capsys.readouterr().out.count("CANNOT RUN HERE") == 5
    monkeypatch.delenv("CI")
    assert run_tests.main([]) == 0
    assert runs == [NOTHING]


def test_a_database_in_use_is_never_a_test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://office@db.test/shanhai")
    monkeypatch.setenv("SHANHAI_TODAY", "2023-09-18")
    monkeypatch.setenv("SHANHAI_TEST_POSTGRES", "postgres://nobody@127.0.0.1:1/shanhai")
    assert run_tests.find_postgres() == ""
    grounds = run_tests.Grounds("postgres://tester@127.0.0.1/shanhai", "", "", True, True)
    sqlite = run_tests.environment(grounds, "sqlite", "/tmp/one")
    assert "DATABASE_URL" not in sqlite and "SHANHAI_TODAY" not in sqlite
    assert sqlite["SHANHAI_DATA"] == "/tmp/one"
    assert run_tests.environment(grounds, "postgres", "/tmp/two")["DATABASE_URL"] == grounds.postgres


def test_every_test_file_runs_on_sqlite_once_but_the_contract_which_runs_on_postgresql() -> None:
    files = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "tests").rglob("test_*.py")}
    runs = {database: Counter[str]() for database in ("sqlite", "postgres")}
    for part in run_tests.parts():
        runs[part.database].update(one for one in files if runs_in(part, one))

    assert runs["sqlite"] == Counter(files - {run_tests.CONTRACT})
    assert max(runs["postgres"].values()) == 1
    assert {run_tests.CONTRACT, "tests/house/test_lists.py"} <= runs["postgres"].keys()


def runs_in(part: run_tests.Part, file: str) -> bool:
    places = [word for word in part.words if not word.startswith("--")]
    left_out = [word.removeprefix("--ignore=") for word in part.words if word.startswith("--ignore=")]

    def lies_in(place: str) -> bool:
        return file == place or file.startswith(f"{place}/")

    return any(map(lies_in, places or ["tests"])) and not any(map(lies_in, left_out))


@pytest.mark.parametrize(
    ("codes", "lint", "has_passed"),
    [
        ((0, 0), 0, True),
        ((0, 5), 0, True),
        ((5, 5), 0, False),
        ((0, 1), 0, False),
        ((2, 0), 0, False),
        ((0, 0), 1, False),
    ],
)
def test_all_parts_are_shown_and_one_that_fails_fails_the_run(
    codes: tuple[int, ...],
    lint: int,
    has_passed: bool,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    asked: list[dict[str, str]] = []

    def start(words: list[str], env: dict[str, str], output: Any) -> subprocess.Popen[bytes]:
        if words[-1] == "--lint":
            return subprocess.Popen([sys.executable, "-c", f"raise SystemExit({lint})"])
        asked.append(env)
        code = codes[int(words[-1])]
        said = f"print('part', {words[-1]}); raise SystemExit({code})"
        return subprocess.Popen([sys.executable, "-c", said], stdout=output)

    made = [run_tests.Part(f"p{n}", f"Part {n}", "postgres", (str(n),)) for n in range(len(codes))]
    monkeypatch.setattr(run_tests, "start", start)
    monkeypatch.setattr(run_tests, "parts", lambda: made)
    grounds = run_tests.Grounds("postgres:///shanhai?connect_timeout=3", "", "", True, True)

    assert run_tests.run_passes(grounds, []) is has_passed

    said = capfdbinary.readouterr().out.decode()
    assert all(f"part {n}" in said for n in range(len(codes)))
    assert {env["DATABASE_URL"] for env in asked} == {
        f"postgres:///shanhai_p{n}?connect_timeout=3" for n in range(len(codes))
    }
    assert len({env["SHANHAI_DATA"] for env in asked}) == len(codes)


def make(*words: str) -> str:
    """What make prints, as a person in a shell of their own would see it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "SHANHAI_"))}
    return subprocess.run(
        ["make", *words], cwd=REPOSITORY, env=env, capture_output=True, text=True, check=True
    ).stdout


def test_help_lists_every_target() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets
    listed = re.findall(r"^  make (\S+)", make(), re.MULTILINE)
    assert sorted(listed) == sorted(targets[1].split())


def test_demo_starts_afresh_and_serves_only_when_asked() -> None:
    plain = make("--dry-run", "demo")
    assert "demo load" in plain and "--reset" not in plain
    assert "shanhai serve --port 8000" in plain
    assert "shanhai serve --port 8123" in make("--dry-run", "demo", "PORT=8123")
    afresh = make("--dry-run", "demo", "RESET=1", "SERVE=0")
    assert "demo load --reset" in afresh and "serve" not in afresh


def test_the_first_lines_of_ci_are_sound() -> None:
    script = REPOSITORY / ".ci" / "run"
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
