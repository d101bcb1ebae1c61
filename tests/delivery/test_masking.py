import pytest

from csanalysis.delivery.masking import flat, masked, secrets_in


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("row 3: LSVAA49J132047371 sold twice", "row 3: ••• sold twice"),
        ("phone 13812345678, 138-1234-5678", "phone •••, •••"),
        ("鲁N12345, 371402198805123456, 139.1234.5678", "•••, •••, •••"),
        ("postgresql://bob:hunter2@db.example.com/crm", "postgresql://•••@db.example.com/crm"),
        ("refused ann.lee@example.com", "refused a…@example.com"),
        ("out/2026/report.html:12: 4.5 of 20251231", "out/2026/report.html:12: 4.5 of 20251231"),
        ("sha 0123456789abcdef0123456789abcdef", "sha 0123456789abcdef0123456789abcdef"),
        (
            "row 4: lsvaa49j132047371, １３８１２３４５６７８, 12345678901234567",
            "row 4: •••, •••, 12345678901234567",
        ),
        ("first_service_target abcdefghjklmnprst", "first_service_target abcdefghjklmnprst"),
    ],
    ids=["vin", "phones", "numbers", "password", "mailbox", "plain", "digest", "other writing", "words"],
)
def test_what_names_a_person_or_opens_a_door_is_hidden(line, expected):
    assert masked(line) == expected


def test_secrets_and_their_parts_are_hidden():
    url = "https://oapi.example.com/robot/send?access_token=abc123def"
    slack = "https://hooks.example.com/services/T000/B000/XXXXXXXXXXXXXXXX"
    environment = {"A": url, "B": slack, "C": "pa55word", "D": "no"}
    secrets = secrets_in(environment, ["A", "B", "C", "D", "E"])
    said = masked(f"{url} abc123def /XXXXXXXXXXXXXXXX pa55word no", secrets)
    assert said == "••• ••• /••• ••• no"
    assert masked(slack, secrets) == "•••"


def test_text_stays_on_one_line():
    assert flat("a\r\nb\tc\u2028d\x00 e") == "a b c d e"


def test_the_manifest_of_a_report_names_no_recipient(params_of):
    from types import SimpleNamespace

    from csanalysis.report.files.manifest import params_as_used

    mail = {"to": ["ann@example.com"], "from": "r@example.com", "attach": ["pdf"], "smtp": {"host": "x"}}
    kept = params_as_used(SimpleNamespace(params=params_of(delivery={"email": mail})))
    assert "delivery" not in kept and "ann@example.com" not in str(kept) and kept["plan_year"] == 2026
