"""A table read from a database: read-only, in parts, the columns that count; no password in a message."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csanalysis.ingest.header import column_under
from csanalysis.ingest.selecting import DO_NOT_CALL
from csanalysis.ingest.sheets import Sheet, text_cells
from csanalysis.messages import BadValueError, MessageError, error_may_pass, passing
from csanalysis.params import Source
from csanalysis.params.environment import filled, hidden
from csanalysis.schema import Table, folded, folded_header, nearest

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

_SECRET_KEYS = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)
_STATUS = ("状态", "作废", "取消", "status", "void", "cancel")
_ROWS = 20_000  # fetched at a time
_SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}


class UnreadableDatabaseError(MessageError):
    """A database source that cannot be read; ``message`` says what is wrong and what to do."""


@dataclass(frozen=True)
class DatabaseRows:
    """The rows of a table or query; ``name`` stands for the file in reports."""

    name: str
    sheet: Sheet
    bytes: int
    sha256: str


def database_name(source: Source) -> str:
    """``crm:callback_log``: the database without user, host and folder, and the table read (or ``query``)."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        database = make_url(source.url or "").database or "database"
    except ArgumentError:
        database = "database"
    return f"{Path(database).name}:{source.table or 'query'}"


def read_database(source: Source, folder: Path, *, table: Table | None = None) -> DatabaseRows:
    """The rows of a database source, fetched some thousands at a time.

    Parameters
    ----------
    source : Source
        ``url`` (SQLAlchemy's; ``${NAME}`` comes from the environment) with ``table`` or ``query``; the path
        of an SQLite file starts at ``folder``.
    table : Table, optional
        What the rows are to be: of a database's ``table`` the columns that neither it nor the params know are
        then not fetched, nor rows before ``since``. A ``query`` is run as it is written.

    Raises
    ------
    UnreadableDatabaseError
        A bad url, a missing driver, an unreachable server, no such table, or a query that is no SELECT.
    """
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    written = source.url or ""
    try:
        url = make_url(filled(written))
    except BadValueError as error:
        raise UnreadableDatabaseError(
            "url cannot be used: {why}", "url 无法使用：{why}", why=error.message
        ) from None
    except ArgumentError:
        raise UnreadableDatabaseError(
            "url is no database address; write it as postgresql+psycopg://host/db",
            "url 不是数据库地址；请写成 postgresql+psycopg://host/db",
        ) from None
    url = _local_file(url, folder)
    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            if statement := _READ_ONLY.get(engine.dialect.name):
                connection.exec_driver_sql(statement)
            statement_ = _statement(source, connection, table)
            result = connection.execution_options(yield_per=_ROWS).execute(statement_)
            headers = tuple(result.keys())
            parts = [text_cells(rows) for rows in result.partitions()]
            connection.rollback()
    except (NoSuchModuleError, ImportError) as error:
        raise UnreadableDatabaseError(
            "needs a database driver that is not installed ({error}); install it beside csanalysis",
            "没有安装所需的数据库驱动（{error}）；请与 csanalysis 装在一起",
            error=error,
        ) from None
    except (SQLAlchemyError, OSError) as error:
        said = _safe(error, url, written)
        raise UnreadableDatabaseError(
            "cannot be read ({error}); check url, network and rights",
            "无法读取（{error}）；请检查地址、网络和权限",
            error=passing(said) if _may_pass(error) else said,
        ) from None
    cells = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame({place: pd.Series([], dtype="str") for place in range(len(headers))})
    )
    digest = hashlib.sha256("\x1f".join(headers).encode())
    digest.update(pd.util.hash_pandas_object(cells, index=False).to_numpy().tobytes())
    size = int(sum(column.str.len().sum() for _, column in cells.items()))
    return DatabaseRows(database_name(source), Sheet("", cells, headers), size, digest.hexdigest())


def _local_file(url: "URL", folder: Path) -> "URL":
    """An SQLite address opened for reading only, which SQLite itself then holds to."""
    if (
        url.get_backend_name() != "sqlite"
        or not url.database
        or url.database.startswith(("file:", ":memory:"))
    ):
        return url
    path = folder / url.database
    if not path.is_file():
        raise UnreadableDatabaseError(
            "there is no file {name}; paths start at the params file's own folder",
            "没有文件 {name}；路径从参数文件所在的文件夹算起",
            name=path.name,
        )
    return url.set(
        database=f"file:{path.resolve().as_posix()}", query={**url.query, "mode": "ro", "uri": "true"}
    )


def _statement(source: Source, connection: "Connection", wanted: Table | None) -> Any:
    from sqlalchemy import Date, cast, column, inspect, select, table, text
    from sqlalchemy.sql import quoted_name

    if source.query:
        if not _SELECT.match(source.query) or ";" in source.query.strip().rstrip(";"):
            raise UnreadableDatabaseError(
                "query is no single SELECT; only reading is allowed", "query 不是单独一条 SELECT；只允许读取"
            )
        return text(source.query.strip().rstrip(";").replace(":", r"\:"))
    schema, _, name = (source.table or "").rpartition(".")
    inspector = inspect(connection)
    known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    if name not in known:
        raise UnreadableDatabaseError(
            "has no table {table}{hint}",
            "没有表 {table}{hint}",
            table=source.table,
            hint=nearest(name, known),
        )
    types = {each["name"]: each["type"] for each in inspector.get_columns(name, schema=schema or None)}
    names = [*types] if wanted is None else needed_columns([*types], wanted, source)
    columns: dict[str, Any] = {each: column(quoted_name(each, quote=True)) for each in names}
    statement = select(*columns.values()).select_from(
        table(quoted_name(name, quote=True), schema=schema or None)
    )
    if source.since is None or wanted is None:
        return statement
    dated = next(
        (each for each in names if column_under(each, wanted, source.columns) == wanted.dated_by), None
    )
    if dated is None or not _is_date(types[dated]):
        raise UnreadableDatabaseError(
            "since: {table} has no column of dates to go by; leave since out, or write a query",
            "since：{table} 没有日期类型的列可依据；请去掉 since，或改写 query",
            table=source.table,
        )
    first: Any = source.since.isoformat()
    if connection.dialect.name != "sqlite":  # which keeps dates as such text
        first = cast(first, Date)
    return statement.where((columns[dated] >= first) | columns[dated].is_(None))


def _is_date(kind: Any) -> bool:
    from sqlalchemy import Date, DateTime

    return isinstance(kind, Date | DateTime)


def needed_columns(headers: list[str], table: Table, source: Source) -> list[str]:
    """The columns that a table or its source knows, and those by which a row may say that it does not count.

    All of them where none is known, for then it is to be said what there is.
    """
    named = [*source.columns, *source.where, *source.drop, *source.fill_down, *source.wide]
    named += [name for parts in source.sums.values() for name in parts]
    named += [source.latest_by] if source.latest_by else []
    asked = set(map(folded_header, named))
    found = [
        header
        for header in headers
        if column_under(header, table, source.columns) or folded_header(header) in asked or _warns(header)
    ]
    return found or headers


def _warns(header: str) -> bool:
    return any(word in folded(header) for word in (*DO_NOT_CALL, *_STATUS))


def without_secrets(url: str) -> str:
    """A database's address as people and files may see it: no password, nor one among its options."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        known = make_url(url)
    except ArgumentError:
        return "***"
    hidden_ = {key: "***" for key, value in known.query.items() if _SECRET_KEYS.search(f"{key}={value}")}
    return known.update_query_dict(hidden_).render_as_string(hide_password=True)


def _may_pass(error: Exception) -> bool:
    """Whether a server that is away or a file that is locked is the reason, and no name or password."""
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.exc import TimeoutError as PoolTimeoutError

    if not isinstance(error, OperationalError):
        return error_may_pass(error) or isinstance(error, PoolTimeoutError)
    told = str(error.orig).lower()
    if "sqlite" in type(error.orig).__module__:
        return "locked" in told or "busy" in told
    return not any(word in told for word in _LASTING)


_LASTING = ("password", "denied", "authentication", "does not exist", "unknown database", "login failed")
"""What servers say of a name or a password that is wrong, which no second attempt puts right."""


def _safe(error: Exception, url: "URL", written: str = "") -> str:
    """The driver's own words on one line, every secret of the address masked."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    query = url.query.items()
    secrets = [str(url.password or ""), *(str(value) for key, value in query if _SECRET_KEYS.search(key))]
    for secret in secrets:
        if secret:
            said = said.replace(secret, "***")
    return hidden(said, written)[:300]
