"""The applicants who filed a paper form, one case each, in the order of the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sample_docs.cases import (
    NO_CONSENT,
    NOT_FOUND,
    SEVERAL,
    Case,
    Planter,
    answered,
    unanswered,
)
from sample_docs.vocabulary import ELSEWHERE, FAR_AWAY

BASES = (30_000, 50_000, 60_000, 80_000, 120_000)
EXTRAS = (5_000, 10_000, 15_000, 20_000, 0)


@dataclass(frozen=True, slots=True)
class FormCase:
    """A case and the other things that its applicant wrote on the form."""

    case: Case
    base_yen: int
    extra_yen: int
    amount_yen: int
    """As written: base and extra together, except where the case says otherwise."""
    account: str
    holder: str
    """口座名義 in katakana."""


PLAIN = (
    ("大河内　弘樹", "オオコウチ　ヒロキ", "男", "納期未到来", "arabic", "灯台前"),
    ("日野　佳奈", "ヒノ　カナ", "女", "完納", "hyphen", "本町"),
    ("宇佐美　亮介", "ウサミ　リョウスケ", "男", "未納_当年度", "arabic", "汐見町"),
    ("野々村　千夏", "ノノムラ　チナツ", "女", "課税なし", "hyphen", "桜浜"),
    ("小笠原　徹", "オガサワラ　トオル", "男", "反映待ち", "arabic", "港町"),
    ("堀内　真央", "ホリウチ　マオ", "女", "分納中", "hyphen", "中央"),
    ("田島　賢治", "タジマ　ケンジ", "男", "猶予中_徴収", "arabic", "鴎台"),
    ("古賀　明日香", "コガ　アスカ", "女", "執行停止中", "hyphen", "舟入"),
    ("平田　伸一", "ヒラタ　シンイチ", "男", "納期未到来_国保", "arabic", "北新町"),
    ("西川　瑞穂", "ニシカワ　ミズホ", "女", "未納_過年度国保", "hyphen", "南新町"),
    ("関根　大地", "セキネ　ダイチ", "男", "完納_軽自のみ", "arabic", "本町"),
    ("浅野　友美", "アサノ　トモミ", "女", "納期未到来_固定", "hyphen", "汐見町"),
    ("片山　孝", "カタヤマ　タカシ", "男", "反映待ち_国保のみ", "arabic", "中央"),
    ("桑原　奈緒", "クワバラ　ナオ", "女", "納期未到来", "hyphen", "松ヶ丘"),
    ("白石　隼人", "シライシ　ハヤト", "男", "未納_軽自", "arabic", "桜浜"),
    ("村田　里佳", "ムラタ　リカ", "女", "完納", "hyphen", "灯台前"),
)
"""One person each, no rival: name, kana, sex, plan, address style, town."""


def form_cases(planter: Planter) -> list[FormCase]:
    """Return the cases of the scanned forms; a page refers to one by its place."""
    cases: list[Case] = []
    for name, kana, sex, plan, style, town in PLAIN:
        person = planter.resident(name, kana, plan, sex=sex, town=town)
        asked = planter.asks(person, style)
        cases.append(answered(f"様式・{plan}", plan, asked, person))
    cases += _special(planter)
    return [_amounts(planter, case) for case in cases]


def _special(planter: Planter) -> list[Case]:
    """Variants, two numbers, rivals and strangers, in this order."""
    cases = []
    for name, kana, request, plan in (
        ("髙木　遥香", "タカギ　ハルカ", "高木　遥香", "納期未到来"),
        ("渡邊　克己", "ワタナベ　カツミ", "渡辺　克己", "完納"),
        ("浜﨑　健吾", "ハマサキ　ケンゴ", "浜崎　健吾", "未納_固定"),
    ):
        person = planter.resident(name, kana, plan, town="鴎台")
        asked = planter.asks(person, "hyphen", name=request)
        cases.append(answered("様式・異体字", plan, asked, person))
    person = planter.resident("川上　翼", "カワカミ　ツバサ", "完納", town="本町")
    other = planter.second(person, "未納_固定", linked=True, former=ELSEWHERE[3])
    asked = planter.asks(person, "arabic")
    cases.append(
        answered("様式・二つ目の番号に未納", "未納_固定", asked, person, other)
    )
    person = planter.resident("永田　綾", "ナガタ　アヤ", "納期未到来", town="中央")
    other = planter.second(person, "完納_固定", linked=False)
    asked = planter.asks(person, "hyphen")
    cases.append(
        answered("様式・名寄せなしの二番号", "納期未到来", asked, person, other)
    )
    person = planter.resident("根本　剛士", "ネモト　ツヨシ", "完納", town="港町")
    planter.namesake(person, "未納_当年度")
    asked = planter.asks(person, "arabic")
    cases.append(answered("様式・同姓同名同生年月日が別住所", "完納", asked, person))
    person = planter.resident("矢島　久恵", "ヤジマ　ヒサエ", "未納_当年度")
    asked = planter.asks(person, address=FAR_AWAY[3], postal="7480092")
    cases.append(unanswered("様式・氏名と生年月日は一致・住所が別", SEVERAL, asked))
    person = planter.resident(
        "星　陽斗", "ホシ　ハルト", "納期未到来", sex="男", town="舟入"
    )
    planter.twin(person, "星　光希", "ホシ　コウキ", "未納_当年度")
    asked = planter.asks(person, "hyphen")
    cases.append(answered("様式・双子・名で区別できる", "納期未到来", asked, person))
    asked = planter.stranger("鳴海　蒼太", "ナルミ　ソウタ", FAR_AWAY[4], "7480093")
    cases.append(unanswered("様式・台帳にない人", NOT_FOUND, asked))
    person = planter.resident("増田　健", "マスダ　ケン", "未納_当年度", town="桜浜")
    asked = replace(planter.asks(person, "arabic"), consent=False)
    cases.append(unanswered("様式・同意なし", NO_CONSENT, asked))
    former = ELSEWHERE[1]
    person = planter.resident("須藤　美和", "スドウ　ミワ", "納期未到来", former=former)
    asked = planter.asks(person, address=former, postal="7480091")
    cases.append(answered("様式・前住所で申請", "納期未到来", asked, person))
    for name, kana, plan, title in (
        ("奥田　恭子", "オクダ　キョウコ", "完納", "様式・氏名を訂正"),
        ("菅野　大樹", "カンノ　ダイキ", "猶予中_換価", "様式・金額が空"),
        ("今村　礼奈", "イマムラ　レナ", "納期未到来", "様式・合計が合わない"),
    ):
        person = planter.resident(name, kana, plan, town="松ヶ丘")
        cases.append(answered(title, plan, planter.asks(person, "kana_ke"), person))
    return cases


def _amounts(planter: Planter, case: Case) -> FormCase:
    rng = planter.town.rng
    base, extra = rng.choice(BASES), rng.choice(EXTRAS)
    total = base + extra
    if case.title == "様式・合計が合わない":
        extra, total = 10_000, base + 1_000
    account = f"{rng.randrange(1, 9_999_999):07d}"
    return FormCase(case, base, extra, total, account, case.asked.kana)
