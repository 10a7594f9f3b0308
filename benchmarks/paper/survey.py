"""アンケート: tick boxes, several answers, a code on each sheet, and a second sheet."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import OPINIONS, Case
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft
from benchmarks.paper.entries import Entry, chosen, plain
from ocr.model import ErrorClass, FieldKind

STATISTICS = ErrorClass.STATISTICS
AGES = ("18～29歳", "30～39歳", "40～49歳", "50～59歳", "60～69歳", "70歳以上")
WORDS = ("とても良い", "良い", "普通", "悪い", "とても悪い")
USES = (
    "図書館",
    "公民館",
    "体育館",
    "プール",
    "公園",
    "子育て支援センター",
    "どれも使わない",
)
MEDIA = ("広報紙", "ホームページ", "防災無線", "回覧板", "SNS", "家族・知人", "その他")
WANTS = (
    "子育て支援",
    "高齢者福祉",
    "道路・交通",
    "防災",
    "産業・雇用",
    "教育",
    "環境",
    "窓口の改善",
)


def _sheet(d: Draft, page: int) -> None:
    d.text(14, 16, "みなと市の暮らしについてのアンケート", 5.4, "sans_bold")
    d.text(
        14, 23, "回答は統計だけに使います。お名前を書く必要はありません。", 3, "sans"
    )
    d.text(196, 291, f"{page}／２ページ", 3, "sans", "r")
    d.field(
        "code",
        "整理番号",
        FieldKind.CODE,
        (172, 8, 22, 22),
        required=True,
        error_class=STATISTICS,
    )
    d.line(14, 32, 196, 32, 0.8)


def _question(d: Draft, top: float, text: str) -> None:
    d.rect((14, top - 3, 9, 6), width=0, fill=0)
    number, rest = text.split(" ", 1)
    d.text(18.5, top, number, 3.4, "sans_bold", "c", 255)
    d.text(26, top, rest, 3.5, "sans")


def draw_front(d: Draft) -> None:
    """Print the first sheet."""
    _sheet(d, 1)
    _question(d, 40, "問1 あなたの年齢は（✓は一つ）")
    spots = [
        (28 + (n % 3) * 52.0, 48.0 + n // 3 * 8, word) for n, word in enumerate(AGES)
    ]
    d.ticks("age", "年齢", spots, face="sans", several=False, error_class=STATISTICS)
    _question(d, 68, "問2 みなと市の住みやすさは（番号の語を○で囲む）")
    d.words(
        "living",
        "住みやすさ",
        (30, 77),
        WORDS,
        size=3.8,
        gap=9,
        between="",
        face="sans",
        error_class=STATISTICS,
    )
    _question(d, 90, "問3 この一年に使った施設は（✓はいくつでも）")
    spots = [
        (28 + (n % 3) * 52.0, 98.0 + n // 3 * 8, word) for n, word in enumerate(USES)
    ]
    d.ticks("uses", "施設", spots, face="sans", error_class=STATISTICS)
    _question(d, 127, "問4 世帯の人数と、市に住んでいる年数")
    d.text(28, 137, "世帯", 3.6, "sans")
    d.cells(
        "heads", "人数", FieldKind.DIGITS, (40, 132.5, 18, 9), 2, error_class=STATISTICS
    )
    d.text(60, 137, "人", 3.6, "sans")
    d.text(84, 137, "居住", 3.6, "sans")
    d.cells(
        "years", "年数", FieldKind.DIGITS, (96, 132.5, 18, 9), 2, error_class=STATISTICS
    )
    d.text(116, 137, "年", 3.6, "sans")
    _question(d, 152, "問5 市の情報を何で知りますか（✓はいくつでも）")
    spots = [
        (28 + (n % 3) * 52.0, 160.0 + n // 3 * 8, word) for n, word in enumerate(MEDIA)
    ]
    d.ticks("media", "情報", spots, face="sans", error_class=STATISTICS)
    d.text(34, 186, "その他の内容", 3, "sans")
    d.field(
        "media_other",
        "その他の内容",
        FieldKind.TEXT,
        (58, 181.5, 100, 8),
        error_class=STATISTICS,
    )
    d.line(56, 190.4, 160, 190.4, 0.15)
    _question(d, 202, "問6 お住まいの地区の郵便番号")
    d.cells(
        "postal",
        "郵便番号",
        FieldKind.POSTAL,
        (28, 208, 63, 9),
        7,
        error_class=STATISTICS,
    )
    _question(d, 230, "問7 窓口の対応は（○で囲む）")
    d.words(
        "counter",
        "窓口の対応",
        (30, 239),
        ("満足", "やや満足", "やや不満", "不満"),
        size=3.8,
        gap=12,
        between="・",
        face="sans",
        error_class=STATISTICS,
    )
    d.text(105, 270, "裏面（２枚目）に続きます。", 3.6, "sans_bold", "c")


def draw_back(d: Draft) -> None:
    """Print the second sheet."""
    _sheet(d, 2)
    _question(d, 40, "問8 力を入れてほしいこと（✓は三つまで）")
    spots = [
        (28 + (n % 2) * 80.0, 49.0 + n // 2 * 8, word) for n, word in enumerate(WANTS)
    ]
    d.ticks("wants", "力を入れること", spots, face="sans", error_class=STATISTICS)
    _question(d, 92, "問9 市へのご意見")
    d.rect((26, 98, 166, 48), 0.4)
    for line in range(1, 4):
        d.dotted(28, 98 + line * 12, 190, 98 + line * 12, 1.3)
    d.field(
        "opinion",
        "意見",
        FieldKind.TEXT,
        (27, 98.5, 164, 47),
        lines=4,
        error_class=STATISTICS,
    )
    _question(d, 158, "問10 回答した日と時刻")
    d.date(
        "day", "回答日", (28, 163, 66, 9), size=3.6, face="sans", error_class=STATISTICS
    )
    d.cells(
        "hour", "時", FieldKind.DIGITS, (102, 163, 16, 9), 2, error_class=STATISTICS
    )
    d.text(120, 167.5, "時ごろ", 3.6, "sans")
    _question(d, 184, "問11 これからも調査に協力しますか")
    d.words(
        "again",
        "協力",
        (32, 193),
        ("はい", "いいえ"),
        size=4,
        gap=14,
        between="／",
        face="sans",
        error_class=STATISTICS,
    )
    d.text(
        105,
        240,
        "ご協力ありがとうございました。同封の封筒で十一月三十日までにお送りください。",
        3.4,
        "sans",
        "c",
    )


def _code(case: Case) -> Entry:
    text = f"MINATO-LIFE:{2026_0000 + case.number:08d}"
    return Entry(text, text)


def fill_front(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a resident answers on the first sheet."""
    media = [word for word in MEDIA if rng.random() < 0.35]
    entries = {
        "code": _code(case),
        "age": chosen(rng.choice(AGES)),
        "living": chosen(rng.choice(WORDS)),
        "uses": chosen(*[word for word in USES if rng.random() < 0.3]),
        "heads": plain(f"{len(case.people):02d}"),
        "years": plain(f"{rng.randint(1, 70):02d}"),
        "media": chosen(*media),
        "postal": plain(case.head.address.area.postal),
        "counter": chosen(rng.choice(("満足", "やや満足", "やや不満", "不満"))),
    }
    if "その他" in media:
        entries["media_other"] = plain(
            rng.choice(("地元の新聞", "ラジオ", "職場の掲示板"))
        )
    return entries


def fill_back(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a resident answers on the second sheet."""
    wants = set(rng.sample(WANTS, rng.randint(1, 3)))
    last = rng.randint(1, 19)
    entries = {
        "code": _code(case),
        "wants": chosen(*[word for word in WANTS if word in wants]),
        "day": Entry(
            f"令和8年11月{last}日", f"2026-11-{last:02d}", ("令和8", "11", str(last))
        ),
        "hour": plain(f"{rng.randint(7, 22):02d}"),
        "again": chosen(rng.choice(("はい", "いいえ"))),
    }
    if rng.random() < 0.8:
        entries["opinion"] = plain(rng.choice(OPINIONS))
    return entries


SURVEY = Design(
    form="survey",
    title="暮らしのアンケート",
    version="2026-11",
    page_mm=(210.0, 297.0),
    draw=draw_front,
    fill=fill_front,
    bound_by="code",
)
SURVEY_BACK = Design(
    form="survey_back",
    title="暮らしのアンケート（2枚目）",
    version="2026-11",
    page_mm=(210.0, 297.0),
    draw=draw_back,
    fill=fill_back,
    continues="survey",
    bound_by="code",
)
