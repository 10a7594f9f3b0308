"""滞納確認 from files to papers: against the key of the sample city, and its faults."""

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import Answer, Applicant, Consent
from tasks.domain.runs.check_report import addressee_numbers
from tasks.domain.runs.conservation import Outcome
from tasks.procedures.check_request import CheckRequest, CheckResult, FormsIn
from tasks.procedures.delinquency_check import check, judge_all
from tasks.procedures.gather_requests import gather
from tasks.procedures.match_ledgers import day_of_books, match
from tasks.procedures.release_papers import release

HOME = Path(__file__).parents[2]
SAMPLES = HOME / "sample_docs"
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
AS_OF = dt.date(2026, 10, 31)

PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所,支援措置
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,
0000000012,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号,
0000000013,秘匿　守,ヒトク マモル,昭和60年5月3日,みなと市検査町3番4号,対象
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0000000012,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000013,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,有
A-2,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号,有
A-3,秘匿　守,ヒトク マモル,昭和60年5月3日,みなと市検査町3番4号,有
A-4,遠方　太郎,エンポウ タロウ,平成2年6月4日,よその市遠い町9番9号,有
A-5,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号,無
"""


def settings() -> tuple[DelinquencyRules, Municipality]:
    def read(name: str) -> object:
        return yaml.safe_load((HOME / "configs" / name).read_text(encoding="utf-8"))

    return (
        DelinquencyRules.model_validate(read("delinquency.yaml")),
        Municipality.model_validate(read("municipality.yaml")),
    )


def small(folder: Path) -> CheckRequest:
    """A city of three, one tax and a list of five."""
    for name, content in (
        ("台帳.csv", PERSONS),
        ("税.csv", TAXES),
        ("名簿.csv", REQUEST),
    ):
        (folder / name).write_text(content, encoding="utf-8-sig")
    rules, town = settings()
    return CheckRequest(
        request_files=(folder / "名簿.csv",),
        persons=(folder / "台帳.csv",),
        taxes=(folder / "税.csv",),
        as_of=AS_OF,
        out_folder=folder / "結果",
        cache_folder=folder / "cache",
        rules=rules.model_copy(update={"taxes": ("軽自動車税",)}),
        columns=ColumnNames(),
        municipality=town,
        now=NOW,
        who="税務課検査係",
    )


def answers(result: CheckResult) -> list[tuple[str, str, str]]:
    text = result.answers_csv.read_text(encoding="utf-8-sig")
    return [
        (row["番号"], row["回答"], row["宛名番号"])
        for row in csv.DictReader(io.StringIO(text))
    ]


@pytest.fixture(scope="module")
def sample_city(tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    rules, town = settings()
    ledgers = sorted((SAMPLES / "ledgers").iterdir())
    folder = tmp_path_factory.mktemp("city")
    return check(
        CheckRequest(
            request_files=(SAMPLES / "request" / "申請者名簿.xlsx",),
            persons=tuple(p for p in ledgers if p.stem == "住民台帳"),
            taxes=tuple(p for p in ledgers if p.stem != "住民台帳"),
            as_of=AS_OF,
            out_folder=folder / "結果",
            cache_folder=folder / "cache",
            rules=rules,
            columns=ColumnNames(),
            municipality=town,
            now=NOW,
            who="税務課検査係",
        )
    )


@pytest.mark.slow
def test_the_sample_city_is_answered_as_its_key_says(sample_city: CheckResult) -> None:
    key = (SAMPLES / "keys" / "answers.csv").read_text(encoding="utf-8-sig")
    expected = {
        row["row"]: (row["answer"], set(filter(None, row["addressee_nos"].split(";"))))
        for row in csv.DictReader(io.StringIO(key))
        if row["source"] == "list"
    }
    found = {
        v.applicant.row_id.rsplit(":", 1)[1]: (
            v.answer.value,
            set(addressee_numbers(v)),
        )
        for v in sample_city.verdicts
    }
    assert len(expected) >= 50
    assert found == expected


@pytest.mark.slow
def test_the_sample_city_balances_and_has_its_papers(sample_city: CheckResult) -> None:
    assert sample_city.came_in == sum(sample_city.outcomes.values())
    assert sum(sample_city.counts.values()) == len(sample_city.verdicts)
    assert sample_city.needs_person
    assert {balance.unit for balance in sample_city.balances} == {"件", "行", "円"}
    folder = sample_city.answers_csv.parent
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.csv",
        "回答書.xlsx",
        "税務課控え.xlsx",
    ]


def test_each_row_is_answered_once_in_its_order(tmp_path: Path) -> None:
    result = check(small(tmp_path))
    assert answers(result) == [
        ("A-1", "完納", "0000000011"),
        ("A-2", "未納あり", "0000000012"),
        ("A-3", "複数候補 (要確認)", ""),
        ("A-4", "該当者なし", ""),
        ("A-5", "同意なし・対象外", ""),
    ]
    assert result.outcomes == {
        Outcome.ANSWERED: 4,
        Outcome.QUESTION: 1,
        Outcome.ERROR: 0,
        Outcome.EXCLUDED: 0,
    }


def test_the_same_request_gives_the_same_answers_again(tmp_path: Path) -> None:
    request = small(tmp_path)
    first = check(request).answers_csv.read_bytes()
    assert check(request).answers_csv.read_bytes() == first


def test_nobody_without_consent_or_under_protection_is_read_from_the_ledger(
    tmp_path: Path,
) -> None:
    request = small(tmp_path)
    gathered = gather(request)
    matched = match(request, gathered)
    refused = gathered.applicants[4].row_id
    assert refused not in matched.matches
    assert "0000000013" not in matched.lines


def test_an_address_without_a_city_in_the_ledger_is_at_home(tmp_path: Path) -> None:
    request = small(tmp_path)
    persons, asked = tmp_path / "台帳.csv", tmp_path / "名簿.csv"
    ledger = PERSONS.replace("みなと市検査町", "検査町")
    persons.write_text(ledger, encoding="utf-8-sig")
    rows = REQUEST.replace(
        "昭和55年3月1日,みなと市検査町", "昭和55年3月1日,大阪府堺市検査町"
    )
    asked.write_text(rows, encoding="utf-8-sig")
    found = answers(check(request))
    assert found[0] == ("A-1", "複数候補 (要確認)", "")
    assert found[1] == ("A-2", "未納あり", "0000000012")


def test_nobody_who_lives_with_a_protected_person_has_the_address_shown(
    tmp_path: Path,
) -> None:
    request = small(tmp_path)
    hidden = "みなと市秘匿町7番8号"
    persons, asked = tmp_path / "台帳.csv", tmp_path / "名簿.csv"
    ledger = PERSONS.replace("みなと市検査町3番4号", hidden) + (
        f"0000000014,秘匿　次子,ヒトク ツギコ,昭和62年5月3日,{hidden},\n"
    )
    persons.write_text(ledger, encoding="utf-8-sig")
    asked.write_text(
        f"{REQUEST.splitlines()[0]}\n"
        "B-1,秘匿　次子,ヒトク ツギコ,昭和62年5月3日,みなと市検査町1番2号,有\n",
        encoding="utf-8-sig",
    )
    result = check(request)
    found = result.verdicts[0].match
    assert answers(result) == [("B-1", "複数候補 (要確認)", "")]
    assert found is not None
    assert found.candidates[0].resident.addressee_no == "0000000014"
    for paper in (result.office_copy, *result.replies):
        with zipfile.ZipFile(paper) as book:
            texts = "".join(book.read(name).decode() for name in book.namelist())
        assert "秘匿町" not in texts
        assert paper in result.replies or "0000000014" in texts


def test_forms_are_answered_after_lists_and_open_questions_wait(
    tmp_path: Path,
) -> None:
    form = Applicant(
        row_id="form:1a2b3c4d:p1",
        source="scan_001.pdf 1ページ",
        request_id="scan_001.pdf 1ページ",
        name="検査　花子",
        kana="ケンサ ハナコ",
        birth_date="昭和57年4月2日",
        address="検査町1-2",
        consent=Consent.YES,
    )
    unread = replace(form, row_id="form:1a2b3c4d:p2", request_id="p2", name="")
    forms = FormsIn(
        applicants=(form, unread),
        open_questions=frozenset({unread.row_id}),
        errors=("form:1a2b3c4d:p3",),
        excluded=("copy.pdf",),
    )
    result = check(replace(small(tmp_path), forms=forms))
    assert answers(result)[5:] == [
        ("scan_001.pdf 1ページ", "未納あり", "0000000012"),
        ("p2", "確認待ち", ""),
    ]
    assert result.outcomes[Outcome.ERROR] == result.outcomes[Outcome.EXCLUDED] == 1
    assert result.came_in == 9
    assert "same_person" in {note.code for note in result.notes}


def test_forms_alone_need_no_list(tmp_path: Path) -> None:
    request = replace(
        small(tmp_path), request_files=(), forms=FormsIn(excluded=("memo.pdf",))
    )
    result = check(request)
    assert (result.came_in, result.verdicts) == (1, ())
    assert not result.needs_person


def test_nothing_to_check_is_told(tmp_path: Path) -> None:
    with pytest.raises(NeedsPersonError, match="FILE-007"):
        check(replace(small(tmp_path), request_files=()))


def test_a_list_given_twice_is_counted_once(tmp_path: Path) -> None:
    request = small(tmp_path)
    copy = tmp_path / "名簿のコピー.csv"
    copy.write_bytes(request.request_files[0].read_bytes())
    result = check(replace(request, request_files=(*request.request_files, copy)))
    assert len(result.verdicts) == 5
    assert result.outcomes[Outcome.EXCLUDED] == 1
    assert [n.file for n in result.notes if n.code == "FILE-005"] == [copy.name]


def test_a_list_without_a_column_of_consent_is_answered_and_named(
    tmp_path: Path,
) -> None:
    request = small(tmp_path)
    bare = "\n".join(line.rsplit(",", 1)[0] for line in REQUEST.splitlines())
    request.request_files[0].write_text(bare, encoding="utf-8")
    result = check(request)
    assert answers(result)[0][1] == "完納"
    told = [n for n in result.notes if n.code == "consent_assumed"]
    assert [(n.file, n.count) for n in told] == [("名簿.csv", 5)]
    assert not [n for n in check(small(tmp_path)).notes if n.code == "consent_assumed"]


def test_all_faulty_lists_are_named_at_once(tmp_path: Path) -> None:
    request = small(tmp_path)
    missing = (tmp_path / "ない.xlsx", tmp_path / "これもない.csv")
    with pytest.raises(NeedsPersonError, match="FILE-001: 2 request lists") as caught:
        check(replace(request, request_files=(*request.request_files, *missing)))
    named = "\n".join(caught.value.faults)
    assert all(path.name in named for path in missing)


def test_a_missing_ledger_stops_before_anything_is_written(tmp_path: Path) -> None:
    request = replace(small(tmp_path), taxes=(tmp_path / "ない.csv",))
    with pytest.raises(NeedsPersonError, match="FILE-001"):
        check(request)
    assert not request.out_folder.exists()


def test_a_tax_of_the_ordinance_without_a_ledger_waits_for_a_person(
    tmp_path: Path,
) -> None:
    request = small(tmp_path)
    only_settled = REQUEST.splitlines()[:2]
    request.request_files[0].write_text("\n".join(only_settled), encoding="utf-8")
    assert not check(request).needs_person
    rules = request.rules.model_copy(update={"taxes": ("軽自動車税", "固定資産税")})
    result = check(replace(request, rules=rules))
    assert ["固定資産税" in n.message for n in result.notes] == [True]
    assert result.missing_taxes == ("固定資産税",)
    assert result.needs_person


@pytest.mark.parametrize(
    ("as_of", "fault"),
    [
        pytest.param("2026-11-21", "later than today", id="tomorrow"),
        pytest.param("2025-05-30", "367 days before", id="before the ledger's time"),
        pytest.param("2025-05-31", "", id="366 days before the newest 納期限"),
        pytest.param("2026-11-20", "", id="today"),
    ],
)
def test_an_as_of_date_of_another_time_is_asked(
    tmp_path: Path, as_of: str, fault: str
) -> None:
    request = replace(small(tmp_path), as_of=dt.date.fromisoformat(as_of))
    if not fault:
        check(request)
        return
    with pytest.raises(NeedsPersonError, match=f"DATE-003.*{fault}"):
        check(request)
    assert not request.out_folder.exists()


def test_the_ledgers_newest_payment_says_what_time_they_are_of(tmp_path: Path) -> None:
    request = small(tmp_path)
    posted = [
        f"{line},{'収納日' if n == 0 else 'R6.9.30'}"
        for n, line in enumerate(TAXES.splitlines())
    ]
    request.taxes[0].write_text("\n".join(posted), encoding="utf-8")
    check(replace(request, as_of=dt.date(2024, 1, 1)))
    with pytest.raises(NeedsPersonError, match=r"DATE-003.*収納日"):
        check(replace(request, as_of=dt.date(2023, 9, 29)))


def with_payment_days(request: CheckRequest, day: str) -> CheckRequest:
    lines = TAXES.splitlines()
    dated = [f"{line},{'収納日' if n == 0 else day}" for n, line in enumerate(lines)]
    request.taxes[0].write_text("\n".join(dated), encoding="utf-8")
    return request


def test_a_blank_as_of_date_is_the_newest_payment_of_the_ledgers(
    tmp_path: Path,
) -> None:
    request = with_payment_days(small(tmp_path), "R8.10.29")
    assert day_of_books(request) == dt.date(2026, 10, 29)


def test_ledgers_without_a_day_of_payment_cannot_tell_the_as_of_date(
    tmp_path: Path,
) -> None:
    with pytest.raises(NeedsPersonError, match="DATE-004"):
        day_of_books(small(tmp_path))


def test_a_ledger_whose_payments_end_before_the_lag_window_is_told(
    tmp_path: Path,
) -> None:
    request = with_payment_days(small(tmp_path), "R8.9.1")
    result = check(replace(request, as_of=dt.date(2026, 10, 31)))
    behind = [note for note in result.notes if note.code == "ledger_behind"]
    assert [note.file for note in behind] == [request.taxes[0].name]


def test_a_line_lost_between_ledger_and_verdict_is_not_released(tmp_path: Path) -> None:
    request = small(tmp_path)
    gathered = gather(request)
    matched = match(request, gathered)
    short = replace(matched, lines={**matched.lines, "0000000012": ()})
    verdicts = judge_all(request, gathered, short)
    with pytest.raises(NeedsPersonError, match="BALANCE-001"):
        release(request, gathered, short, verdicts)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param("verdict lost", "BALANCE-001", id="a verdict is lost"),
        pytest.param("verdict doubled", "BALANCE-001", id="a verdict is doubled"),
        pytest.param("line lost", "BALANCE-001", id="a tax line is lost"),
        pytest.param("yen changed", "BALANCE-002", id="a yen is changed"),
    ],
)
def test_what_does_not_balance_is_not_released(
    tmp_path: Path, fault: str, code: str
) -> None:
    request = small(tmp_path)
    gathered = gather(request)
    matched = match(request, gathered)
    verdicts = list(judge_all(request, gathered, matched))
    owing = next(n for n, v in enumerate(verdicts) if v.answer is Answer.OWING)
    (line,) = verdicts[owing].lines
    if fault == "verdict lost":
        del verdicts[owing]
    elif fault == "verdict doubled":
        verdicts.append(verdicts[owing])
    elif fault == "line lost":
        verdicts[owing] = replace(verdicts[owing], lines=())
    else:
        changed = replace(line, assessed_yen=line.assessed_yen + 1)
        verdicts[owing] = replace(verdicts[owing], lines=(changed,))
    with pytest.raises(NeedsPersonError, match=code):
        release(request, gathered, matched, verdicts)
    assert not request.out_folder.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    request = small(tmp_path)
    request.out_folder.write_bytes(b"a file in its place")
    with pytest.raises(NeedsPersonError, match="FILE-003"):
        check(request)


def test_nobody_is_named_in_what_may_be_logged(tmp_path: Path) -> None:
    result = check(small(tmp_path))
    assert "検査" not in repr(result).replace(repr("税務課検査係"), "")
    assert "0000000012" not in repr(result)


def test_nobody_is_accused_by_an_export_older_than_the_as_of_date(
    tmp_path: Path,
) -> None:
    request = small(tmp_path)
    others = "".join(
        f"{number:010},軽自動車税,令和8年度,0,R8.6.1,10800,10800,R8.9.15\n"
        for number in range(100, 1100)
    )
    header = TAXES.splitlines()[0].replace("状態", "収納日")
    owed = "0000000012,軽自動車税,令和8年度,0,R8.9.30,10800,0,\n"
    request.taxes[0].write_text(f"{header}\n{owed}{others}", encoding="utf-8-sig")
    found = {row[0]: row[1] for row in answers(check(request))}
    assert found["A-2"] == Answer.SEVERAL
    assert found["A-1"] == Answer.NO_TAX
