"""Mutants of a module: one small change each, such as ``<`` for ``<=``, in what its functions reckon.

Left alone are what no test should hold: annotations, docstrings, messages of errors, texts, and keywords that steer
how pandas works and not what it gives (``UNSEEN_KEYWORDS``).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}
UNSEEN_KEYWORDS = {
    "observed",
    "strict",
    "copy",
    "sort",
    "frozen",
    "kw_only",
    "slots",
    "stacklevel",
    "check_names",
    "zero_copy_only",
}
SHOWN = 60


@dataclass(frozen=True)
class Mutant:
    """A change of one place of a module.

    ``owner`` is the function or method that holds the place, by its qualified name, or a constant of the module;
    ``place`` counts the nodes of the module in the order of :func:`ast.walk`, ``variant`` the changes of one node.
    """

    path: Path
    line: int
    owner: str
    place: int
    variant: int
    change: str

    def tree(self) -> ast.Module:
        """The module with the change."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        node = list(ast.walk(tree))[self.place]
        changed = Replacing(node, variants(node)[self.variant]).visit(tree)
        return ast.fix_missing_locations(changed)


class Replacing(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, ast.copy_location(new, old)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def mutants_of(path: Path) -> list[Mutant]:
    """Every mutant of the module at ``path``, from its first line to its last."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    places = {node: place for place, node in enumerate(ast.walk(tree))}
    found = [
        Mutant(path, node.lineno, owner, places[node], variant, f"{shown(node)} → {shown(new)}")
        for owner, node in changeable(tree)
        for variant, new in enumerate(variants(node))
    ]
    return sorted(found, key=lambda mutant: (mutant.line, mutant.place, mutant.variant))


def shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def changeable(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The nodes that may be changed, each with the name of what holds it."""
    for statement in tree.body:
        match statement:
            case ast.FunctionDef():
                yield from ((statement.name, node) for node in reckoning(statement))
            case ast.ClassDef():
                for method in statement.body:
                    if isinstance(method, ast.FunctionDef):
                        owner = f"{statement.name}.{method.name}"
                        yield from ((owner, node) for node in reckoning(method))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield from ((name, node) for node in reckoning(value))


def reckoning(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and those below it, without annotations, decorators, errors and their messages."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr):
        return
    if isinstance(node, ast.keyword) and node.arg in UNSEEN_KEYWORDS:
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from reckoning(child)


def variants(node: ast.AST) -> list[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            return [
                ast.Compare(left, [*ops[:place], other(), *ops[place + 1 :]], others)
                for place, op in enumerate(ops)
                for other in COMPARISONS[type(op)]
            ]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            return [ast.BinOp(left, ARITHMETIC[type(op)](), right)]
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in ARITHMETIC:
            return [ast.AugAssign(target, ARITHMETIC[type(op)](), value)]
        case ast.BoolOp(op=op, values=values):
            return [ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            return [operand]
        case ast.Constant(value=bool() as value):
            return [ast.Constant(not value)]
        case ast.Constant(value=int() as value):
            return [ast.Constant(value + 1)]
        case ast.Constant(value=float() as value):
            return [ast.Constant(value * 2 or 1.0)]
        case ast.Attribute(value=value, attr=attr) if attr in NAMES:
            return [ast.Attribute(value, NAMES[attr], ast.Load())]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in NAMES:
            return [ast.Call(ast.Name(NAMES[name], ast.Load()), args, keywords)]
        case ast.Return(value=ast.expr() as value) if not is_none(value):
            return [ast.Return(ast.Constant(None))]
    return []


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
