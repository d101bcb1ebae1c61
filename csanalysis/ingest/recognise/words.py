"""Which word of a closed vocabulary a store's own word is likely to be, by what it contains."""

import re
from dataclasses import dataclass

from csanalysis.ingest.words import known_words
from csanalysis.schema import Column, folded

_SAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "service_type": (
        (
            "first_service",
            r"首保|首次保养|首次免费|强保|1stservice|firstservice|firstfree|freeservice|initialservice",
        ),
        ("warranty", r"索赔|三包|质保|保修|召回|warranty|recall|goodwill|campaignrepair"),
        ("accident", r"事故|钣|喷漆|喷涂|油漆|保险|碰撞|body|collision|paint|accident|insurance|panel"),
        (
            "scheduled_service",
            r"保养|养护|换机油|maint|service|oil|lof|lube|inspection(?!fee)|\d+k(?:m|mi)?$|年检前检查",
        ),
        (
            "repair",
            r"维修|修理|小修|大修|中修|检修|机电|电气|故障|repair|mechanical|diag|brake|engine|electrical|tire|tyre",
        ),
        ("other", r"^其[他它]|^other|misc"),
    ),
    "source": (
        ("oem", r"厂|主机|oem|manufactur|brand|factory|national"),
        ("internal", r"本店|内部|自|店内|internal|dealer|own|inhouse|store"),
    ),
    "grade": (
        ("A", r"^a|[紧急]急|urgent|red|立即"),
        ("B", r"^b|yellow|amber|soon|近期"),
        ("C", r"^c|green|later|建议"),
    ),
    "outcome": (
        (
            "declined",
            r"拒|不同意|不做|未做|未同意|放弃|declin|reject|refus|deferred|notapproved|notnow|nothanks",
        ),
        ("accepted", r"同意|接受|已做|成功|完成|accept|approv|sold|done|authori[sz]ed"),
    ),
    "purpose": (
        ("first_service", r"首保|firstservice|1stservice"),
        ("win_back", r"流失|召回客户|winback|lost|lapsed|inactive"),
        ("maintenance", r"保养|定保|到期提醒|maint|servicedue|servicereminder|service(?!follow)"),
        ("insurance", r"续保|保险|insur"),
        ("campaign", r"活动|campaign|event|promo"),
        ("post_sale", r"售车|新车|销售回访|交车后|postsale|afterdelivery|salesfollow|newcar"),
        ("post_service", r"售后回访|维修回访|服务回访|三日回访|postservice|servicefollow|afterservice"),
        ("lead", r"潜客|线索|战败|lead|prospect|enquiry"),
    ),
    "status": (
        ("defeated", r"战败|失败|流失|lost|dead|defeat|closedlost"),
        ("won", r"成交|订车|交车|won|sold|closedwon|delivered"),
        ("open", r"跟进|在跟|未成交|意向|新建|open|active|working|new|progress|pending"),
    ),
    "customer_type": (
        (
            "company",
            r"公司|单位|企业|公户|集团|大客户|政府|租赁|compan|corporat|business|fleet|organi[sz]|ltd",
        ),
        ("person", r"个人|私|自然人|person|privat|individual|retail"),
    ),
    "fuel": (
        ("plug_in_hybrid", r"插|增程|phev|erev|plug"),
        ("petrol", r"油|轻混|petrol|gasoline|^gas$|hev|hybrid"),
        ("electric", r"纯电|电动|^b?ev|electric|battery"),
    ),
    "policy": (
        ("warranty", r"质保|三包|保修|延保|warranty"),
        ("package", r"套餐|保养|package|serviceplan|maint"),
        ("insurance", r"险|insur"),
    ),
    "severity": (
        ("major", r"重|严重|major|high|serious|critical"),
        ("minor", r"一般|普通|轻|minor|low|medium"),
    ),
}
_PATTERNS = {
    vocabulary: [(meant, re.compile(pattern)) for meant, pattern in rules]
    for vocabulary, rules in _SAYS.items()
}
_OVERALL = re.compile(r"总体|总分|合计|总计|总评|总得分|综合得分|overall|total")
_NOT_COUNTED = re.compile(
    r"作废|取消|红冲|冲红|冲销|撤销|已删除|测试|pdi|交车前检|新车检查|void|cancel|deleted|predelivery|newcarprep|^test$|"
    r"testrecord"
)


@dataclass(frozen=True)
class WordGuess:
    """A store's word, how many rows say it, and what it is likely to mean; None where nothing tells."""

    word: str
    rows: int
    meant: str | None


def not_counted(word: str) -> bool:
    """Whether a word says that its row is no visit or sale: cancelled, a test, a check before delivery."""
    return bool(_NOT_COUNTED.search(folded(word)))


def guess_words(column: Column, counts: dict[str, int]) -> list[WordGuess]:
    """A guess for each word of a column that the program does not know by itself, the most frequent first."""
    known = known_words(column, {})
    found = []
    for word, rows in counts.items():
        if folded(word) in known or not_counted(word):
            continue
        found.append(WordGuess(word, rows, meaning(column, word)))
    return [guess for guess in found if guess.meant] if column.name == "item_code" else found


def meaning(column: Column, word: str) -> str | None:
    """What a word of a closed vocabulary says by what it contains; None where that is nothing known."""
    if column.name == "item_code":
        return "total" if _OVERALL.search(folded(word)) else None
    for meant, pattern in _PATTERNS.get(column.vocabulary or "", ()):
        if pattern.search(folded(word)):
            return meant
    return None


def readable_share(column: Column, counts: dict[str, int]) -> float:
    """Share of the cells whose word is known or can be guessed."""
    known = known_words(column, {})
    rows = sum(counts.values())
    read = sum(
        count
        for word, count in counts.items()
        if folded(word) in known or not_counted(word) or meaning(column, word) is not None
    )
    return read / rows if rows else 0.0
