"""Does a sentence claim a cause or a difference? By its words: it is asked to say so too often, not too seldom."""

import re

_ZH = re.compile(
    "高于|低于|高出|好于|差于|优于|强于|弱于|多于|少于|不如|领先|落后|超过|超出|差别|差异|显著|明显|相差|持平|变化|变动"
    "|带来|使得|因为|由于|因此|所以|归功|说明|证明|预示|作用|效果|有用|影响|冲突|一致|同起同落"
    "|提升|提高|改善|下降|上升|增加|增长|减少|降低|跃升|追回|回升|把握|机会|难以达到"
    "|更[多少高低好差早晚强弱严宽有不]|最[多少高低好差强弱忙省]|比.{0,12}?[高低多少好差宽严]|[高低多少升降差].{0,8}个百分点"
    "|[升降]至"
)
_EN = re.compile(
    r"\b(more|less|fewer|higher|lower|better|worse|stricter|kinder|likelier|easier|harder|earlier|looser"
    r"|most|best|worst|weakest|strongest|highest|lowest|fewest|commonest|costliest|busiest|sooner"
    r"|above|below|beyond|ahead|behind|than|over the region"
    r"|because|due to|owe[ds]?|causes?|caused|effects?|bring|brings|brought|drew|drives?|proof|proven?|works?"
    r"|raised?|rose|risen|fell|gain(?:s|ed)?|lost|improv\w+|differ\w*|change[sd]?|moved?|step|up|down"
    r"|hinder\w*|predict\w*|agree|conflict|steady|alike|chance|out of reach|clearly)\b",
    re.IGNORECASE,
)


def claims(zh: str, en: str) -> bool:
    """Whether a sentence, in either language, has a word of causes or of differences."""
    return bool(_ZH.search(zh) or _EN.search(en))
