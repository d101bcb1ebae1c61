"""What personal data look like, whosever they are.

:data:`LOOKS` are sure enough to be looked for in a whole report, beside its own numbers and words;
:func:`hidden` masks them in what is printed, logged or sent.
:func:`looks_in` is for a text that somebody typed into a cell, where a long number is hardly ever a result.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from csanalysis.privacy.normalising import Normal, normalised
from csanalysis.privacy.people import COMPOUND_SURNAMES, GIVEN, SURNAMES, TITLES

MASK = "•••"
"""What stands in the place of something personal."""

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Chinese stands beside a number without a space, and a full stop may follow it: only a Latin letter, a digit
# or decimals make it part of something else.
_BEFORE, _AFTER = r"(?<![A-Za-z0-9_])(?<!\d\.)", r"(?![A-Za-z0-9_])(?!\.\d)"
LOOKS = {
    "phone": re.compile(
        rf"{_BEFORE}(?:\+?86[- ]?)?1[3-9]\d"
        rf"(?:[- ]?\d{{4}}[- ]?\d{{4}}|\.\d{{4}}\.\d{{4}}|·\d{{4}}·\d{{4}}|_\d{{4}}_\d{{4}}){_AFTER}"
    ),
    "vin": re.compile(r"\b[A-HJ-NPR-Z0-9]{17}\b", re.ASCII),
    "plate": re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][·・ -]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])"),
    "identity_number": re.compile(rf"{_BEFORE}[1-9]\d{{5}}(?:19|20)\d{{9}}[\dXx]{_AFTER}"),
    "card": re.compile(rf"{_BEFORE}[3-6]\d{{15,18}}{_AFTER}"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "chat": re.compile(
        r"(?<![A-Za-z0-9])(?:wxid_\w+|(?:微信|QQ)号?[:： ]{0,2}(?=[A-Za-z_]*\d)[A-Za-z0-9_-]{5,})", re.ASCII
    ),
    "address": re.compile(r"(?:路|街|大道|巷|胡同|小区|花园|家园|新村)\d+(?:号楼?|弄|栋|幢)\d*"),
}
"""By kind; of these a VIN must mix letters and digits, and a card's last digit must check."""


def is_one(kind: str, seen: str) -> bool:
    """Whether what has the look of a kind passes what a pattern cannot say."""
    if kind == "vin":  # seventeen digits or letters alone are an amount or a word
        return not (seen.isdigit() or seen.isalpha())
    return kind != "card" or _checks(seen)


def _checks(number: str) -> bool:
    """The check of card numbers (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


Span = tuple[int, int]


def sure_looks_in(normal: Normal) -> Iterator[tuple[str, Span]]:
    """Kind and place, in the normalised text, of all that has one of the :data:`LOOKS`."""
    for kind, look in LOOKS.items():
        yield from (
            (kind, match.span()) for match in look.finditer(normal.text) if is_one(kind, match.group())
        )


def hidden(text: str, *, leave: Collection[str] = ()) -> str:
    """``text`` with a mask over all that has one of the :data:`LOOKS`, however it is written.

    The kinds in ``leave`` stay.
    """
    normal = normalised(text)
    spans = [normal.written(span) for kind, span in sure_looks_in(normal) if kind not in leave]
    return covered(text, spans) if spans else text


def covered(text: str, spans: Sequence[Span]) -> str:
    """``text`` with one mask over each part, and over parts that touch."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            if start > done or not pieces:
                pieces += [text[done:start], MASK]
            done = end
        else:
            done = max(done, end)
    return "".join([*pieces, text[done:]])


_GAP = r"[ .\-·・_~—–−()]"
_ANY_GAP = r"[ .\-·・_~—–−(),、，/|:*+]"
_DATES = re.compile(
    r"(?<!\d)(?<!\d{6}[ -])(?:19|20)\d\d(?:[-./](?:1[0-2]|0?[1-9])(?:[-./](?:3[01]|[12]\d|0?[1-9]))?"
    r"|(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9]))(?!\d)"
)
_AMOUNTS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,2})?(?![\d,])")
_UNITS = r"(?:号楼|号院|号|栋|幢|座|单元|室|楼|户|弄|组|门|排|#)"
_PLACES = r"(?:路|街|大道|大街|巷|弄|胡同|道|村|屯|庄|小区|花园|公寓|大厦|苑|里|家园|社区|新城|广场|校区)"
_CHATS = (
    r"(?:微信|V信|威信|薇信|VX|WX|WECHAT|WEIXIN|QQ|扣扣|企鹅|抖音|快手|支付宝|钉钉|小红书|微博|飞书"
    r"|TELEGRAM|WHATSAPP|SKYPE|SIGNAL|LINE ID|FACEBOOK|INSTAGRAM|IG|TG)"
)
_SURNAME = f"(?:{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}])"

_NUMBERS = {
    "phone": re.compile(
        rf"(?<!\d)(?:\+?(?:00)?86{_ANY_GAP}{{0,2}})?0?1{_ANY_GAP}{{0,2}}[3-9](?:{_ANY_GAP}{{0,3}}\d){{9}}(?!\d)"
    ),
    "number": re.compile(rf"(?<!\d)\d(?:{_GAP}{{0,2}}\d){{6,}}(?:{_GAP}?X(?![A-Z]))?(?!\d)"),
    "address": re.compile(
        rf"[\u3400-\u9fff0-9A-Z]{{1,12}}{_PLACES}[^,.;，。；\n]{{0,10}}?\d+{_UNITS}(?:[ -]?\d+{_UNITS}?)*"
        rf"|\d+(?:号楼|栋|幢|单元)[ -]?(?:\d+(?:单元|号楼|室|号|户|层|楼)?[ -]?)*|(?<!\d)\d{{3,4}}(?:室|号房)"
        r"|(?<!\d)\d{1,2}-\d{1,2}-\d{3,4}(?!\d)"
    ),
}
"""Looked for where Chinese numerals are digits."""

# What stands behind the word for it: a code with a digit in it.
_CODE = r"(?=[A-Z]*\d)[A-Z0-9]"
_STREETS = "ST|STREET|ROAD|RD|AVE|AVENUE|LANE|LN|DRIVE|DR|COURT|CT|CLOSE|WAY|BLVD|SQUARE"
_WORDS = {
    "vin": (
        r"(?<![A-Z0-9])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{17}(?![A-Z0-9])",
        rf"(?:车架|底盘|VIN|CHASSIS)[^A-Z0-9]{{0,8}}(?:\d位)?[^A-Z0-9]{{0,3}}{_CODE}{{6,17}}",
    ),
    "plate": (
        rf"[{_PROVINCES}]{_GAP}{{0,2}}[A-Z](?:{_GAP}{{0,2}}[A-Z0-9]){{4,6}}[挂学警港澳使领]?(?![A-Z0-9])",
        rf"(?:车牌|牌照|车号|PLATE|REGISTRATION)[^A-Z0-9]{{0,4}}{_CODE}{{5,8}}",
    ),
    "identity_number": (
        r"(?<![A-Z0-9])[A-Z]{1,2}\d{6,9}(?:\(\d\))?(?![A-Z0-9])",
        rf"(?:身份证|证件号?|护照|驾照|驾驶证|PASSPORT|LICENCE|LICENSE)[^A-Z0-9]{{0,5}}{_CODE}{{4,18}}",
        r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)",
        r"(?<![A-Z])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z])",
    ),
    "email": (
        r"[\w.+-]+ ?(?:@|\(AT\)|\[AT\]| AT |#|艾特) ?[\w-]+"
        r"(?: ?(?:\.|点|。|\(DOT\)|\[DOT\]| DOT ) ?[\w-]+)+",
    ),
    "chat": (
        r"WXID_\w+",
        rf"{_CHATS} ?(?:号码?|ID|群|账号)?[^\w\n]{{0,3}}(?:是|为|叫|搜|加|IS)?[^\w\n]{{0,2}}"
        r"(?=[A-Z_.-]*[\d_])[A-Z0-9_.@-]{4,}",
        rf"{_CHATS} ?(?:号码?|ID|账号|[:=])[:= 是为]{{0,3}}[A-Z0-9_.@-]{{4,}}",
        r"(?<![\w.])@[A-Z0-9_.]{3,}",
    ),
    "link": (
        r"(?:HTTPS?://|WWW\.)[^\s,，。]+",
        r"(?<![\w.])[A-Z0-9-]+\.(?:COM|CN|NET|ORG)/[^\s,，。]+",
    ),
    "address": (
        rf"[\u3400-\u9fff]{{1,6}}(?:省|市|区|县|旗|镇|乡|街道|开发区)[\u3400-\u9fff]{{1,8}}?{_PLACES}",
        rf"(?<!\d)\d{{1,5}}[A-Z]? (?:[A-Z][A-Z'’.-]* ){{1,3}}(?:{_STREETS})\b",
        r"(?<![A-Z])(?:APT|FLAT|SUITE|ROOM)\.? ?#?\d+[A-Z]?",
        r"(?<![A-Z])P\.?O\.? BOX \d+",
        r"(?<![A-Z0-9/])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![A-Z0-9])",
    ),
    "name": (
        rf"{_SURNAME}{_GAP}?(?:{'|'.join(TITLES)})",
        r"(?<![A-Z])(?:MR|MRS|MS|MISS|DR|SIR|MADAM)\.? [A-Z][A-Z'’-]+",
        r"(?:姓名|名字|名叫|叫做|联系人|本人|我叫|车主是|车主叫|家属)[:： 是]{0,2}"
        rf"{_SURNAME}[\u3400-\u9fff·]{{1,3}}",
        rf"(?<![\u3400-\u9fff])[老小阿]{_SURNAME}(?=说|要|家|嫌|的|让|叫|来|不|$)",
        rf"我姓{_SURNAME}",
        rf"{_SURNAME}某",
    ),
}
_LOOKED_FOR = {kind: re.compile("|".join(looks)) for kind, looks in _WORDS.items()}
_NAME = re.compile(rf"{_SURNAME}[{GIVEN}]{{1,2}}|[\u3400-\u9fff]{{2,6}}[·•・∙‧][\u3400-\u9fff]{{2,6}}")


def looks_in(normal: Normal) -> Iterator[tuple[str, Span]]:
    """Kind and place, in the normalised text, of all that looks personal in what somebody typed.

    A ``name`` is one by which somebody is called there: 张先生, Mrs Hall, 联系人李建国.
    """
    counted = _blanked(normal.counted)
    for kind, look in _NUMBERS.items():
        yield from ((kind, match.span()) for match in look.finditer(counted))
    for kind, look in _LOOKED_FOR.items():
        yield from ((kind, match.span()) for match in look.finditer(normal.text))


def may_name_somebody(normal: Normal) -> bool:
    """Whether there stands what could be a Chinese name; many a word could, so it is no proof."""
    return _NAME.search(normal.text) is not None


def _blanked(counted: str) -> str:
    """The text without dates and amounts, each letter in its place."""
    for known in (_DATES, _AMOUNTS):
        counted = known.sub(lambda match: "\x00" * len(match.group()), counted)
    return counted
