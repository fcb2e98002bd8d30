"""An organisation's record, as it is told to others."""

from intercoop_contracts.directory import (
    CommuneView,
    LinkView,
    OrganisationView,
    PublicContact,
)
from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord


def organisation_view(record: OrganisationRecord) -> OrganisationView:
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


def record_of(view: OrganisationView) -> OrganisationRecord:
    """The record that a view tells of: `record_of(organisation_view(record)) == record`."""
    return OrganisationRecord(
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
