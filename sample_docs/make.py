"""Makes sample_docs from one seed: `python -m sample_docs.make`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from sample_docs.bad import write_bad
from sample_docs.city import SEED, City, make_city
from sample_docs.designs import write_design
from sample_docs.fonts import FontsMissingError, font_files
from sample_docs.form_2019 import FORM_2019
from sample_docs.form_2026 import FORM_2026
from sample_docs.inbox import FILES
from sample_docs.keys import form_places, write_answers, write_forms
from sample_docs.ledgers import write_ledgers
from sample_docs.request_list import write_request
from sample_docs.scans import write_inbox

HERE = Path(__file__).parent
FORMS = HERE.parent / "configs" / "forms"


def write_data(city: City, out: Path) -> None:
    """Write ledgers, request list and answers: everything that needs no font."""
    write_ledgers(city.people, city.lines, out / "ledgers")
    write_request(city.on_list, out / "request" / "申請者名簿.xlsx")
    places = form_places(city.on_forms)
    write_answers(city.on_list, places, out / "keys" / "answers.csv")


def write_paper(city: City, out: Path, seed: int, tell: Callable[[str], None]) -> None:
    """Write the scans, the key of their pages and the bad files; needs the fonts."""
    keys = write_inbox(city.on_forms, out / "inbox", seed, tell)
    write_forms(keys, out / "keys" / "forms.jsonl")
    write_bad(out)


def main() -> int:
    """Write everything; the arguments say where and from which seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--forms", type=Path, help="folder of definitions and blanks")
    parser.add_argument("--data-only", action="store_true", help="no fonts needed")
    args = parser.parse_args()
    city = make_city(args.seed)
    write_data(city, args.out)
    if args.data_only:
        return 0
    try:
        font_files()
    except FontsMissingError as error:
        print(error, file=sys.stderr)
        return 1
    default = FORMS if args.out == HERE else args.out / "forms"
    for design in (FORM_2026, FORM_2019):
        write_design(design, args.forms or default)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("scans", total=len(FILES))
        write_paper(city, args.out, args.seed, lambda _: progress.advance(task))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
