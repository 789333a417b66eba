"""What a test does to the rota inside an installation (``tests/inside.py``)."""


def hole_in_the_night(day: str) -> None:
    """A published rota for this day with one person, and nobody from three to four in the night; somebody has put their name to it."""
    from datetime import date, time

    from harkline.people import operators
    from harkline.rota import picture, rotas, terms
    from harkline.rota.models import Pattern, Rota
    from harkline.routing import presence

    for code, hour, minutes in (("A", 0, 180), ("B", 4, 1200)):
        Pattern.objects.create(code=code, name=code, starts=time(hour), minutes=minutes)
    terms.change_rules({"at_least": 1, "rest_minutes": 0})
    names = [operators.add(name, languages=["en"]) for name in ("Ash", "Birch")]
    rota = rotas.draft("night", date.fromisoformat(day), 1, names[0])
    for who, code in zip(names, "AB", strict=True):
        rotas.put(rota.pk, who.pk, date.fromisoformat(day), code, was="")
    rota = Rota.objects.get(pk=rota.pk)
    rotas.publish(rota.pk, names[0], rota.version, [rotas.key(one) for one in picture.gaps(rota)])
    for one in names:
        presence.sign_on(one.pk, "browser")
