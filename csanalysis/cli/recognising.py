"""``csanalysis init --from``: exports recognised, what they leave open asked, a params file written."""

import sys
from pathlib import Path

from csanalysis.cli.terminal import next_step, say, spoken
from csanalysis.messages import Message, said

_NOBODY = Message("Enter leaves it open.", "直接回车则先不定。")


def write_from(exports: Path, folder: Path, dealership: str, language: str | None) -> None:
    """Recognise a folder of exports, ask on a terminal what they leave open, and write ``<id>.yml``.

    Raises
    ------
    ParamsError, IngestError
        The id, the language or the exports cannot be used.
    """
    from csanalysis.ingest.recognise import Question, recognise, sources_text
    from csanalysis.starter import Told, refuse_starter, write_recognised

    def ask(question: Question) -> None:
        told = spoken() if language is None else language
        print(said(question.text, told), file=sys.stderr)
        for number, answer in enumerate(question.answers, 1):
            print(f"  {number}  {said(answer.label, told)}", file=sys.stderr)
        print(said(_NOBODY, told), end=" ", file=sys.stderr, flush=True)
        given = input().strip()
        if given.isdigit() and 1 <= int(given) <= len(question.answers):
            question.answers[int(given) - 1].apply()

    refuse_starter([folder / f"{dealership}.yml"], dealership, language or "zh")
    proposal = recognise(exports, base=folder, language=language or "")
    asked = proposal.questions
    if sys.stdin.isatty():
        for question in asked:
            ask(question)
    facts = proposal.facts
    told = Told(
        sources_text(proposal), facts.as_of, facts.plan_year, facts.name, facts.brand, proposal.calendar
    )
    path = write_recognised(folder, dealership, told, language=proposal.language)
    for note in proposal.notes:
        say(note, path)
    if not sys.stdin.isatty():
        for question in asked:
            say(Message("left open: {text}", "没有定：{text}", text=question.text), path)
    print(path)
    line = "next: look through {path}, then csanalysis check {path}"
    next_step(Message(line, "下一步：核对 {path}，然后 csanalysis check {path}", path=path), path)
