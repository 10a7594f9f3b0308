"""Settings: all faults at once, each with file, line and key."""

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pydantic
import pytest
import yaml

from tasks.domain.errors import SettingsError
from tasks.domain.office.review_settings import SignInRules
from tasks.domain.office.settings import Baseline, Schedule
from tasks.edges.config_files import MODELS, load_settings

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in MODELS:
        if (CONFIGS / name).exists():
            shutil.copy(CONFIGS / name, tmp_path / name)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is in {file.name} {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError, match="SETTINGS-001") as caught:
        load_settings(folder)
    return caught.value.faults


def test_the_settings_of_minato_load() -> None:
    settings = load_settings(CONFIGS)
    assert settings.municipality.city == "みなと市"
    assert settings.delinquency.charge_rates[2026] == (Decimal("2.8"), Decimal("9.1"))
    assert set(settings.delinquency.charge_rates) == set(range(2014, 2027))
    (flagship,) = settings.savings.baselines
    assert (flagship.job, flagship.samples) == ("tax_delinquency", 40)
    assert flagship.measured_on == dt.date(2026, 4, 10)
    assert settings.savings.yen_per_hour == 2643
    assert [(one.flow, one.cron) for one in settings.schedules] == [
        ("tax_delinquency", "0 2 * * 1-5"),
        ("tax_delinquency", None),
        ("savings_report", "0 6 1 * *"),
        ("expired_records", "0 5 2 4 *"),
    ]


def test_settings_are_frozen() -> None:
    settings = load_settings(CONFIGS)
    with pytest.raises(AttributeError):
        settings.schedules = ()  # type: ignore[misc]
    with pytest.raises(pydantic.ValidationError):
        settings.municipality.city = "x"


def test_columns_may_be_absent(folder: Path) -> None:
    (folder / "columns.yaml").unlink(missing_ok=True)
    assert load_settings(folder).columns.encodings == {}


def test_columns_are_read_when_there(folder: Path) -> None:
    (folder / "columns.yaml").write_text(
        'persons: {name: [宛名氏名]}\nencodings: {"*.csv": cp932}\n', encoding="utf-8"
    )
    assert load_settings(folder).columns.persons == {"name": ("宛名氏名",)}


def test_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    change(folder / "municipality.yaml", "keep_years: 5", "keep_years: five")
    change(folder / "delinquency.yaml", "lag_days: 21", "lag_dais: 21")
    change(folder / "baselines.yaml", "samples: 40", "samples: -1")
    (folder / "acceptance.yaml").unlink()
    found = faults(folder)
    assert found == (
        "municipality.yaml 23行 keep_years: 整数で書きます",
        "acceptance.yaml: ファイルがありません",
        "delinquency.yaml 12行 lag_dais: 知らない項目です。"
        "lag_days の書き間違いではありませんか",
        "baselines.yaml 19行 baselines.1番目.samples: 0以上の数で書きます",
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        pytest.param(
            "municipality.yaml",
            "city: みなと市",
            "",
            "municipality.yaml city: 必要な項目がありません",
            id="missing key",
        ),
        pytest.param(
            "municipality.yaml",
            "time_zone: Asia/Tokyo",
            "time_zone: Tokyo",
            "time_zone: 時間帯の名前ではありません",
            id="time zone",
        ),
        pytest.param(
            "municipality.yaml",
            "keep_years: 5",
            "keep_years: 5\nkeep_years: 6",
            "keep_years: 同じ項目が二度書かれています",
            id="a key twice",
        ),
        pytest.param(
            "municipality.yaml",
            "city: みなと市",
            'city: "みなと市',
            "YAMLの書き方が正しくありません",
            id="open quote",
        ),
        pytest.param(
            "acceptance.yaml",
            "  strict: 2\n",
            "  strikt: 2\n",
            "proofs_needed.strikt: 決められた値のどれかを書きます",
            id="unknown class",
        ),
        pytest.param(
            "acceptance.yaml",
            "  strict: 2\n",
            "",
            "strict・ordinary・statistics の三つ",
            id="a class left out",
        ),
        pytest.param(
            "acceptance.yaml",
            "blind_sample_share: 0.02",
            "blind_sample_share: 2",
            "blind_sample_share: 1以下の数で書きます",
            id="percent for a share",
        ),
        pytest.param(
            "delinquency.yaml",
            "2026: [2.8, 9.1]",
            "2026: [28, 9.1]",
            "charge_rates: 年は西暦、割合は0～20％",
            id="a rate ten times too high",
        ),
        pytest.param(
            "delinquency.yaml",
            "2026: [2.8, 9.1]",
            "令和8: [2.8, 9.1]",
            "charge_rates.令和8: 整数で書きます",
            id="a year of an era",
        ),
        pytest.param(
            "delinquency.yaml",
            "2026: [2.8, 9.1]",
            "2026: [2.8]",
            "charge_rates.2026.2番目: 必要な項目がありません",
            id="one rate only",
        ),
        pytest.param(
            "delinquency.yaml",
            "consent_required: true",
            "consent_required: はい",
            "consent_required: true か false で書きます",
            id="yes in Japanese",
        ),
        pytest.param(
            "delinquency.yaml",
            "charge_first_months: 1",
            "charge_first_months: 2",
            "charge_first_months: 決められた値のどれかを書きます（1 か 3）",
            id="two months",
        ),
        pytest.param(
            "baselines.yaml",
            "measured_on: 2026-04-10",
            "measured_on: 令和8年4月10日",
            "baselines.1番目.measured_on: 日付を 2026-04-01 の形で書きます",
            id="a date of an era",
        ),
        pytest.param(
            "baselines.yaml",
            "minutes_per_item: 6.0",
            "minutes_per_itm: 6.0",
            "minutes_per_item の書き間違いではありませんか",
            id="a mistyped key inside a list",
        ),
        pytest.param(
            "schedules.yaml",
            'cron: "0 2 * * 1-5"',
            'cron: "2:00"',
            "cron: 分 時 日 月 曜日 の五つ",
            id="cron",
        ),
        pytest.param(
            "schedules.yaml",
            "deployment: tax-delinquency\n",
            "deployment: tax-delinquency-nightly\n",
            "同じ名前が二つあります: tax-delinquency-nightly",
            id="a name twice",
        ),
    ],
)
def test_a_fault_is_told_in_japanese_with_its_key(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    change(folder / file, old, new)
    assert any(says in fault for fault in faults(folder)), faults(folder)
    assert all(fault.startswith(file) for fault in faults(folder))


def test_a_file_in_another_encoding_is_told(folder: Path) -> None:
    text = (folder / "municipality.yaml").read_text(encoding="utf-8")
    (folder / "municipality.yaml").write_bytes(text.encode("cp932"))
    assert faults(folder) == (
        "municipality.yaml: 文字コードを UTF-8 にして保存してください",
    )


def test_a_byte_order_mark_of_notepad_does_no_harm(folder: Path) -> None:
    file = folder / "municipality.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_settings(folder).municipality.city == "みなと市"


def test_an_empty_file_names_what_is_missing(folder: Path) -> None:
    (folder / "municipality.yaml").write_text("")
    assert len(faults(folder)) == 4


def test_a_list_where_keys_belong_is_told(folder: Path) -> None:
    (folder / "municipality.yaml").write_text("- a\n- b\n")
    assert faults(folder) == ("municipality.yaml 全体: 「名前: 値」の形で書きます",)


def test_two_baselines_of_one_day_are_a_fault(folder: Path) -> None:
    file = folder / "baselines.yaml"
    values = yaml.safe_load(file.read_text(encoding="utf-8"))
    values["baselines"] *= 2
    file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    assert "同じ valid_from の基準が二つあります" in faults(folder)[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("address: http://kakunin.lg.jp", "https://名前 の形", id="no TLS"),
        pytest.param("address: https://a.lg.jp/x", "https://名前 の形", id="path"),
        pytest.param("address: https://u@a.lg.jp", "https://名前 の形", id="user"),
        pytest.param("proxies: [proxy]", "proxy はIPアドレスでは", id="no address"),
        pytest.param("proxies: [10.0.0.1]", "address も書きます", id="proxy alone"),
        pytest.param("sign_in: {password_characters: 8}", "12以上", id="short"),
    ],
)
def test_a_review_page_that_would_not_be_safe_is_a_fault(
    folder: Path, text: str, says: str
) -> None:
    (folder / "review.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(folder)
    assert fault.startswith("review.yaml")
    assert says in fault


def keys_of_every_model() -> list[tuple[str, str]]:
    models = {
        **MODELS,
        "baselines.yaml (job)": Baseline,
        "schedules.yaml (one)": Schedule,
        "review.yaml (sign_in)": SignInRules,
    }
    return [(file, key) for file, model in models.items() for key in model.model_fields]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        pytest.param(file, key, id=f"{file} {key}")
        for file, key in keys_of_every_model()
    ],
)
def test_every_key_is_explained_in_the_readme(file: str, key: str) -> None:
    readme = (CONFIGS / "README.md").read_text(encoding="utf-8")
    chapter = readme.split(f"## {file.split()[0]}\n")[1].split("\n## ")[0]
    assert f"| `{key}` |" in chapter


@pytest.mark.parametrize("name", [name for name in MODELS if (CONFIGS / name).exists()])
def test_every_key_in_a_file_has_a_comment_above_it(name: str) -> None:
    lines = (CONFIGS / name).read_text(encoding="utf-8").splitlines()
    seen: set[str] = set()
    for number, text in enumerate(lines):
        key, colon, _ = text.strip().removeprefix("- ").partition(":")
        if text.startswith("#") or not colon or key in seen or not key.isidentifier():
            continue
        seen.add(key)
        above = lines[number - 1].strip()
        assert above.startswith("#") or above in seen_headings(lines), f"{name}: {key}"


def seen_headings(lines: list[str]) -> set[str]:
    """Keys that only hold others are explained by the comment of the first of them."""
    return {line.strip() for line in lines if line.strip().endswith(":")}
