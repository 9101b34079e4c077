"""How staff sign in: with accounts that an administrator makes, and a second factor."""

from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import languages


class StaffOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves, and nobody can lock a colleague out from elsewhere."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The user name or the password is wrong."),
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is wrong."),
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        """The desk, which opens on the first room that a colleague may enter."""
        return resolve_url("desk:queue" if request.user.is_staff else "catalogue:publications")

    def get_reset_password_from_key_url(self, key):
        """Lead to the site by its settings, never by the host that a request names."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def send_mail(self, template_prefix, email, context):
        """Name the site by its settings, too."""
        domain = urlsplit(settings.SITE_URL).netloc
        site = {"name": languages.words(settings.SITE_NAME), "domain": domain}
        super().send_mail(template_prefix, email, context | {"current_site": site})

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count failed attempts by name and place, so that a stranger's do not count for all."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"


class SecondFactor(DefaultMFAAdapter):
    """A code from an app, a security key, or a recovery code."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is wrong or too old. Write the one shown now."),
    }

    def get_totp_issuer(self):
        return languages.words(settings.UNIT_NAME)

    def build_totp_svg(self, url):
        """The QR code as SVG for the page itself: a picture in a data: address is refused there."""
        title = _("QR code for the authenticator app")
        code = segno.make(url, micro=False)
        return code.svg_inline(
            scale=5, light="#fff", title=title, svgclass="qr-code", lineclass=None
        )


class SignInForm(LoginForm):
    """The sign-in form in our words, without placeholders."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = gettext_lazy("User name or e-mail")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autofocus": True}
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
