"""Signing in by Keycloak, as people do it in a browser, and what they meet when it is not well."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from testkit.keycloak import PASSWORD

LIST = "/directory/organisations"

pytestmark = pytest.mark.timeout(900)  # Keycloak builds itself when it first starts


def set_out(page: Page, onward: str = LIST) -> None:
    """Come for a page, be asked to sign in, and go on to Keycloak."""
    page.goto(onward)
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.get_by_role("link", name="Continuer avec localhost").click()


def sign_in(page: Page, name: str, onward: str = LIST) -> None:
    """Set out, and say there who one is."""
    set_out(page, onward)
    page.locator("#username").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#kc-login").click()


def arrived(page: Page, instance, onward: str = LIST) -> None:
    page.wait_for_url(f"{instance.url}{onward}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Annuaire")


def told(page: Page, text: str) -> None:
    """A page of ours that says this, and leads back."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    expect(page.get_by_role("link", name="Revenir à la connexion")).to_be_visible()


def test_one_comes_to_the_page_that_one_came_for_is_listed_so_and_signs_out(devices, instance):
    onward = f"{LIST}?q=pont"
    with devices.new() as page:
        sign_in(page, "lucie", onward)
        arrived(page, instance, onward)

        page.goto("/directory/sessions")
        expect(page.get_by_role("listitem").filter(has_text="celle-ci")).to_contain_text(
            "Connexion par un autre service"
        )
        page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
        page.goto(LIST)
        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_who_is_signed_in_there_is_asked_nothing_the_second_time(devices, instance):
    """Signing out here does not sign out there."""
    with devices.new() as page:
        sign_in(page, "lucie")
        arrived(page, instance)
        page.goto("/directory/sessions")
        page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")

        set_out(page)

        arrived(page, instance)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("marc", "Le service où vous avez un compte n’a pas vérifié votre adresse électronique."),
        ("zoe", "Votre adresse n’ouvre encore rien ici."),
    ],
)
def test_who_is_not_let_in_is_told_why(devices, name, text):
    with devices.new() as page:
        sign_in(page, name)

        told(page, text)


def test_while_it_is_stopped_one_is_told_so_here_and_others_stay_and_new_keys_are_taken(
    devices, instance, keycloak
):
    assert "✓ identity provider" in instance.doctor()[1]
    with devices.new() as lucie, devices.new() as late:
        sign_in(lucie, "lucie")
        arrived(lucie, instance)
        keycloak.renew_keys()
        keycloak.stop()
        try:
            instance.until_led_to("/directory/sign-in/refused")
            set_out(late)
            told(late, "Le service où vous avez un compte ne répond pas pour le moment.")
            lucie.reload()
            arrived(lucie, instance)
            level, said = instance.doctor()
            assert level == 2
            assert "✗ identity provider" in said
        finally:
            keycloak.start()
        instance.until_led_to(keycloak.issuer)

        sign_in(late, "lucie")

        arrived(late, instance)


def test_a_secret_that_is_another_there_is_said_to_people_and_by_the_doctor(
    devices, instance, keycloak
):
    secret = Path(instance.environment["INTERCOOP_OIDC_CLIENT_SECRET_FILE"]).read_text()
    with devices.new() as page:
        keycloak.change_secret("another")
        try:
            sign_in(page, "lucie")
            told(page, "Le service où vous avez un compte ne reconnaît pas ce site.")
            level, said = instance.doctor()
        finally:
            keycloak.change_secret(secret)
        assert level == 2
        assert "INTERCOOP_OIDC_CLIENT_SECRET_FILE" in said
        assert "✓ identity provider" in instance.doctor()[1]

        set_out(page)

        arrived(page, instance)
