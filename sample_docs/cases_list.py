"""The applicants of the request list, one case each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sample_docs.cases import (
    NO_CONSENT,
    NOT_FOUND,
    SEVERAL,
    Case,
    Planter,
    answered,
    unanswered,
    written,
)
from sample_docs.vocabulary import ELSEWHERE, FAR_AWAY, FOREIGN

PLAIN = (
    ("柏木　洋介", "カシワギ　ヨウスケ", "男", "完納", "arabic", "灯台前"),
    ("三枝　由紀", "サエグサ　ユキ", "女", "完納_軽自のみ", "hyphen", "本町"),
    ("蛯名　千草", "エビナ　チグサ", "女", "完納_分納誓約済", "wide", "桜浜"),
    ("真壁　孝太郎", "マカベ　コウタロウ", "男", "未納_当年度", "prefecture", "港町"),
    ("小田切　瑠美", "オダギリ　ルミ", "女", "未納_過年度国保", "hyphen", "舟入"),
    ("仁科　光司", "ニシナ　コウジ", "男", "未納_軽自", "ledger", "中央"),
    ("稲葉　より子", "イナバ　ヨリコ", "女", "未納_一部納付", "wide", "北新町"),
    ("榊原　元", "サカキバラ　ハジメ", "男", "未納_分納もあり", "arabic", "南新町"),
    ("大和田　梢", "オオワダ　コズエ", "女", "納期未到来", "hyphen", "鴎台"),
    ("樋口　遼平", "ヒグチ　リョウヘイ", "男", "納期未到来_固定", "ledger", "汐見町"),
    ("立花　まゆみ", "タチバナ　マユミ", "女", "納期未到来_国保", "wide", "本町"),
    ("三宅　貴志", "ミヤケ　タカシ", "男", "反映待ち", "arabic", "中央"),
    ("牧野　小百合", "マキノ　サユリ", "女", "反映待ち_国保のみ", "hyphen", "港町"),
    ("保坂　勇人", "ホサカ　ハヤト", "男", "猶予中_徴収", "prefecture", "舟入"),
    ("辻村　絵里", "ツジムラ　エリ", "女", "猶予中_換価", "wide", "汐見町"),
    ("黒須　伸也", "クロス　シンヤ", "男", "猶予中_反映待ちもあり", "ledger", "鴎台"),
    ("日向　香代", "ヒナタ　カヨ", "女", "分納中", "arabic", "桜浜"),
    ("相馬　道夫", "ソウマ　ミチオ", "男", "分納中_反映待ちもあり", "hyphen", "本町"),
    ("兵頭　弥生", "ヒョウドウ　ヤヨイ", "女", "執行停止中", "wide", "灯台前"),
    ("楠　大吾", "クスノキ　ダイゴ", "男", "執行停止中_猶予もあり", "arabic", "中央"),
    ("芳賀　みのり", "ハガ　ミノリ", "女", "課税なし", "ledger", "北新町"),
)
"""One person each, no rival: name, kana, sex, plan, address style, town."""


def list_cases(planter: Planter) -> list[Case]:
    """Return the cases of the request list in the order of its rows."""
    cases: list[Case] = []
    for name, kana, sex, plan, style, town in PLAIN:
        person = planter.resident(name, kana, plan, sex=sex, town=town)
        title = f"{plan}・住所の書き方 {style}"
        cases.append(answered(title, plan, planter.asks(person, style), person))
    person = planter.resident(
        "郡司　朋美", "グンジ　トモミ", "納期未到来", town="本町", building=True
    )
    for style in ("arabic", "building"):
        asked = planter.asks(person, style)
        cases.append(answered("同じ人が二度申請", "納期未到来", asked, person))
    cases += _variants(planter)
    cases += _numbers(planter)
    cases += _rivals(planter)
    cases += _nobody(planter)
    cases += _corporations(planter)
    planter.town.rng.shuffle(cases)
    return cases


def _variants(planter: Planter) -> list[Case]:
    """Names and addresses written another way but of one person."""
    cases = []
    rows = (
        (
            "髙橋　詠子",
            "タカハシ　エイコ",
            "高橋　詠子",
            "納期未到来",
            "松ヶ丘",
            "kana_ke",
        ),
        (
            "渡邉　俊作",
            "ワタナベ　シュンサク",
            "渡辺　俊作",
            "未納_固定",
            "磯部町",
            "lot",
        ),
        (
            "吉永　和香",
            "ヨシナガ　ワカ",
            "𠮷永　和香",
            "完納",
            "大字西浦字前田",
            "bare",
        ),
        ("山﨑　晋", "ヤマザキ　シン", "山崎　晋", "分納中", "大字東浦字塩田", "lot"),
        (
            "齋藤　実里",
            "サイトウ　ミノリ",
            "斎藤　実里",
            "課税なし",
            "磯部町",
            "hyphen",
        ),
        ("濵口　尚", "ハマグチ　ナオ", "浜口　尚", "反映待ち", "松ヶ丘", "wide"),
    )
    for name, kana, request, plan, town, style in rows:
        person = planter.resident(name, kana, plan, town=town)
        asked = planter.asks(person, style, name=request)
        cases.append(answered("異体字の氏名と住所の書き方違い", plan, asked, person))
    for former, plan in ((ELSEWHERE[0], "納期未到来"), (ELSEWHERE[4], "未納_軽自")):
        name, kana = (
            ("迫田　仁美", "サコダ　ヒトミ")
            if plan == "納期未到来"
            else ("迫田　伊織", "サコダ　イオリ")
        )
        person = planter.resident(name, kana, plan, former=former)
        asked = planter.asks(person, address=former, postal="")
        cases.append(answered("前住所で申請", plan, asked, person))
    for place, plan in ((0, "納期未到来_国保"), (1, "完納_軽自のみ")):
        person = planter.town.foreigner(FOREIGN[place])
        planter.plans[person.addressee_no] = planter.plan(plan)
        asked = planter.asks(person, "hyphen", name=person.common_name)
        if place:
            asked = planter.asks(person, "hyphen", name=person.name.title())
        title = "英字氏名の小文字" if place else "通称名で申請"
        cases.append(answered(title, plan, asked, person))
    return cases


def _numbers(planter: Planter) -> list[Case]:
    """One person with two 宛名番号; the answer is about both."""
    cases = []
    rows = (
        ("名寄せ済みの二つ目の番号に未納", "完納", "未納_固定", True, "未納_固定"),
        (
            "名寄せ済み・どちらも納期未到来",
            "納期未到来",
            "納期未到来_固定",
            True,
            "納期未到来",
        ),
        (
            "名寄せなし・同氏名同生年月日同住所",
            "完納_軽自のみ",
            "未納_当年度",
            False,
            "未納_当年度",
        ),
        ("名寄せなし・二つ目が分納中", "納期未到来", "分納中", False, "分納中"),
    )
    names = (
        ("狩野　美保子", "カノウ　ミホコ"),
        ("百瀬　芳江", "モモセ　ヨシエ"),
        ("城戸　かおる", "キド　カオル"),
        ("帯刀　純", "タテワキ　ジュン"),
    )
    for (name, kana), (title, first, second, linked, plan) in zip(
        names, rows, strict=True
    ):
        person = planter.resident(name, kana, first)
        former = ELSEWHERE[2] if linked else ""
        other = planter.second(person, second, linked=linked, former=former)
        asked = planter.asks(person, "ledger")
        cases.append(answered(title, plan, asked, person, other))
    person = planter.resident("沖田　雅", "オキタ　ミヤビ", "猶予中_徴収")
    asked = planter.asks(person, "hyphen", addressee_no=person.addressee_no)
    cases.append(answered("宛名番号あり", "猶予中_徴収", asked, person))
    return cases


def _rivals(planter: Planter) -> list[Case]:
    """Neighbours, namesakes and twins."""
    cases = []
    person = planter.resident("河合　進一", "カワイ　シンイチ", "納期未到来", sex="男")
    planter.neighbour(person, "未納_当年度")
    cases.append(
        answered(
            "同町同姓同名・全部一致",
            "納期未到来",
            planter.asks(person, "hyphen"),
            person,
        )
    )
    person = planter.resident("笹本　昭子", "ササモト　アキコ", "未納_当年度")
    planter.neighbour(person, "完納")
    asked = planter.asks(person, "hyphen", address=person.address.area.name)
    asked = replace(asked, birth=None)
    cases.append(unanswered("同町同姓同名・生年月日と番地なし", SEVERAL, asked))
    person = planter.resident("水沢　猛", "ミズサワ　タケシ", "完納", sex="男")
    planter.namesake(person, "未納_過年度国保")
    cases.append(
        answered(
            "同姓同名同生年月日が別住所・住所で一致",
            "完納",
            planter.asks(person),
            person,
        )
    )
    person = planter.resident("有働　誠司", "ウドウ　セイジ", "未納_軽自", sex="男")
    asked = planter.asks(person, address=FAR_AWAY[0], postal="")
    cases.append(unanswered("氏名と生年月日は一致・住所が別", SEVERAL, asked))
    person = planter.resident("結城　翔太", "ユウキ　ショウタ", "納期未到来", sex="男")
    planter.twin(person, "結城　翔大", "ユウキ　ショウダイ", "未納_当年度")
    cases.append(
        answered(
            "双子・名で区別できる", "納期未到来", planter.asks(person, "hyphen"), person
        )
    )
    person = planter.resident("入江　優奈", "イリエ　ユウナ", "未納_当年度")
    planter.twin(person, "入江　優菜", "イリエ　ユナ", "完納")
    asked = planter.asks(person, "hyphen", name="入江　優〓", kana="イリエ")
    cases.append(unanswered("双子・名の字が読めない", SEVERAL, asked))
    # A rival within reach is a veto (docs: the evidence table): one letter decides.
    person = planter.resident("若松　悠人", "ワカマツ　ユウト", "完納", sex="男")
    planter.twin(person, "若松　悠斗", "ワカマツ　ユウト", "未納_軽自")
    asked = planter.asks(person, "hyphen")
    cases.append(unanswered("双子・一字違いで読みが同じ", SEVERAL, asked))
    person = planter.resident("谷川　ゆかり", "タニガワ　ユカリ", "完納")
    wrong = dt.date(person.birth.year + 1, 6, 15) if person.birth else None
    asked = replace(planter.asks(person, "hyphen"), birth=wrong)
    cases.append(unanswered("氏名と住所は一致・生年月日が違う", SEVERAL, asked))
    person = planter.resident("氷室　沙也加", "ヒムロ　サヤカ", "納期未到来")
    planter.town.change(person, protected=True)
    cases.append(unanswered("支援措置対象者", SEVERAL, planter.asks(person)))
    return cases


def _nobody(planter: Planter) -> list[Case]:
    """People whom the ledger does not know, and people who do not consent."""
    cases = []
    for name, kana, place in (
        ("榎並　宗一", "エナミ　ソウイチ", 1),
        ("雲井　たまき", "クモイ　タマキ", 2),
    ):
        asked = planter.stranger(name, kana, FAR_AWAY[place], "")
        cases.append(unanswered("台帳にない人", NOT_FOUND, asked))
    for name, kana, plan in (
        ("筒井　和真", "ツツイ　カズマ", "未納_当年度"),
        ("長瀬　美里", "ナガセ　ミサト", "納期未到来"),
    ):
        person = planter.resident(name, kana, plan)
        asked = replace(planter.asks(person, "hyphen"), consent=False)
        cases.append(unanswered("同意なし", NO_CONSENT, asked))
    return cases


def _corporations(planter: Planter) -> list[Case]:
    """Two corporations, one by its number and one by name and address."""
    first = planter.town.company(0)
    planter.plans[first.addressee_no] = planter.plan("納期未到来_固定")
    asked = planter.asks(
        first,
        "hyphen",
        name="（株）汐見保育サービス",
        corporate_number=first.corporate_number,
    )
    second = planter.town.company(1)
    planter.plans[second.addressee_no] = planter.plan("完納_固定")
    other = planter.asks(second, "ledger", address=written(second.address, "ledger"))
    for index in range(2, 12):
        planter.town.company(index)
    return [
        answered("法人・法人番号で一致", "納期未到来", asked, first),
        answered("法人・名称と所在地で一致", "完納", other, second),
    ]
