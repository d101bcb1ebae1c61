"""The page's colours by day and by night, its figures' with them."""

import re

from csanalysis.palette import DARK, LIGHT, accented, figure_colours

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}(?=[\";])")


def colours_css(accent: str = "") -> str:
    """The style rules that set every colour: light, dark as the system or the reader asks, paper light.

    ``accent`` takes the place of the report's own; figures follow, as their colours are the page's.
    """
    by_day, by_night = (accented(each, accent) if accent else each for each in (LIGHT, DARK))
    scales = [scale for scale in figure_colours().items() if f"--{scale[1][0]}:" not in LIGHT.as_css()]
    day = " ".join([by_day.as_css(), *(f"--{name}: {colour};" for colour, (name, _) in scales)])
    night = " ".join([by_night.as_css(), *(f"--{name}: {colour};" for _, (name, colour) in scales)])
    night += " --shade: rgb(0 0 0 / 55%); color-scheme: dark;"
    return (
        f":root {{ {day} }}\n@media screen {{\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {night} }} }}\n'
        f':root[data-theme="dark"] {{ {night} }}\n}}'
    )


def themed(svg: str) -> str:
    """A drawing whose colours follow the page's; one that the palette does not have stays as it is."""
    names = figure_colours()

    def as_variable(found: re.Match[str]) -> str:
        colour = found[0].lower()
        return f"var(--{names[colour][0]})" if colour in names else found[0]

    return _COLOUR.sub(as_variable, svg)
