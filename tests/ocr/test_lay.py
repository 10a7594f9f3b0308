"""Which form and version lies on the scan; whatever speaks against it is asked about."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from ocr.empty_sheet import is_empty_sheet
from ocr.errors import ReadingError
from ocr.forms import FieldDefinition, FormDefinition, load_forms
from ocr.lay import find_form, known_form
from ocr.page import Page
from ocr.preprocess import blank_picture, grey_of, to_px

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = load_forms(ROOT / "configs/forms")
DPI = 200.0


def px(mm: float) -> int:
    return to_px(mm, DPI)


def printed(form: FormDefinition) -> np.ndarray:
    """Return the form's blank in colour, as paper."""
    return cv2.cvtColor(blank_picture(form, DPI), cv2.COLOR_GRAY2BGR)


def moved(
    paper: np.ndarray, box_mm: tuple[float, float, float, float], down_mm: float
) -> np.ndarray:
    """Return paper on which one piece of print stands lower."""
    left, top, wide, high = (px(side) for side in box_mm)
    changed = paper.copy()
    piece = paper[top : top + high, left : left + wide].copy()
    changed[top : top + high, left : left + wide] = 255
    changed[top + px(down_mm) :, left : left + wide][:high] = piece
    return changed


def version_of(
    form: FormDefinition, version: str, paper: np.ndarray, folder: Path, **more: object
) -> FormDefinition:
    path = folder / f"{version}.png"
    cv2.imwrite(str(path), cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY))
    changes = {"version": version, "blank": path, "blank_dpi": DPI, **more}
    return form.model_copy(update=changes)


def scanned(paper: np.ndarray, *, skew_deg: float = 1.2, noise: float = 6.0) -> Page:
    """Return paper as a scanner gives it back, a little askew."""
    high, wide = paper.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), skew_deg, 0.985)
    laid = cv2.warpAffine(paper, turn, (wide, high), borderValue=(255, 255, 255))
    grain = np.random.default_rng(5).normal(0, noise, (high, wide, 1))
    picture = np.clip(laid.astype(np.float32) * 0.97 + grain, 0, 255).astype(np.uint8)
    return Page(1, picture, DPI)


def find(page: Page, *forms: FormDefinition):
    known = [known_form(form, form.blank.stat().st_mtime_ns) for form in forms]
    form, position = find_form(page, grey_of(page.picture), known)
    return form.form, position


def asked(page: Page, *forms: FormDefinition) -> str:
    with pytest.raises(ReadingError) as caught:
        find(page, *forms)
    return caught.value.code


CONSENT_MM = (22.0, 218.5, 9.0, 9.0)
"""Around the box to tick on the newer form."""


# --- versions ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def later_paper() -> np.ndarray:
    """The newer form with its box to tick 9 mm lower: what one edit changes."""
    return moved(printed(NEW), CONSENT_MM, 9.0)


@pytest.fixture(scope="module")
def later(tmp_path_factory, later_paper) -> FormDefinition:
    folder = tmp_path_factory.mktemp("later")
    return version_of(NEW, "2027-04", later_paper, folder)


@pytest.mark.slow
@pytest.mark.parametrize("order", [0, 1], ids=["old first", "new first"])
@pytest.mark.parametrize("noise", [4.0, 25.0], ids=["clean", "noisy"])
def test_one_moved_box_tells_two_versions_apart(later, later_paper, order, noise):
    known = (NEW, later, OLD) if order else (OLD, later, NEW)
    for paper, expected in ((printed(NEW), NEW), (later_paper, later)):
        form, position = find(scanned(paper, noise=noise), *known)
        assert (form.form, form.version) == (expected.form, expected.version)
        assert position.residual_mm < 0.1


def test_a_version_that_is_not_registered_is_asked_about(later, later_paper):
    assert asked(scanned(later_paper), OLD, NEW) == "FORM-004"
    assert asked(scanned(printed(NEW)), OLD, later) == "FORM-004"


def test_writing_and_a_seal_over_print_are_no_other_version(later):
    paper = printed(NEW)
    random = np.random.default_rng(2)
    for left, top in random.integers((px(30), px(60)), (px(180), px(230)), (70, 2)):
        end = (
            int(left + random.integers(-40, 40)),
            int(top + random.integers(-40, 40)),
        )
        cv2.line(paper, (int(left), int(top)), end, (90, 40, 30), 4)
    cv2.circle(paper, (px(118), px(82)), px(6), (60, 50, 200), 8)
    cv2.circle(paper, (px(40), px(220)), px(13), (70, 70, 190), 9)
    form, _ = find(scanned(paper), OLD, NEW, later)
    assert form.version == NEW.version


def with_code(paper: np.ndarray, text: str) -> np.ndarray:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = np.array(code.to_image(scale=4))
    bearing = paper.copy()
    high, wide = picture.shape[:2]
    bearing[px(30) : px(30) + high, px(170) : px(170) + wide] = picture[:, :, None]
    return bearing


@pytest.fixture(scope="module")
def twins(tmp_path_factory) -> tuple[FormDefinition, FormDefinition]:
    """Two versions that only a code tells apart."""
    folder = tmp_path_factory.mktemp("twins")
    return tuple(
        version_of(NEW, name, printed(NEW), folder, code_begins=f"SUB-{name}-")
        for name in ("a", "b")
    )


@pytest.mark.parametrize("which", [0, 1])
def test_a_code_decides_where_print_leaves_versions_open(twins, which):
    page = scanned(with_code(printed(NEW), f"SUB-{'ab'[which]}-00017"))
    form, _ = find(page, OLD, *twins)
    assert form.version == "ab"[which]


def test_versions_that_only_a_code_tells_apart_are_asked_about_without_it(twins):
    assert asked(scanned(printed(NEW)), OLD, *twins) == "FORM-004"


def test_a_code_is_not_believed_against_the_print(later, tmp_path):
    other = version_of(OLD, "x", printed(OLD), tmp_path, code_begins="OLD-")
    page = scanned(with_code(printed(NEW), "OLD-1"))
    assert asked(page, other, NEW) == "FORM-004"


# --- position ---------------------------------------------------------------------


@pytest.mark.parametrize("form", [OLD, NEW], ids=lambda form: form.form)
def test_an_empty_form_is_found(form):
    assert find(scanned(printed(form)), OLD, NEW)[0].form == form.form


@pytest.mark.parametrize("form", [OLD, NEW], ids=lambda form: form.form)
def test_a_sheet_that_hangs_over_the_glass_is_asked_about(form):
    paper = printed(form)
    shift = np.float32([[1, 0, px(-75)], [0, 1, 0]])
    high, wide = paper.shape[:2]
    lost = cv2.warpAffine(paper, shift, (wide, high), borderValue=(255, 255, 255))
    assert asked(scanned(lost), OLD, NEW) in ("FORM-002", "FORM-005")


def test_a_margin_that_hangs_over_is_no_loss(later):
    paper = printed(NEW)
    shift = np.float32([[1, 0, px(-14)], [0, 1, 0]])
    high, wide = paper.shape[:2]
    near = cv2.warpAffine(paper, shift, (wide, high), borderValue=(255, 255, 255))
    assert find(scanned(near, skew_deg=0.0), OLD, NEW)[0].form == NEW.form


@pytest.mark.parametrize(
    ("kind", "left_mm", "told"),
    [
        pytest.param("code", 12.0, None, id="margin of a code"),
        pytest.param("code", 2.0, "FORM-005", id="most of a code"),
        pytest.param("digits", 12.0, "FORM-005", id="edge of a number"),
        pytest.param("bars", 12.0, "FORM-005", id="edge of a bar code"),
    ],
)
def test_of_a_code_only_the_middle_must_be_on_the_scan(kind, left_mm, told):
    wide_mm = 30.0 if kind == "bars" else 14.0
    kind = "code" if kind == "bars" else kind
    box = {"id": "slip", "label": "整理番号", "kind": kind}
    slip = FieldDefinition(**box, box_mm=(left_mm, 200.0, wide_mm, 14.0))
    form = NEW.model_copy(update={"fields": (*NEW.fields, slip)})
    paper = printed(NEW)
    shift = np.float32([[1, 0, px(-14)], [0, 1, 0]])
    high, wide = paper.shape[:2]
    near = cv2.warpAffine(paper, shift, (wide, high), borderValue=(255, 255, 255))
    page = scanned(near, skew_deg=0.0)
    if told is None:
        assert find(page, form)[0].form == NEW.form
    else:
        assert asked(page, form) == told


def test_print_that_is_white_along_an_edge_was_cut_off():
    paper = printed(NEW)
    paper[:, px(150) :] = 255
    assert asked(scanned(paper), OLD, NEW) in ("FORM-002", "FORM-005")
    paper = printed(NEW)
    paper[px(212) :] = 255
    assert asked(scanned(paper), OLD, NEW) in ("FORM-002", "FORM-005")


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_a_hand_over_a_corner_is_asked_about(corner):
    paper = printed(NEW)
    high, wide = paper.shape[:2]
    middle = (corner[0] * wide, corner[1] * high)
    axes = (px(70), px(75))
    cv2.ellipse(paper, middle, axes, 0, 0, 360, (110, 140, 190), -1)
    assert asked(scanned(paper), OLD, NEW) in ("FORM-002", "FORM-004", "FORM-005")


@pytest.mark.parametrize("beside", [OLD, NEW], ids=["another form", "the same form"])
def test_two_forms_on_one_scan_are_asked_about(beside):
    both = np.hstack([printed(NEW), printed(beside)])
    assert asked(scanned(both, skew_deg=0.5), OLD, NEW) == "FORM-006"


def test_a_mirrored_fax_is_like_no_form():
    flipped = np.ascontiguousarray(printed(NEW)[::-1])
    assert asked(scanned(flipped), OLD, NEW) == "FORM-001"


def test_a_curled_sheet_is_asked_about():
    page = scanned(printed(NEW))
    high, wide = page.picture.shape[:2]
    down, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    curl = (px(3.0) * (across / wide) ** 3).astype(np.float32)
    bent = cv2.remap(page.picture, across, down + curl, cv2.INTER_LINEAR)
    assert asked(Page(1, bent, DPI), OLD, NEW) == "FORM-002"


@pytest.mark.parametrize("skew_deg", [-10.0, -5.0, 5.0, 10.0])
@pytest.mark.parametrize("form", [OLD, NEW], ids=lambda form: form.form)
def test_strong_skew_is_laid_straight(form, skew_deg):
    found, position = find(scanned(printed(form), skew_deg=skew_deg), OLD, NEW)
    assert found.form == form.form
    assert position.residual_mm < 0.1
    assert position.bend_mm < 0.15


def test_a_wrong_resolution_does_not_hide_the_form():
    page = scanned(printed(NEW))
    wrong = Page(1, page.picture, DPI * 1.41)
    assert find(wrong, OLD, NEW)[0].form == NEW.form


def test_thick_writing_on_a_sparse_form_does_not_hide_it():
    paper = printed(OLD)
    random = np.random.default_rng(8)
    for entry in OLD.fields:
        left, top, wide, high = entry.box_mm
        for step in range(int(wide // 6)):
            for _ in range(5):
                corner = np.array([left + 6 * step, top])
                start, end = corner + random.uniform(0, 1, (2, 2)) * (5, high)
                cv2.line(
                    paper,
                    (px(start[0]), px(start[1])),
                    (px(end[0]), px(end[1])),
                    (20, 20, 20),
                    6,
                )
    assert find(scanned(paper), OLD, NEW)[0].form == OLD.form


# --- empty sheets -----------------------------------------------------------------


def empty(shade: int = 250, noise: float = 3.0) -> np.ndarray:
    grain = np.random.default_rng(4).normal(shade, noise, (2339, 1654))
    return np.clip(grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("shade", "noise"),
    [
        pytest.param(252, 2.0, id="white"),
        pytest.param(205, 5.0, id="recycled"),
        pytest.param(170, 4.0, id="tinted"),
    ],
)
def test_empty_paper_of_any_tint_is_dropped(shade, noise):
    assert is_empty_sheet(empty(shade, noise), DPI)


def test_punched_holes_do_not_make_a_page():
    page = empty()
    for down in (108.5, 188.5):
        cv2.circle(page, (px(12), px(down)), px(3), 40, -1)
    assert is_empty_sheet(page, DPI)


def test_flecks_of_recycled_paper_do_not_make_a_page():
    page = empty(215)
    for left, top in np.random.default_rng(6).integers(80, 1500, (60, 2)):
        cv2.circle(page, (int(left), int(top)), 1, 120, -1)
    assert is_empty_sheet(page, DPI)


@pytest.mark.parametrize(
    ("paper", "grey"), [(250, 70), (250, 150), (250, 190), (215, 70), (215, 150)]
)
def test_one_stroke_of_a_pencil_keeps_the_page(paper, grey):
    page = empty(paper)
    cv2.line(page, (px(100), px(150)), (px(104), px(152)), grey, 4)
    assert not is_empty_sheet(page, DPI)


def test_a_dotted_line_keeps_the_page():
    page = empty()
    for left in range(px(60), px(120), px(1.5)):
        cv2.circle(page, (left, px(140)), 2, 60, -1)
    assert not is_empty_sheet(page, DPI)


def test_a_large_disc_in_the_middle_keeps_the_page():
    page = empty()
    cv2.circle(page, (px(100), px(150)), px(3), 40, -1)
    assert not is_empty_sheet(page, DPI)
