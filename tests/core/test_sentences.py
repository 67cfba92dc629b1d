"""What people read says days as the office writes them; what programs read says them in ISO 8601."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from shanhai.core import days, notices, sentences, work
from shanhai.core.channels import messages
from shanhai.core.models import Document, Robot, Sending
from shanhai.core.queries import notices as notice_queries
from shanhai.core.queries import work as work_queries
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.workdays import official

DUE = gettext_noop("Pay {name}, due on {due_on}")


class TestDays:
    @pytest.mark.parametrize(
        ("kept", "english", "chinese"),
        [
            (date(2023, 9, 22), "22 Sep", "9月22日"),
            ("2023-09-22", "22 Sep", "9月22日"),
            ("2024-01-05", "5 Jan 2024", "2024年1月5日"),
            ("2023-09-25 14:30", "25 Sep 14:30", "9月25日 14:30"),
            ("2023-09-25T14:30:00+08:00", "25 Sep 14:30", "9月25日 14:30"),
            (datetime(2023, 9, 25, 6, 30, tzinfo=UTC), "25 Sep 14:30", "9月25日 14:30"),
        ],
    )
    def test_are_written_as_the_office_writes_them(self, kept: Any, english: str, chinese: str) -> None:
        for language, expected in (("en", english), ("zh-hans", chinese)):
            with translation.override(language):
                assert days.written(kept) == expected

    @pytest.mark.parametrize(
        "kept", ["JM-2023-09", "2023-09", "2023-02-31", "R-2023-09-22", 20230922, None, True]
    )
    def test_what_is_no_day_stays(self, kept: Any) -> None:
        assert days.written(kept) is kept


class TestSentences:
    def test_days_within_a_text_are_for_people_and_numbers_stay(self) -> None:
        text = "Zhejiang Daily, 2018-08-16; paper 2018-08-16-3; 2018-13-40"
        assert days.within(text) == "Zhejiang Daily, 16 Aug 2018; paper 2018-08-16-3; 2018-13-40"
        with translation.override("zh-hans"):
            assert days.within("浙江日报，2018-08-16") == "浙江日报，2018年8月16日"

    def test_a_refusal_says_its_days_and_quotes_a_cell_as_it_stands(self) -> None:
        refused = BadInput("x", "“{cell}” lies before {on}.", cell="2023-09-01", on=date(2023, 9, 22))

        with translation.override("en"):
            assert sentences.refusal(refused) == "“2023-09-01” lies before 22 Sep."

    def test_a_refusal_of_working_days_in_both_languages(self) -> None:
        with pytest.raises(BadInput) as refused:
            official().count(date(2009, 5, 4), date(2023, 1, 1))

        with translation.override("en"):
            assert "known from 1 Jan 2010 on; 4 May 2009 leads" in sentences.refusal(refused.value)
        with translation.override("zh-hans"):
            assert "工作日自2010年1月1日起可以计算；2009年5月4日早于此日" in sentences.refusal(refused.value)

    def test_programs_have_the_days_beside_the_sentence_in_iso(self) -> None:
        from shanhai.webkit import api

        refused = BadInput("x.y", "{on} has not come yet.", on=date(2023, 9, 22))

        answer = json.loads(api.refusal(refused).content)

        assert (answer["on"], answer["detail"]) == ("2023-09-22", "22 Sep has not come yet.")


class TestWorkAndNotices:
    FACTS = {"name": "首期款", "name_en": "First instalment", "due_on": "2023-09-22"}

    def test_lists_say_them_in_the_language_of_the_reader(self, zone: Any, lin: Any) -> None:
        item = work.open_item("test.pay", zone, lin.unit, DUE, self.FACTS, "/1", date(2023, 9, 22), by=None)
        notices.tell("test.pay:1", "test.pay", DUE, self.FACTS, "/1", [lin])
        notice = notice_queries.notices_of(lin).get()

        with translation.override("en"):
            assert (
                work_queries.words(item)
                == notice_queries.words(notice)
                == "Pay First instalment, due on 22 Sep"
            )
        with translation.override("zh-hans"):
            for said in (work_queries.words(item), notice_queries.words(notice)):
                assert "9月22日" in said and "2023-" not in said

    def test_mail_and_group_chats_say_them_too(self, cast: Any, lin: Any) -> None:
        notices.tell("test.pay:1", "test.pay", DUE, self.FACTS, "/1", [lin])
        notice = notice_queries.notices_of(lin).select_related("fact").get()
        sending = Sending(what=Sending.What.NOTICE, member=lin, notice=notice, fact=notice.fact)

        for language, said in (("en", "due on 22 Sep"), ("zh-hans", "9月22日")):
            lin.user.language = language
            letter = messages.letter(lin, [sending], 1)
            assert said in letter.subject and said in letter.body
            assert "2023-09-22" not in letter.subject + letter.body
        robot = Robot(name="工作群", organisation=lin.unit.organisation, kind="dingtalk")
        message = messages.to_group(robot, [sending], 1)
        assert "9月22日" in message.lines[0][0] and "2023-09-22" not in message.lines[0][0]


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        ("飞地租金佐证 · Evidence: Enclave rent", "飞地租金佐证", "Evidence: Enclave rent"),
        ("会议纪要", "会议纪要", "会议纪要"),
        ("甲 · 乙", "甲 · 乙", "甲 · 乙"),
        ("Plan · 2023", "Plan · 2023", "Plan · 2023"),
    ],
)
def test_a_paper_with_both_titles_is_called_by_that_of_the_reader(title, zh, en):
    paper = Document(title=title)
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert paper.title_said == said
