"""Makes sample_docs from one seed: `python -m sample_docs.make`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_docs.city import SEED, City, make_city
from sample_docs.keys import write_answers
from sample_docs.ledgers import write_ledgers
from sample_docs.request_list import write_request

HERE = Path(__file__).parent


def write_data(city: City, out: Path) -> None:
    """Write ledgers, request list and answers: everything that needs no font."""
    write_ledgers(city.people, city.lines, out / "ledgers")
    write_request(city.on_list, out / "request" / "申請者名簿.xlsx")
    write_answers(city.on_list, [], out / "keys" / "answers.csv")


def main() -> None:
    """Write everything; the arguments say where and from which seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=HERE)
    args = parser.parse_args()
    write_data(make_city(args.seed), args.out)


if __name__ == "__main__":
    main()
