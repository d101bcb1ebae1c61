"""Closed vocabularies, and the words that dealership systems commonly write for them."""

VOCABULARIES: dict[str, dict[str, tuple[str, ...]]] = {
    "service_type": {
        "first_service": ("首保", "首次保养", "免费首保", "强保", "first service", "1st service"),
        "scheduled_service": (
            "定保",
            "保养",
            "定期保养",
            "常规保养",
            "里程保养",
            "例行保养",
            "scheduled service",
            "maintenance",
            "service",
            "scheduled maintenance",
            "oil change",
        ),
        "repair": (
            "一般维修",
            "机电维修",
            "小修",
            "维修",
            "机修",
            "普通维修",
            "故障维修",
            "general repair",
            "mechanical",
        ),
        "accident": (
            "事故",
            "钣喷",
            "事故车",
            "事故维修",
            "钣金喷漆",
            "事故车维修",
            "body shop",
            "bodywork",
            "collision",
        ),
        "warranty": ("索赔", "保修", "三包", "质保", "三包索赔", "warranty claim", "recall"),
        "other": ("其他", "其它", "misc"),
    },
    "source": {
        "oem": ("厂家", "主机厂", "厂方", "manufacturer"),
        "internal": ("本店", "内部", "自店", "店内", "in-house", "dealer"),
    },
    "grade": {
        "A": ("A级", "A类", "grade A"),
        "B": ("B级", "B类", "grade B"),
        "C": ("C级", "C类", "grade C"),
    },
    "outcome": {
        "accepted": ("同意", "成功", "接受", "已同意", "approved", "yes"),
        "declined": ("拒绝", "失败", "不同意", "未同意", "rejected", "no"),
    },
    "purpose": {
        "first_service": ("首保邀约", "首保", "首保提醒", "first service reminder"),
        "maintenance": ("定保提醒", "保养提醒", "定保邀约", "保养邀约", "service reminder"),
        "win_back": ("流失招揽", "流失唤醒", "流失激活", "流失客户招揽", "winback"),
        "campaign": ("活动邀约", "营销活动", "campaign invitation"),
        "post_sale": ("销售回访", "售车回访", "新车回访", "sales follow-up"),
        "post_service": ("售后回访", "维修回访", "服务回访", "service follow-up"),
        "insurance": ("续保提醒", "续保", "保险到期", "insurance renewal"),
        "lead": ("潜客跟进", "潜客", "潜客回访", "战败回访", "lead follow-up"),
    },
    "status": {
        "open": ("跟进中", "在跟", "未成交", "in progress"),
        "won": ("成交", "已成交", "sold"),
        "defeated": ("战败", "已战败", "失败", "lost"),
    },
    "severity": {
        "minor": ("一般", "普通", "轻微", "low"),
        "major": ("重大", "严重", "high", "serious"),
    },
}

TRUE_WORDS = ("是", "有", "对", "正确", "y", "yes", "true", "t", "1", "√", "✓")
FALSE_WORDS = ("否", "无", "错", "错误", "不是", "n", "no", "false", "f", "0", "×", "✗")
TOTAL_WORDS = (
    "合计",
    "总计",
    "小计",
    "共计",
    "总共",
    "累计",
    "汇总",
    "total",
    "grand total",
    "subtotal",
    "sum",
)

# Words of single columns that are open, or hold more than yes and no.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "item_code": {"total": ("总分", "总得分", "总体", "total score", "overall")},
    "self_sold": {"true": ("自销", "本店", "本店销售"), "false": ("二网", "二级网点", "分销", "外采")},
    "is_local": {"true": ("本地", "本市"), "false": ("外地", "异地")},
    "reached": {
        "true": ("已接通", "接通", "接听", "answered"),
        "false": ("未接通", "无人接听", "未接", "not reached"),
    },
    "phone_valid": {"true": ("有效", "valid"), "false": ("无效", "空号", "停机", "错号", "invalid")},
    "matched": {"true": ("已匹配", "匹配", "匹配成功"), "false": ("未匹配", "不匹配")},
    "correct": {"true": ("准确", "合格", "correct"), "false": ("不正确", "不准确", "不合格", "wrong")},
    "is_rework": {"true": ("返修", "rework"), "false": ("非返修", "正常")},
    "dealer_fault": {"true": ("我方", "本店"), "false": ("非我方", "客户", "厂家")},
    "do_not_call": {
        "true": ("勿扰", "免打扰", "拒访", "拒绝来电", "谢绝", "禁止", "不可联系", "DND", "opted out"),
        "false": ("正常", "普通", "可联系", "可以联系", "允许", "normal", "allowed"),
    },
}
