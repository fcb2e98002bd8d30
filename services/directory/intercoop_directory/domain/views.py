"""An organisation's record and a person, as they are told to others."""

from intercoop_contracts.directory import (
    CommuneView,
    ContactPointView,
    LinkView,
    MandateView,
    OrganisationView,
    PersonView,
    PublicContact,
)
from intercoop_directory.domain.communes import Place
from intercoop_directory.domain.contact import Contact
from intercoop_directory.domain.links import Link
from intercoop_directory.domain.organisations import Record
from intercoop_directory.domain.people import ContactPoint, Mandate, PersonRecord


def organisation_view(record: Record) -> OrganisationView:
    return OrganisationView(
        name=record.name,
        acronym=record.acronym,
        siren=record.siren,
        kind=record.kind,
        statute=record.statute,
        form=record.form,
        is_cae=record.is_cae,
        trade=record.trade,
        headcount=record.headcount,
        commune=_commune_view(record.place) if record.place else None,
        contact=PublicContact(
            email=record.contact.email,
            phone=record.contact.phone,
            website=record.contact.website,
        ),
        expertise=record.expertise,
        links=tuple(
            LinkView(kind=link.kind, owner=link.owner, since=link.since, until=link.until)
            for link in record.links
        ),
        joined=record.joined,
        left=record.left,
        is_sample=record.is_sample,
    )


def _commune_view(place: Place) -> CommuneView:
    return CommuneView(
        code=place.code,
        name=place.name,
        postcode=place.postcode,
        departement=place.departement,
        epci=place.epci,
        lat=place.lat,
        lon=place.lon,
    )


def record_of(view: OrganisationView) -> Record:
    """The record that a view tells of: `record_of(organisation_view(record)) == record`."""
    return Record(
        name=view.name,
        acronym=view.acronym,
        siren=view.siren,
        kind=view.kind,
        statute=view.statute,
        form=view.form,
        is_cae=view.is_cae,
        trade=view.trade,
        headcount=view.headcount,
        place=_place(view.commune) if view.commune else None,
        contact=Contact(view.contact.email, view.contact.phone, view.contact.website),
        expertise=view.expertise,
        links=links_of(view),
        joined=view.joined,
        left=view.left,
        is_sample=view.is_sample,
    )


def links_of(view: OrganisationView) -> tuple[Link, ...]:
    return tuple(Link(link.kind, link.owner, link.since, link.until) for link in view.links)


def _place(commune: CommuneView) -> Place:
    return Place(
        code=commune.code,
        name=commune.name,
        departement=commune.departement,
        postcode=commune.postcode,
        epci=commune.epci,
        lat=commune.lat,
        lon=commune.lon,
    )


def person_view(record: PersonRecord) -> PersonView:
    return PersonView(
        given_name=record.given_name,
        family_name=record.family_name,
        language=record.language,
        mandates=tuple(_mandate_view(mandate) for mandate in record.mandates),
        contact_points=tuple(_contact_view(point) for point in record.contact_points),
    )


def _mandate_view(mandate: Mandate) -> MandateView:
    return MandateView(
        organisation_id=mandate.organisation_id,
        role=mandate.role,
        since=mandate.since,
        until=mandate.until,
    )


def _contact_view(point: ContactPoint) -> ContactPointView:
    return ContactPointView(kind=point.kind, value=point.value)


def person_record_of(view: PersonView) -> PersonRecord:
    """The record that a view tells of: `person_record_of(person_view(record)) == record`."""
    return PersonRecord(
        given_name=view.given_name,
        family_name=view.family_name,
        language=view.language,
        mandates=tuple(
            Mandate(one.organisation_id, one.role, one.since, one.until) for one in view.mandates
        ),
        contact_points=tuple(ContactPoint(one.kind, one.value) for one in view.contact_points),
    )
