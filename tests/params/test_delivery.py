"""Where reports go: bad values are refused with their line, and no message repeats what may be a secret."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
"""
EMAIL = {
    "to": "[a@example.com]",
    "from": "Reports <reports@example.com>",
    "attach": "[pdf]",
    "smtp": "{host: smtp.example.com}",
}


def read(tmp_path, text):
    path = tmp_path / "store.yml"
    path.write_text(GOOD + text, encoding="utf-8")
    return read_params(path)


def email(**changes):
    keys = {name: value for name, value in (EMAIL | changes).items() if value is not None}
    return "delivery: {email: {" + ", ".join(f"{name}: {value}" for name, value in keys.items()) + "}}\n"


def webhook(text):
    return f"delivery: {{webhook: {text}}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delivery: {mail: {}}\n", "delivery.mail is not a known key; did you mean email?"),
        ("delivery: me@example.com\n", "delivery must hold the keys email, webhook"),
        (email(too="[]"), "delivery.email.too is not a known key; did you mean to?"),
        (email(frm="x", **{"from": None}), "delivery.email.frm is not a known key; did you mean from?"),
        (email(to="[nobody]"), "delivery.email.to.0 'nobody' is no e-mail address; write"),
        (email(to='["a@example.com, b@example.com"]'), "is no e-mail address"),
        (email(to='["a@example.com\\nBcc: b@example.com"]'), "is no e-mail address"),
        (email(failures_to="[a@]"), "delivery.email.failures_to.0 'a@' is no e-mail address"),
        (email(**{"from": '"Ann\\r\\nX: y <a@example.com>"'}), "is no e-mail address"),
        (email(**{"from": None}), "delivery.email.from must be given"),
        (email(to="[]"), "delivery.email names nobody; give to, failures_to or both"),
        (email(attach="[]"), "gives no report; attach html or pdf, or give the link"),
        (email(attach="[xlsx]"), "delivery.email.attach.0 must be 'html' or 'pdf', not 'xlsx'"),
        (email(attach="[lists]"), "delivery.email.attach would give work lists to all readers"),
        (email(lists_to="[nobody]"), "delivery.email.lists_to.0 'nobody' is no e-mail address"),
        (email(lists_to="{李娜: a@example.com}"), "delivery.email.lists_to should be a valid list"),
        (email(lists_to_owners="{李娜: group chat}"), "delivery.email.lists_to_owners.李娜 'group chat' is no e-mail"),
        (
            email(lists_to="[a@example.com]", smtp="{host: smtp.example.com, security: none}"),
            "delivery.email sends work lists, which name customers, over a connection that anyone",
        ),
        (webhook("{url_env: HOOK, style: wecom, attach: [lists.xlsx]}"), "delivery.webhook cannot send work lists"),
        (webhook("{url_env: HOOK, lists_to: [a@example.com]}"), "delivery.webhook cannot send work lists"),
        (email(link="outputs/"), "delivery.email.link is no web address"),
        (email(link="https://u:hunter22@example.com"), "delivery.email.link holds a user, a query or a '#'"),
        (email(subject='"a\\nb"'), "delivery.email.subject must be one line of text"),
        (email(smtp=None), "delivery.email.smtp must be given"),
        (email(smtp="smtp.example.com"), "delivery.email.smtp must hold the keys host, port, security"),
        (email(smtp="{host: 'http://x'}"), "delivery.email.smtp.host is no host name"),
        (email(smtp="{host: x, port: 0}"), "delivery.email.smtp.port should be greater than or equal to 1, not 0"),
        (email(smtp="{host: x, security: ssl}"), "delivery.email.smtp.security must be 'starttls', 'tls' or 'none'"),
        (webhook("{}"), "delivery.webhook names no address; give url_env, failures_url_env or both"),
        (webhook("{url_env: HOOK, style: teams}"), "delivery.webhook.style must be"),
        (webhook("{url_env: HOOK, secret_env: S}"), "gives a secret, which only styles dingtalk and feishu sign with"),
        (webhook("{url_env: HOOK, link: ftp://x}"), "delivery.webhook.link is no web address"),
        (webhook("{failures_url_env: a b}"), "failures_url_env is no name of an environment variable"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named(tmp_path, text, said):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, text)
    assert any(said in line and ":4: delivery" in line for line in caught.value.problems), caught.value


@pytest.mark.parametrize(
    "text",
    [
        email(smtp="{host: x, password: hunter22}"),
        email(smtp="{host: x, user: hunter22}"),
        email(smtp="hunter22@x"),
        email(smtp="{host: 'u:hunter22@x'}"),
        email(link="https://example.com/?key=hunter22"),
        webhook("https://example.com/hunter22"),
        webhook("{url: 'https://example.com/hunter22'}"),
        webhook("{url_env: 'https://example.com/hunter22'}"),
        webhook("{url_env: H, style: dingtalk, secret: SEChunter22}"),
        webhook("{url_env: H, style: dingtalk, secret_env: 'SEC-hunter22'}"),
    ],
    ids=[
        "password",
        "user",
        "smtp in one",
        "host",
        "link",
        "address",
        "url",
        "url as name",
        "secret",
        "secret as name",
    ],
)
def test_a_secret_in_the_params_is_refused_and_not_repeated(tmp_path, text):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, text)
    assert "hunter22" not in str(caught.value)


def test_everything_may_be_given(tmp_path):
    params = read(
        tmp_path,
        email(
            failures_to="[it@example.com]",
            link="https://reports.example.com/plans/",
            subject='"{store} {year}"',
        )
        + "  \n",
    )
    mail = params.delivery.email
    assert (mail.smtp.security, mail.smtp.port_used) == ("starttls", 587)
    assert mail.link == "https://reports.example.com/plans"
    assert mail.recipients(made=True) == ["a@example.com"] and mail.recipients(made=False) == [
        "it@example.com"
    ]


def test_lists_go_to_nobody_unless_told_and_need_no_readers_of_reports(tmp_path):
    assert not read(tmp_path, email()).delivery.sends_lists
    lists = {"lists_to_owners": "{李娜: lina@example.com}", "to": None, "attach": None}
    assert read(tmp_path, email(**lists)).delivery.sends_lists


def test_failures_go_to_everyone_unless_they_have_a_list(tmp_path):
    mail = read(tmp_path, email()).delivery.email
    assert mail.recipients(made=False) == ["a@example.com"]
    hook = read(tmp_path, webhook("{url_env: A}")).delivery.webhook
    assert hook.variables(made=False) == ("A", None)
    hook = read(tmp_path, webhook("{failures_url_env: B}")).delivery.webhook
    assert hook.variables(made=True) == (None, None) and hook.variables(made=False) == ("B", None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_shows_a_delivery_that_is_valid(tmp_path, language):
    from csanalysis.params import template_text

    text = template_text(language).split("# delivery:")[1].replace("{{", "{").replace("}}", "}")
    lines = [line.removeprefix("#").removeprefix(" ") for line in text.splitlines()]
    shown = read(tmp_path, "delivery:" + "\n".join(lines)).delivery
    assert shown.email.attach == ["pdf"] and shown.webhook.style == "wecom"
