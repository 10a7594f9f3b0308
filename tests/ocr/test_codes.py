"""Codes that a machine printed, written by the same library's other half."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from ocr.fields.codes import codes_on

KINDS = {
    "QRCode": "YAKUBA:2026:0012345",
    "DataMatrix": "0012345",
    "Code128": "A-0012345",
    "Code39": "0012345",
    "Codabar": "A0012345B",
    "ITF": "00123452",
}


def printed(kind, text):
    """Return a page with one code on it."""
    form = zxingcpp.barcode_format_from_str(kind)
    code = np.array(
        zxingcpp.write_barcode_to_image(
            zxingcpp.create_barcode(text, form), scale=8 if kind == "DataMatrix" else 4
        )
    )
    if code.shape[0] < 60:
        code = np.repeat(code[:1], 80, axis=0)
    page = np.full((700, 1100), 255, np.uint8)
    page[200 : 200 + code.shape[0], 150 : 150 + code.shape[1]] = code
    return page


@pytest.mark.parametrize(("kind", "text"), KINDS.items(), ids=list(KINDS))
@pytest.mark.parametrize("turned", range(4), ids=["0", "90", "180", "270 degrees"])
def test_a_code_reads_as_printed_any_way_round(kind, text, turned):
    page = np.ascontiguousarray(np.rot90(printed(kind, text), turned))
    (code,) = codes_on(cv2.GaussianBlur(page, (0, 0), 0.8))
    assert code.text.strip("ABCD*") == text.strip("ABCD*")


def test_a_code_blotted_out_is_no_code():
    page = printed("QRCode", KINDS["QRCode"])
    page[200:300, 150:240] = 0
    assert codes_on(page) == ()


def test_an_empty_page_has_no_code():
    assert codes_on(np.full((300, 300), 255, np.uint8)) == ()
