"""The console's pages as its heading lists them: the few that everybody needs on duty, and the others behind one word."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harkline.people.roles import Action


@dataclass(frozen=True)
class Page:
    """``route`` is the page's name in ``urls``; ``here`` is what its view says of itself."""

    here: str
    route: str
    title: Promise
    action: str
    first: bool = False

    @property
    def url(self) -> str:
        """Where it is."""
        return reverse(self.route)


PAGES = (
    Page("console", "console", _("Console"), Action.ANSWER, first=True),
    Page("board", "board", _("Board"), Action.BOARD, first=True),
    Page("rota", "rota", _("Rota"), Action.ANSWER, first=True),
    Page("radio", "radio", _("Radio"), Action.ANSWER),
    Page("figures", "figures", _("Figures"), Action.BOARD),
    Page("forecast", "forecast", _("Forecast and need"), Action.ROTA),
    Page("wallboard", "wallboard", _("Wallboard"), Action.ANSWER),
    Page("watch", "watch", _("Watch"), Action.BOARD),
    Page("blocks", "blocks", _("Blocks"), Action.BOARD),
    Page("prompts", "prompts", _("Prompts"), Action.ANSWER),
    Page("on_paper", "on_paper", _("Taken on paper"), Action.ANSWER),
    Page("health", "health", _("Health"), Action.ANSWER),
    Page("line", "line", _("Line"), Action.LINE),
    Page("notice", "genuine", _("Genuine addresses"), Action.OVERRIDE),
    Page("print", "print", _("Print"), Action.ROTA),
    Page("fallback", "fallback", _("Fallback pack"), Action.ANSWER),
    Page("people", "people:people", _("People"), Action.PEOPLE),
    Page("openings", "openings", _("Openings"), Action.BOARD),
    Page("claims", "claims", _("Claims"), Action.COUNT),
    Page("audits", "count_audits", _("Audits of claims"), Action.BOARD),
    Page("retention", "retention", _("Retention"), Action.RETENTION),
    Page("audit", "audit", _("Audit"), Action.AUDIT),
)


def beside(here: str) -> Iterator[Page]:
    """What is always in sight: the first ones, and the page that is open."""
    return (page for page in PAGES if page.first or page.here == here)


def behind() -> Iterator[Page]:
    """What lies behind “More”."""
    return (page for page in PAGES if not page.first)
