"""A table read from a database: read-only, and never a password in a message."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csanalysis.ingest.sheets import Sheet, text_cells
from csanalysis.messages import BadValueError, MessageError, error_may_pass, passing
from csanalysis.params import Source
from csanalysis.params.environment import filled, hidden
from csanalysis.schema import nearest

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

_SECRET_KEYS = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)
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


def read_database(source: Source, folder: Path) -> DatabaseRows:
    """The rows of a database source.

    Parameters
    ----------
    source : Source
        ``url`` (SQLAlchemy's; ``${NAME}`` comes from the environment) with ``table`` or ``query``; the path
        of an SQLite file starts at ``folder``.

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
            result = connection.execute(_statement(source, connection))
            headers, rows = tuple(result.keys()), result.fetchall()
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
        text_cells(rows)
        if rows
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


def _statement(source: Source, connection: "Connection") -> Any:
    from sqlalchemy import inspect, select, table, text
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
    return select("*").select_from(table(quoted_name(name, quote=True), schema=schema or None))


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
