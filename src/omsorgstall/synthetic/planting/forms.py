"""Faults of form: names, ids, identities, codes and values that are no values."""

import random
from string import ascii_lowercase

from omsorgstall.synthetic.planting.planters import plants
from omsorgstall.synthetic.planting.records import (
    ASSESSMENT,
    DIAGNOSIS,
    NUTRITION,
    PARTICIPATION,
    PAUSE,
    PERSON,
    SERVICE,
    STAY,
    Person,
    Record,
)

_CODED = {
    PERSON: ("individuellPlan", "koordinator", "omsorgForBarnUnder18Ar", "boligEgnet"),
    SERVICE: ("utfall", "klage"),
    DIAGNOSIS: ("kodeverk",),
    PARTICIPATION: ("behov",),
}
_KEYS = {ASSESSMENT: "vurderingsdato", DIAGNOSIS: "diagnosekode", PAUSE: "midlertidigStoppFra", STAY: "oppholdFra"}
_TYPED = {
    PERSON: ("dodsdato", "individuellPlan", "vurdertAvLege"),
    SERVICE: ("soknadsdato", "vedtaksdato", "klage", "kommerITillegg"),
    NUTRITION: ("vekttap",),
}
_NOT_VALUES = ("2022-13-41", "ukjent", "1,5e", "31.12.2022")


def _one(person: Person, draw: random.Random, fields: dict[str, tuple[str, ...]]) -> tuple[Record, str] | None:
    found = [(r, name) for r in person.lines if not r.ends for name in fields.get(r.element, ()) if name in r.values]
    return draw.choice(found) if found else None


@plants("A01")
def unknown_name(person: Person, draw: random.Random) -> Record:
    """A field nobody knows; each name is told of once."""
    name = "felt" + "".join(draw.choices(ascii_lowercase, k=12))
    return draw.choice([r for r in person.lines if not r.ends]).put(name, 1)


@plants("A02", "C55", "C22", "C25")
def sent_twice(person: Person, draw: random.Random) -> Record | None:
    """A service stands once more."""
    found = person.all(SERVICE)
    return person.add(draw.choice(found).copy()) if found else None


@plants("A03", "C06", "C34", "C36", "C50")
def record_without_key(person: Person, draw: random.Random) -> Record | None:
    """An assessment without date, a diagnosis without code, a pause or stay without first day."""
    found = [r for r in person.lines if not r.ends and _KEYS.get(r.element, "") in r.values]
    if not found:
        return None
    record = draw.choice(found)
    return record.put(_KEYS[record.element], None)


@plants("A04")
def identity_number_as_local_id(person: Person, draw: random.Random) -> Record | None:
    """The identity number is used as the id of a person or a service."""
    record = draw.choice([person.record, *(s for s in person.all(SERVICE) if not s.holds)])
    name = "brukerNr" if record is person.record else "tjenesteID"
    return record.put(name, draw.choice(["", "p", "id "]) + person.record.values["fid"])


@plants("A06")
def service_without_id(person: Person, draw: random.Random) -> Record | None:
    """A service without an id of its own."""
    found = [s for s in person.all(SERVICE) if not s.holds]
    return draw.choice(found).put("tjenesteID", None) if found else None


@plants("A30")
def value_not_in_code_list(person: Person, draw: random.Random) -> Record | None:
    """A code that no list has."""
    found = _one(person, draw, _CODED)
    if found is None:
        return None
    record, name = found
    if name == "utfall" and record not in person.granted():
        return None  # what was refused would then seem granted
    return record.put(name, "ICD-9" if name == "kodeverk" else draw.choice(["7", "8", "0"]))


@plants("C01")
def identity_number_not_valid(person: Person, draw: random.Random) -> Record | None:
    """One digit of the last two is another."""
    number = person.record.values["fid"]
    if person.record.values.get("typeID") not in ("1", "2"):
        return None
    return person.record.put("fid", number[:10] + str((int(number[10]) + draw.randint(1, 9)) % 10))


@plants("N07", "A05")
def local_id_missing(person: Person, _draw: random.Random) -> Record:
    """A person without an id of the sender's own."""
    return person.record.put("brukerNr", None)


@plants("N09", "A05")
def identity_missing(person: Person, _draw: random.Random) -> Record:
    """A person without identity number."""
    return person.record.put("fid", None)


@plants("N10", "A05")
def identity_type_unknown(person: Person, draw: random.Random) -> Record:
    """A type of identity that does not exist."""
    return person.record.put("typeID", draw.choice(["0", "11", "13", "99"]))


@plants("C58")
def no_identity_number(person: Person, _draw: random.Random) -> Record:
    """A date of birth in the place of an identity number."""
    return person.record.put("fid", f"{person.born:%d%m%y}").put("typeID", 9)


@plants("N12", "C12", "C13", "C14", "C39", "C42", "C51", "C06", "C35", "C29")
def wrong_format(person: Person, draw: random.Random) -> Record | None:
    """A value that is no value of its kind."""
    found = _one(person, draw, _TYPED)
    return found[0].put(found[1], draw.choice(_NOT_VALUES)) if found else None
