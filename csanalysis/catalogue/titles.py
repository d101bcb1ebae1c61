"""Titles of the documents that ask for the metrics, with their translation for who does not read Chinese."""

from collections.abc import Mapping

from csanalysis.catalogue.formats import Language

TITLES: Mapping[str, str] = {
    "《年初的工作规划该怎样做？——4S店客服篇》": "How to plan the year: customer service at a 4S store",
    "《养羊与薅毛并举，永续经营始于当下》": "Raise the sheep and shear them too: lasting business begins now",
    "《2011年客服关系年度工作规划》": "Annual plan of customer relations, 2011",
    "《汽车维修企业ERP客户管理现状及改善建议》": "Customer management in repair shops: where it stands",
    "《借助分级管理机制提升维修增项成功比例》": "More proposed repairs accepted by grading them",
}
"""By title its English; a dealership's own chapter may cite others, which stand as they are."""


def cited(title: str, language: Language) -> str:
    """A title as a report cites it: in English with its translation behind."""
    if language == "zh" or title not in TITLES:
        return title
    return f"{title} (“{TITLES[title]}”)"
