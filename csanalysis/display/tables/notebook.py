"""How tables and key figures look in JupyterLab, by day and by night; the report has styles of its own."""

STYLE = """<style>
figure.table {margin: 0}
figure.table figcaption {font-weight: 600; margin-bottom: 4px}
figure.table th, figure.table td {vertical-align: baseline; font-variant-numeric: tabular-nums}
figure.table .left {text-align: left !important}
figure.table .center {text-align: center !important}
figure.table .right {text-align: right !important}
figure.table td.pad1 {padding-right: calc(.5em + 1ch + .28em)}
figure.table td.pad2 {padding-right: calc(.5em + 2ch + .28em)}
figure.table td.pad-1 {padding-right: calc(.5em + 1ch)}
figure.table tr.groups th {text-align: center !important}
figure.table tbody th {font-weight: 400}
figure.table tr.total > * {font-weight: 700; border-top: 1px solid currentColor}
figure.table tr.muted > * {opacity: .6}
figure.table .note {font-size: .9em; opacity: .8; margin-top: 4px}
div.cards {display: flex; flex-wrap: wrap; gap: 10px}
div.cards .card {border: 1px solid #8888; border-left: 4px solid #8888; border-radius: 3px; padding: 6px 12px}
div.cards .card.good {border-left-color: #2a9d7e}
div.cards .card.bad {border-left-color: #d1572f}
div.cards .card > * {display: block}
div.cards .card strong {font-size: 1.5em; line-height: 1.3}
div.cards .card .note {font-size: .9em; opacity: .8}
</style>"""
