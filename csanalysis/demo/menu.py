"""The work that technicians propose, in Chinese and in English: grade, usual amount, ease of selling."""

from csanalysis.demo.plan import UpsellItem

ZH = (
    UpsellItem("前制动片", "A", 680, 0.60),
    UpsellItem("后制动片", "A", 590, 0.58),
    UpsellItem("轮胎更换", "A", 1150, 0.54),
    UpsellItem("制动液", "A", 290, 0.62),
    UpsellItem("蓄电池", "B", 780, 0.52),
    UpsellItem("火花塞", "B", 460, 0.47),
    UpsellItem("变速箱油", "B", 1280, 0.36),
    UpsellItem("四轮定位", "B", 300, 0.45),
    UpsellItem("空调滤芯", "C", 150, 0.44),
    UpsellItem("雨刮片", "C", 130, 0.42),
    UpsellItem("节气门清洗", "C", 260, 0.30),
    UpsellItem("发动机舱清洗", "C", 180, 0.24),
)

EN = (
    UpsellItem("front brake pads", "A", 680, 0.60),
    UpsellItem("rear brake pads", "A", 590, 0.58),
    UpsellItem("tyres", "A", 1150, 0.54),
    UpsellItem("brake fluid", "A", 290, 0.62),
    UpsellItem("battery", "B", 780, 0.52),
    UpsellItem("spark plugs", "B", 460, 0.47),
    UpsellItem("gearbox oil", "B", 1280, 0.36),
    UpsellItem("wheel alignment", "B", 300, 0.45),
    UpsellItem("cabin filter", "C", 150, 0.44),
    UpsellItem("wiper blades", "C", 130, 0.42),
    UpsellItem("throttle cleaning", "C", 260, 0.30),
    UpsellItem("engine bay wash", "C", 180, 0.24),
)
