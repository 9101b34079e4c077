"""Readers who wait for a translation or for what is new."""

import datetime
from functools import cached_property

from django.utils import timezone

from catalogue import subscriptions, upkeep, wishes
from catalogue.models import LanguageRequest, Notice, Subscription
from catalogue.news import Quarter
from tests.builders import make_edition, make_file, make_publication
from tests.journeys import scenes


class Readers:
    @cached_property
    def wish(self):
        wishes.ask(self.untranslated, "es", email="reader@example.org", language="es")
        return LanguageRequest.objects.get()

    @cached_property
    def confirmed_wish(self):
        wishes.confirm(self.wish)
        self.wish.refresh_from_db()
        return self.wish

    @cached_property
    def subscription(self):
        subscriptions.ask(email="reader@example.org", language="fr")
        return Subscription.objects.get()

    @cached_property
    def confirmed_subscription(self):
        subscriptions.confirm(self.subscription, language="fr")
        self.subscription.refresh_from_db()
        return self.subscription

    @cached_property
    def given_up(self):
        """Of two messages to readers one was sent, one could not be."""
        return Notice.objects.create(
            template="wish-confirm",
            key="given-up",
            to="reader@example.org",
            language="fr",
            request=self.wish,
            attempts=5,
            parked_at=timezone.now(),
            last_error="550 no such user",
        )

    @cached_property
    def news(self):
        """A publication that came out in the last quarter that is over."""
        day = datetime.datetime.combine(Quarter.now().last.ends_on, datetime.time(12), datetime.UTC)
        publication = make_publication("news", title_fr="Du nouveau", published_at=day)
        make_file(make_edition(publication, "fr", published_at=day), scenes.pdf("news"))
        upkeep.refresh([publication])
        return publication
