"""A corrected list sent again is the same work; another section's list is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.sent_again import ItemPrints, item_prints, sent_again
from tasks.domain.records import Applicant


def row(file: str, number: int, name: str, **more: str) -> ItemPrints:
    given = {"birth_date": f"S50.1.{number}", "request_id": str(number)} | more
    form = given.pop("form", "")
    applicant = Applicant(
        row_id=f"list:{file}:{number}", source=f"{file}!{number}", name=name, **given
    )
    return item_prints(applicant, form)


def people(file: str, *names: str) -> list[ItemPrints]:
    return [row(file, number, name) for number, name in enumerate(names, start=1)]


FIRST = people("a", "検査 一", "検査 二", "検査 三", "検査 四")


def test_every_row_of_a_corrected_list_is_one_counted_before() -> None:
    corrected = [
        *people("b", "検査 一", "検査 二"),
        row("b", 3, "検査 参"),  # its name was corrected: number and birth date agree
        row("b", 4, "検査 四", birth_date="H1.1.1"),  # here name and number agree
    ]
    assert sent_again(corrected, FIRST) == {
        f"list:b:{number}": f"list:a:{number}" for number in (1, 2, 3, 4)
    }


def test_rows_that_a_corrected_list_adds_are_new() -> None:
    longer = [*people("b", "検査 一", "検査 二", "検査 三"), row("b", 9, "新規 九")]
    assert "list:b:9" not in sent_again(longer, FIRST)


def test_the_corrected_rows_alone_are_the_same_work() -> None:
    alone = [row("b", 2, "検査 二")]
    assert sent_again(alone, FIRST) == {"list:b:2": "list:a:2"}


def test_another_section_that_asks_about_one_of_the_same_people_has_its_own_work() -> (
    None
):
    other = [row("b", 21, "検査 一", birth_date="S50.1.1")]
    other += [row("b", n, f"別人 {n}") for n in (22, 23, 24)]
    assert sent_again(other, FIRST) == {}


def test_a_row_that_was_settled_late_is_judged_by_its_whole_list() -> None:
    other = [row("b", 21, "検査 一", birth_date="S50.1.1")]
    other += [row("b", n, f"別人 {n}") for n in (22, 23, 24)]
    counted = {one.key for one in other[1:]}
    assert sent_again(other, [*FIRST, *other[1:]], known=counted) == {}
    corrected = people("b", "検査 一", "検査 二", "検査 三", "検査 四")
    counted = {one.key for one in corrected[1:]}
    late = sent_again(corrected, [*FIRST, *corrected[1:]], known=counted)
    assert late == {"list:b:1": "list:a:1"}


def test_two_rows_of_one_list_are_never_one_item() -> None:
    twice = [
        row("a", 1, "検査 一", request_id=""),
        row("a", 2, "検査 一", birth_date="S50.1.1", request_id=""),
    ]
    assert sent_again(twice, []) == {}
    assert sent_again(twice, twice) == {}


def test_lists_that_come_in_together_are_held_against_each_other() -> None:
    both = [*FIRST, *people("b", "検査 一", "検査 二", "検査 三", "検査 四")]
    assert len(sent_again(both, [])) == 4
    third = [*both, *people("c", "検査 一", "検査 二", "検査 三", "検査 四")]
    assert len(sent_again(third, [])) == 8


def test_papers_of_two_forms_are_two_pieces_of_work() -> None:
    subsidy = [row("a", 1, "検査 一", form="subsidy")]
    licence = [row("b", 1, "検査 一", form="licence")]
    assert sent_again(licence, subsidy) == {}
    again = [row("c", 1, "検査 一", form="subsidy")]
    assert sent_again(again, subsidy) == {"list:c:1": "list:a:1"}


def test_a_row_without_name_and_number_is_known_by_nothing() -> None:
    blank = [row("b", 1, "", request_id="")]
    assert sent_again(blank, [row("a", 1, "", request_id="")]) == {}


def test_prints_say_nothing_about_anybody() -> None:
    (one,) = people("a", "検査 一")
    assert "検査" not in repr(one)
    assert all(len(text) == 32 for text in one.prints)


@given(st.lists(st.sampled_from("一二三四五六七八九十"), unique=True, min_size=1))
def test_a_list_sent_again_unchanged_is_wholly_known(names: list[str]) -> None:
    assert len(sent_again(people("b", *names), people("a", *names))) == len(names)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), unique=True),
    st.lists(st.tuples(st.sampled_from("xy"), st.integers(1, 6)), unique=True),
)
def test_an_item_stands_for_one_item_of_each_file(
    old: list[tuple[str, int]], new: list[tuple[str, int]]
) -> None:
    earlier = [row(file, number, f"検査 {number}") for file, number in old]
    later = [row(file, number, f"検査 {number}") for file, number in new]
    found = sent_again(later, earlier)
    assert set(found) <= {one.key for one in later}
    for file in "xy":
        taken = [v for k, v in found.items() if k.startswith(f"list:{file}:")]
        assert len(taken) == len(set(taken))


@pytest.mark.parametrize(
    ("key", "file"),
    [
        pytest.param("list:1a2b:14", "list:1a2b", id="row"),
        pytest.param("list:1a2b:2-14", "list:1a2b", id="row of a second sheet"),
        pytest.param("form:1a2b:p3", "form:1a2b", id="page"),
    ],
)
def test_items_of_one_file_share_its_key(key: str, file: str) -> None:
    assert ItemPrints(key, ()).file_key == file
