"""One way to write each kind of value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from shanhai.webkit import words


class TestMoney:
    @pytest.mark.parametrize(
        ("fen", "english", "chinese"),
        [
            (0, "0 yuan", "0元"),
            (1, "0.01 yuan", "0.01元"),
            (95_000, "950 yuan", "950元"),
            (999_999, "9,999.99 yuan", "9,999.99元"),
            (1_000_000, "10,000 yuan", "1万元"),
            (41_230_000, "412,300 yuan", "41.2万元"),
            (510_423_618, "5.1 m yuan", "510.4万元"),
            (1_200_000_000, "12.0 m yuan", "1,200万元"),
            (9_999_999_999, "100.0 m yuan", "1.00亿元"),
            (41_200_000_000, "412.0 m yuan", "4.12亿元"),
            (124_000_000_000, "1.24 bn yuan", "12.40亿元"),
            (-240_050, "-2,400.50 yuan", "-2,400.50元"),
        ],
    )
    def test_is_said_in_the_unit_that_people_use(self, fen, english, chinese):
        with override("en"):
            assert words.yuan(fen) == english
        with override("zh-hans"):
            assert words.yuan(fen) == chinese

    def test_exact_keeps_every_fen(self):
        assert words.yuan_exact(510_423_618) == "5,104,236.18 yuan"

        with override("zh-hans"):
            assert words.yuan_exact(-5) == "-0.05元"

    def test_nothing_is_a_dash(self):
        assert words.yuan(None) == words.yuan_exact(None) == "–"

    @pytest.mark.parametrize("value", [1.5, Decimal("1.5"), "100", True])
    def test_what_is_not_whole_fen_is_a_mistake(self, value):
        with pytest.raises(TypeError, match="whole fen"):
            words.yuan(value)

    def test_rounding_never_reaches_the_next_unit_with_the_wrong_name(self):
        with override("zh-hans"):
            for fen in range(9_999_400_000, 10_000_600_000, 100_000):
                assert "10,000" not in words.yuan(fen)


class TestNumbers:
    def test_land_has_its_unit_and_at_most_two_decimals(self):
        assert words.mu(Decimal("42.600")) == "42.6 mu"
        assert words.mu(Decimal("1234.567")) == "1,234.57 mu"
        with override("zh-hans"):
            assert words.mu(150) == "150亩"

    def test_a_share_is_a_percentage(self):
        assert words.percent(Decimal("0.714")) == "71 %"
        assert words.percent(Decimal("0.0005"), 1) == "0.1 %"
        with override("zh-hans"):
            assert words.percent(Decimal("1")) == "100%"

    def test_a_bar_stays_on_its_track(self):
        assert words.percent_of(5, 4) == 125
        assert words.percent_of(900, 4) == 125
        assert words.percent_of(-3, 4) == 0
        assert words.percent_of(3, 0) == 0
        assert words.percent_of(Decimal("5.1"), 12) == 43


class TestDays:
    def test_a_date_of_this_year_has_no_year(self):
        assert words.day(date(2023, 9, 18)) == "18 Sep"
        assert words.day(date(2022, 9, 18)) == "18 Sep 2022"
        assert words.day(date(2023, 9, 18), "year") == "18 Sep 2023"
        assert words.day(date(2023, 9, 13), "weekday") == "Wed 13 Sep"

    def test_chinese_dates(self):
        with override("zh-hans"):
            assert words.day(date(2023, 9, 13), "weekday") == "9月13日（周三）"
            assert words.day(date(2018, 8, 16)) == "2018年8月16日"

    def test_the_year_changes_with_the_clock(self, turn_clock):
        turn_clock("2024-01-02")

        assert words.day(date(2023, 9, 18)) == "18 Sep 2023"

    def test_an_instant_is_as_short_as_can_be(self):
        assert words.moment(datetime(2023, 9, 18, 0, 52, tzinfo=UTC)) == "08:52"
        assert words.moment(datetime(2023, 9, 15, 9, 58, tzinfo=UTC)) == "Fri 17:58"
        assert words.moment(datetime(2023, 9, 11, 0, 52, tzinfo=UTC)) == "11 Sep 08:52"
        assert words.moment(datetime(2022, 9, 11, 0, 52, tzinfo=UTC)) == "11 Sep 2022 08:52"

    def test_an_instant_late_at_night_in_utc_is_the_next_day_in_shanghai(self):
        assert words.day(datetime(2023, 9, 17, 17, 0, tzinfo=UTC)) == "18 Sep"


@pytest.mark.django_db
class TestDeadlines:
    @pytest.mark.parametrize(
        ("due", "said", "urgent"),
        [
            (date(2023, 9, 13), "3 wd late", "late"),
            (date(2023, 9, 15), "1 wd late", "late"),
            (date(2023, 9, 17), "1 wd late", "late"),
            (date(2023, 9, 18), "Today", "now"),
            (date(2023, 9, 19), "1 wd left", "now"),
            (date(2023, 9, 20), "2 wd left", ""),
            # 29 September to 6 October are off, the weekend of 7 October is worked.
            (date(2023, 10, 7), "9 wd left", ""),
        ],
    )
    def test_slack_counts_working_days(self, due, said, urgent):
        assert words.slack(due) == said
        assert words.urgency(due) == urgent

    def test_due_on_a_day_off_before_any_working_day(self, turn_clock):
        turn_clock("2023-09-16")

        assert words.slack(date(2023, 9, 17)) == "Before the next working day"
        assert words.urgency(date(2023, 9, 17)) == "now"

    def test_late_since_the_weekend_is_not_today(self, turn_clock):
        turn_clock("2023-09-17")

        assert words.slack(date(2023, 9, 16)) == "1 wd late"

    def test_chinese(self):
        with override("zh-hans"):
            assert words.slack(date(2023, 9, 13)) == "超期3个工作日"
            assert words.slack(date(2023, 9, 20)) == "剩2个工作日"
            assert words.slack(date(2023, 9, 18)) == "今天到期"


class TestLanguages:
    @pytest.mark.parametrize(
        ("text", "english", "chinese"),
        [
            ("平台默认值 (platform default)", "Platform default", "平台默认值"),
            (
                "江府办函〔2024〕37号 (Jiangmen 2024); by default",
                "Jiangmen 2024; by default",
                "江府办函〔2024〕37号",
            ),
            (
                "两级领导互访（id 1565048） (both (top) leaders)",
                "Both (top) leaders",
                "两级领导互访（id 1565048）",
            ),
            ("县政府通知", "县政府通知", "县政府通知"),
            ("county notice (art. 6)", "county notice (art. 6)", "county notice (art. 6)"),
            ("", "", ""),
        ],
    )
    def test_a_text_in_both_is_said_in_the_one_of_the_reader(self, text, english, chinese):
        with override("en"):
            assert words.one_language(text) == english
        with override("zh-hans"):
            assert words.one_language(text) == chinese

    def test_a_unit_has_its_name_and_a_strange_one_stays(self):
        with override("en"):
            assert [words.unit(one) for one in ("元/千瓦时", "%", "石")] == ["yuan/kWh", "%", "石"]
        with override("zh-hans"):
            assert words.unit("元/千瓦时") == "元/千瓦时"
