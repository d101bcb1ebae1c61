"""The open words of the demonstration data, in Chinese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a store calls people, places, reasons and events; each list is in falling frequency."""

    surnames: tuple[str, ...]
    given: tuple[str, ...]
    joint: str
    phone: str
    genders: tuple[str, str]
    occupations: tuple[str, ...]
    districts: tuple[str, ...]
    elsewhere: str
    decline_reasons: tuple[str, ...]
    defeat_reasons: tuple[str, ...]
    complaint_topics: tuple[str, ...]
    results: dict[str, str]
    refusals: tuple[str, ...]
    processes: tuple[str, str]
    fields: tuple[str, ...]
    campaigns: tuple[tuple[str, str, str], ...]
    audiences: dict[str, str]
    measures: tuple[str, str]


ZH = Words(
    surnames=tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁宋唐许韩冯邓曹彭"),
    given=tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂鹏辉宁欣雪晨浩宇婷佳嘉文博"),
    joint="",
    phone="12",
    genders=("男", "女"),
    occupations=("个体", "职员", "工人", "教师", "公务员", "医生", "农民", "司机", "退休"),
    districts=("城关区", "开发区", "新湖区", "东山县", "河西镇"),
    elsewhere="外地",
    decline_reasons=("价格偏高", "没有时间", "暂不需要", "外面做", "等保险", "要商量"),
    defeat_reasons=("竞品", "价格", "暂缓购车", "现车不足", "同品牌他店", "贷款未批", "失联"),
    complaint_topics=("维修质量", "等待时间", "服务态度", "收费", "配件缺货", "交车延误"),
    results={
        "missed": "未接通",
        "invalid": "空号/错号",
        "booked": "已预约",
        "arrived": "已到店",
        "later": "再考虑",
        "refused": "不来",
        "pleased": "满意",
        "displeased": "不满意",
        "renewed": "已续保",
    },
    refusals=("嫌价格高", "在别处保养", "离店远", "服务不满"),
    processes=("接车", "交车"),
    fields=("姓名", "电话", "地址", "车架号", "证件号", "里程"),
    campaigns=(
        ("元宵节", "关爱", "active"),
        ("妇女节", "关爱", "active"),
        ("劳动节", "促销", "active"),
        ("端午节", "关爱", "marginal"),
        ("七夕", "促销", "active"),
        ("中秋节", "关爱", "marginal"),
        ("国庆节", "促销", "marginal"),
        ("圣诞节", "关爱", "active"),
    ),
    audiences={"active": "在厂客户", "marginal": "流失边缘客户"},
    measures=("{item}：晨会讲评，每周抽查", "{item}：专项培训并修订标准"),
)

_SURNAMES = (
    *("Smith", "Jones", "Taylor", "Brown", "Wilson", "Evans", "Walker", "Wright", "Hughes", "Green"),
    *("Hall", "Wood", "Harris", "Clarke", "Patel", "Jackson", "Turner", "Hill", "Moore", "Clark"),
    *("Cooper", "Ward", "Morris", "King", "Baker", "Lee", "Martin", "Young", "Allen", "Scott"),
)
_GIVEN = (
    *("Oliver", "Amelia", "George", "Olivia", "Harry", "Isla", "Noah", "Emily", "Jack", "Ava"),
    *("Leo", "Grace", "Oscar", "Mia", "Charlie", "Sophie", "Muhammad", "Lily", "Thomas", "Freya"),
    *("James", "Ella", "William", "Poppy", "Henry", "Daisy", "Arthur", "Alice", "Lucas", "Ruby"),
)

EN = Words(
    surnames=_SURNAMES,
    given=_GIVEN,
    joint=" ",
    phone="555-01",
    genders=("M", "F"),
    occupations=("office", "trade", "retired", "teacher", "health", "self-employed", "driver", "student"),
    districts=("Riverside", "Old Town", "Northgate", "Harbour", "Mill Hill"),
    elsewhere="out of area",
    decline_reasons=(
        "too expensive",
        "no time",
        "not needed yet",
        "done elsewhere",
        "insurance",
        "ask partner",
    ),
    defeat_reasons=(
        "other brand",
        "price",
        "postponed",
        "no stock",
        "same brand elsewhere",
        "no finance",
        "no answer",
    ),
    complaint_topics=(
        "repair quality",
        "waiting time",
        "attitude",
        "charges",
        "parts delay",
        "late handover",
    ),
    results={
        "missed": "no answer",
        "invalid": "wrong number",
        "booked": "booked",
        "arrived": "arrived",
        "later": "call later",
        "refused": "declined",
        "pleased": "satisfied",
        "displeased": "dissatisfied",
        "renewed": "renewed",
    },
    refusals=("too expensive", "goes elsewhere", "too far away", "unhappy with the service"),
    processes=("check-in", "handover"),
    fields=("name", "phone", "address", "VIN", "licence", "mileage"),
    campaigns=(
        ("Spring check", "care", "active"),
        ("Easter weekend", "offer", "active"),
        ("Mother's Day", "care", "marginal"),
        ("Summer holiday check", "offer", "active"),
        ("Father's Day", "care", "active"),
        ("Back to school", "offer", "marginal"),
        ("Winter tyres", "offer", "marginal"),
        ("Christmas", "care", "active"),
    ),
    audiences={"active": "active customers", "marginal": "at-risk customers"},
    measures=("{item}: weekly spot check", "{item}: training and a new standard"),
)
