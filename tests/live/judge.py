"""Holds an answer of oakum against what the engine did.

What it is: the rules of judging, as one pure function, and the reading of oakum's JSON.

Rules: a definite verdict that differs from the engine's is wrong; an id or a list of
groups that is given and differs is wrong; "unknown" or "certain": false is allowed
where the case says that its input cannot know, and nowhere else; a value that is not
given (null) is counted, not blamed; where a part cannot be known, an unsure answer may
guess it. The ids are those of the command in the end, after the entrypoint.
"""

import dataclasses
import json

import cases
import truth

OK, MAYBE, WRONG = "ok", "maybe", "wrong"
VERDICTS = ("root", "user", "drops", "broken", "unknown")


@dataclasses.dataclass
class Judgement:
    """outcome, what is wrong in words, and which values were left unsaid."""
    outcome: str
    complaints: list
    unsaid: list


class NoAnswer(Exception):
    """oakum's output holds no answer; the text says why."""


def workload_user(text, target):
    """The "user" object of the workload that the case asks about."""
    try:
        found = [workload for entry in json.loads(text)["inputs"]
                 for workload in entry.get("workloads", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as why:
        raise NoAnswer(f"not the JSON that was expected: {why!r}") from None
    named = [workload for workload in found
             if target and str(workload.get("name")).lower() == target.lower()]
    chosen = named or found
    if not chosen:
        raise NoAnswer("no workload in the answer")
    user = chosen[-1].get("user")
    if not isinstance(user, dict) or user.get("verdict") not in VERDICTS:
        raise NoAnswer(f"no verdict in {json.dumps(user)}")
    return user


def judge(case, fact, user, untold=frozenset()):
    """Judges `user` by `fact`; `untold` are gids of groups whose members oakum has
    no way to know."""
    complaints, unsaid = [], []
    is_certain = user["verdict"] != "unknown" and user.get("certain") is True
    if not is_certain and not case.unknowable:
        complaints.append("unsure, though the input says it")
    elif user["verdict"] == "unknown" and cases.VERDICT not in case.unknowable:
        complaints.append("verdict unknown, though the input says it")
    may_lean = not is_certain and cases.VERDICT in case.unknowable
    if user["verdict"] not in ("unknown", fact.verdict) and not may_lean:
        complaints.append(f"verdict {user['verdict']}, the engine says {fact.verdict}")
    if fact.verdict != truth.BROKEN and user["verdict"] == fact.verdict:
        guessed = () if is_certain else ("uid", "gid", "groups") if may_lean else \
            ("gid", "groups") if cases.GROUP in case.unknowable else ()
        for key, complaint in _values(user, fact, untold):
            if complaint is not None and key in guessed:
                continue
            (unsaid if complaint is None else complaints).append(complaint or key)
    outcome = WRONG if complaints else OK if is_certain else MAYBE
    return Judgement(outcome, complaints, unsaid)


def _values(user, fact, untold):
    """(key, complaint or None when not given) for every value that is not right."""
    for key in ("uid", "gid"):
        said, is_so = user.get(key), getattr(fact, key)
        if said is None:
            yield key, None
        elif said != is_so:
            yield key, f"{key} {said}, the engine says {is_so}"
    said = user.get("groups")
    if said is None:
        yield "groups", None
        return
    ours = {*said, *([user["gid"]] if user.get("gid") is not None else [])} - untold
    theirs = set(fact.groups) - untold
    # Without a gid of its own the list may lack the primary group.
    if user.get("gid") is None:
        theirs = theirs - ({fact.gid} - ours)
    if ours != theirs:
        yield "groups", f"groups {sorted(ours)}, the engine says {sorted(theirs)}"
