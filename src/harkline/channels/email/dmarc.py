"""Whether the domain in the From line stands behind a mail (DMARC). Pure but for the function that looks names up.

The owner of a domain is found by walking up the tree of names (RFC 7489's successor), not by a list of public suffixes, which
would be old by the time it is needed.
"""

from collections.abc import Callable, Iterable

LOOKUPS = 8
Text = Callable[[str], list[str]]  # the TXT records of a name


def judge(author: str, signed_by: Iterable[str], sent_by: str, text: Text) -> str:
    """``pass``, ``fail`` or ``none`` (no policy). ``signed_by`` are domains with a good signature, ``sent_by`` the domain for which
    SPF passed, or empty. Whatever ``text`` raises is raised here."""
    above = _records(author, text)
    if not above:
        return "none"
    policy = above.get(author) or above[_owner(author, above)]
    by_key = any(_aligned(author, one, policy.get("adkim", "r"), above, text) for one in signed_by)
    by_server = bool(sent_by) and _aligned(author, sent_by, policy.get("aspf", "r"), above, text)
    return "pass" if by_key or by_server else "fail"


def _aligned(author: str, other: str, mode: str, above: dict[str, dict[str, str]], text: Text) -> bool:
    """Equal, or where the policy is relaxed (the default) of the same owner."""
    if author == other or mode == "s":
        return author == other
    return _owner(author, above) == _owner(other, _records(other, text))


def _owner(domain: str, above: dict[str, dict[str, str]]) -> str:
    """The highest name with a policy, below what says that it is a public suffix; the domain itself where there is none."""
    for name in sorted(above, key=len):
        if above[name].get("psd") != "y":
            return name
        if name != domain:
            below = domain.removesuffix("." + name).rpartition(".")[2]
            return f"{below}.{name}"
    return domain


def _records(domain: str, text: Text) -> dict[str, dict[str, str]]:
    """The policies of a domain and of the names above it, by name."""
    labels = domain.split(".")
    names = [domain, *(".".join(labels[start:]) for start in range(max(1, len(labels) - LOOKUPS + 1), len(labels)))]
    return {name: tags for name in names if (tags := _policy(text(f"_dmarc.{name}")))}


def _policy(records: list[str]) -> dict[str, str]:
    """The tags of the only record there is; two are none."""
    found = [one for one in records if one.replace(" ", "").lower().startswith("v=dmarc1")]
    if len(found) != 1:
        return {}
    pairs = (piece.partition("=") for piece in found[0].split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _equals, value in pairs if name.strip()}
