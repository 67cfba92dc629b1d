"""What the tags write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import override

from shanhai.webkit import charts
from shanhai.webkit.maps import Feature, ring


def written(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


class TestStatus:
    @pytest.mark.parametrize(
        ("code", "drawing", "word"),
        [
            ("on_track", "i-ok", "On track"),
            ("done", "i-done", "Done"),
            ("at_risk", "i-risk", "At risk"),
            ("late", "i-late", "Late"),
            ("paused", "i-wait", "Paused"),
            ("not_started", "i-none", "Not started"),
        ],
    )
    def test_has_shape_and_word(self, code, drawing, word):
        text = written("{% status code %}", code=code)

        assert f'href="#{drawing}"' in text
        assert word in text

    def test_takes_a_word_of_its_own_and_escapes_it(self):
        assert "&lt;b&gt;" in written("{% status 'late' word %}", word="<b>")

    def test_an_unknown_code_is_a_mistake(self):
        with pytest.raises(KeyError):
            written("{% status 'green' %}")


class TestSides:
    def test_the_mark_is_an_image_with_the_name_as_label(self):
        text = written("{% side_mark 'mountain' label='Longquan' %}")

        assert 'role="img"' in text
        assert 'aria-label="Longquan"' in text
        assert "i-m" in text

    def test_both_sides_have_both_marks(self):
        text = written("{% side_mark 'both' %}")

        assert "#i-m" in text
        assert "#i-s" in text

    def test_no_side_is_the_plain_name(self):
        assert written("{% side_mark 'above' 'Zhejiang' %}") == "Zhejiang"

    def test_a_party_brings_role_and_name(self, zone):
        text = written("{% side_mark party %}", party=zone.parties.get(role="sea"))

        assert "#i-s" in text
        assert "Xiaoshan Government" in text


class TestSourceMarks:
    @pytest.mark.parametrize("kind", ["reported", "illustrative", "mixed", "simulated", "assumed"])
    def test_open_their_detail_without_script(self, kind):
        text = written("{% source_mark kind 'Bulletin of 2018' %}", kind=kind)

        assert text.startswith('<details class="src"><summary>')
        assert "Bulletin of 2018" in text


class TestBars:
    def test_a_bullet_says_its_numbers(self):
        text = written("{% bullet 11 18 16 13 'mountain' 'pairs' %}")

        assert "--d:61;--f:89;--p:72" in text
        assert 'aria-label="11 of 18 pairs, forecast 16"' in text
        assert 'class="bul m"' in text

    def test_without_forecast_and_pace_there_is_no_hatch_and_no_notch(self):
        text = written("{% bullet 4 6 %}")

        assert "<u>" not in text
        assert "<s>" not in text

    def test_a_forecast_below_what_is_there_draws_no_hatch(self):
        assert "<u>" not in written("{% bullet 4 6 3 %}")

    def test_no_style_holds_anything_but_custom_properties(self):
        text = written("{% bullet 4 6 5 5 %}{% rowbar 3 9 tick=4 %}{% mini 2 3 'sea' %}")

        styles = [part.split('"')[0] for part in text.split('style="')[1:]]
        assert styles
        assert all(item.startswith("--") for style in styles for item in style.split(";"))


@pytest.mark.django_db
class TestDeadline:
    def test_has_slack_and_date(self):
        text = written("{% due on %}", on=date(2023, 9, 13))

        assert "due-late" in text
        assert "3 wd late" in text
        assert "Wed 13 Sep" in text

    def test_what_is_done_is_not_late(self):
        assert "late" not in written("{% due on done=True %}", on=date(2023, 9, 13))


class TestPanel:
    def test_holds_its_content_and_one_mark(self):
        text = written(
            "{% panel 'Late' note='two' mark='reported' detail='Bulletin' %}<p>inside</p>{% endpanel %}"
        )

        assert text.startswith('<section class="pan">')
        assert "<h2>Late</h2>" in text
        assert "<p>inside</p>" in text
        assert text.count('class="src"') == 1

    def test_escapes_its_title_and_what_it_holds(self):
        text = written("{% panel title %}{{ title }}{% endpanel %}", title="<script>")

        assert "<script>" not in text

    def test_folds_on_the_phone_with_details(self):
        assert '<details class="fold">' in written("{% panel 'Map' fold=True %}x{% endpanel %}")


class TestOneButton:
    def test_posts_with_token_version_and_question(self):
        text = written("{% post '/x' 'Confirm' version=3 confirm='Sure?' %}", csrf_token="tok")

        assert 'method="post" action="/x" data-confirm="Sure?"' in text
        assert 'name="csrfmiddlewaretoken" value="tok"' in text
        assert 'name="version" value="3"' in text


class TestQuery:
    def test_changes_and_drops_parameters(self):
        request = RequestFactory().get("/list", {"a": "1", "b": "2"})

        assert written("{% query b=None c=3 %}", request=request) == "?a=1&amp;c=3"


class TestMap:
    def test_draws_belonging_routes_and_sites_without_script(self):
        square = ((0, 0), (10, 0), (10, 10), (0, 10))
        text = written(
            "{% zone_map features %}",
            features=[
                Feature("area", square, side="mountain", is_paired=True, label="Badu"),
                Feature("area", square, side="sea"),
                Feature("site", ((5, 5),), side="mountain", label="Park", note="5.1 km²"),
                Feature("route", ((0, 0), (10, 10)), label="Cold chain"),
            ],
        )

        assert text.startswith("<svg")
        assert "var(--sh-m-300)" in text
        assert "var(--sh-s-100)" in text
        assert "stroke-dasharray" in text
        assert "5.1 km²" in text
        assert "<script" not in text

    def test_a_map_that_moves_has_its_drawing_and_a_table_beside_it(self):
        square = ((0, 0), (10, 0), (10, 10), (0, 10))
        text = written(
            "{% live_map features %}",
            features=[
                Feature("area", square, side="mountain", is_paired=True, label="Badu", url="/badu/"),
                Feature("site", ((5, 5),), side="sea", label="Park", note="5.1 km²"),
            ],
        )

        assert "<svg" in text and "data-map-open" in text and 'type="module"' in text
        table = text.split("<table")[1]
        assert '<a href="/badu/">Badu</a>' in table and "5.1 km²" in table
        assert written("{% live_map features %}", features=[]) == ""

    def test_names_are_escaped(self):
        assert "<b>" not in written(
            "{% zone_map features %}", features=[Feature("name", ((0, 0),), label="<b>")]
        )

    def test_nothing_is_drawn_for_nothing(self):
        assert written("{% zone_map features %}", features=[]) == ""

    def test_an_outline_is_read_whatever_stands_between_its_numbers(self):
        assert ring("1 2, 3.5 4;5,-6") == ((1, 2), (3.5, 4), (5, -6))


class TestChart:
    def test_has_its_table_beside_it(self):
        made = charts.bars_both_ways(
            ["2022", "2023"],
            charts.Series("Longquan", [Decimal("2.1"), None], "mountain"),
            charts.Series("Xiaoshan", [28, Decimal("14.1")], "sea"),
            unit="m yuan",
        )
        text = written("{% chart 'c1' made %}", made=made)

        assert '<script id="c1-data" type="application/json">' in text
        assert 'data-spec="c1-data"' in text
        assert "<td>2022</td>" in text
        assert "Longquan (m yuan)" in text
        assert "–" in text

    def test_dots_give_median_and_ninth_decile_by_nearest_rank(self):
        made = charts.dots([charts.Series("Joint", list(range(1, 11)))])

        assert made.table["rows"] == [["Joint", "10", "5", "9"]]

    def test_data_cannot_end_the_script(self):
        made = charts.bars(["</script><b>"], [charts.Series("a", [1])])

        assert "</script><b>" not in written("{% chart 'c' made %}", made=made)


def test_every_tag_speaks_chinese():
    with override("zh-hans"):
        assert "有风险" in written("{% status 'at_risk' %}")
        assert "模拟数据" in written("{% source_mark 'simulated' %}")
        assert "经办" in written("{% ladder steps 'check' %}", steps=["handle", "check", "sign"])


class TestOnce:
    def test_draws_once_a_language(self):
        template = Template('{% once %}{% translate "Cancel" %} {{ n }}{% endonce %}')
        said = []
        for n, language in enumerate(("en", "en", "zh-hans", "en")):
            with override(language):
                said.append(template.render(Context({"n": n})))

        assert said == ["Cancel 0", "Cancel 0", "取消 2", "Cancel 0"]


class TestSideMark:
    def test_markup_of_one_is_not_taken_for_the_text_of_another(self):
        safe = written("{% side_mark 'sea' name %}", name=mark_safe("<i>Xiaoshan</i>"))
        plain = written("{% side_mark 'sea' name %}", name="<i>Xiaoshan</i>")

        assert "<i>Xiaoshan</i>" in safe
        assert "&lt;i&gt;Xiaoshan&lt;/i&gt;" in plain
