"""The secret link of an order: it cannot be guessed, and a copy of the database does not hold it.

A random seed is stored, the secret is its HMAC under the site's key, and only the secret's hash
is looked up. So a mail that is sent late can still carry the link, and the link outlives a
change of `SECRET_KEY` as long as the old one is among `SECRET_KEY_FALLBACKS`.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

from orders.models import Order
from orders.searching import LETTERS

PLACED = Signer(salt="orders.placed", sep=".")


def new_number() -> str:
    """A number to say on the telephone: "K7M2-9XPA", without look-alike letters."""
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def new_link() -> dict[str, str]:
    """The two columns of a fresh link: its seed and the hash of its secret."""
    seed = secrets.token_urlsafe(32)
    return {"link_seed": seed, "link_hash": _hash(_secret(seed, settings.SECRET_KEY))}


def secret_of(order: Order) -> str:
    """The secret in the order's link (43 characters, 256 bits).

    Where the key it was made with is lost, one that leads to the page that explains.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    secrets_ = (_secret(order.link_seed, key) for key in keys)
    right = (s for s in secrets_ if hmac.compare_digest(_hash(s), order.link_hash))
    return next(right, _secret(order.link_seed, settings.SECRET_KEY))


def find(secret: str) -> Order | None:
    """The order behind a secret, or None for a wrong or stale one."""
    return Order.objects.filter(link_hash=_hash(secret)).first()


def order_url(order: Order, language: str | None = None) -> str:
    """The absolute address of the order's page, in its language unless told otherwise."""
    with translation.override(language or order.language):
        return settings.SITE_URL + reverse("orders:order", args=[secret_of(order)])


def placed_token(order: Order) -> str:
    """Names an order to the browser that placed it, without opening it."""
    return PLACED.sign(order.number)


def find_placed(token: str) -> Order | None:
    """The order just placed, or None where the token was tampered with."""
    try:
        return Order.objects.filter(number=PLACED.unsign(token)).first()
    except BadSignature:
        return None


def _secret(seed: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"orders.link:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
