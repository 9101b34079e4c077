"""Publications, and where they stand."""

import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from catalogue import offered, publishing, upkeep
from catalogue.models import Meeting, Series, Topic
from tests.browser.faults import ARABIC
from tests.builders import clerk, make_edition, make_file, make_publication
from tests.journeys import scenes

TITLES = {"en": "Final report", "fr": "Rapport final", "es": "Informe final"}
SYMBOL = "CCM/MSP/2011/5"
PROSE = "The States Parties met in Beirut and spoke of zirconium, and of cluster munitions."


class Catalogue:
    @cached_property
    def plan(self):
        """In three languages, and in Arabic."""
        plan = scenes.make_plan()
        arabic = make_edition(plan, "ar", title=ARABIC, on_hand=3)
        make_file(arabic, scenes.pdf("ar"))
        return plan

    @cached_property
    def french(self):
        return scenes.edition_of(self.plan, "fr")

    @cached_property
    def spanish(self):
        return scenes.edition_of(self.plan, "es")

    @cached_property
    def arabic(self):
        return scenes.edition_of(self.plan, "ar")

    @cached_property
    def untranslated(self):
        """Titled and described in French only, out of print, and replaced by the plan."""
        publication = make_publication(
            "rapport",
            title_fr="Rapport de la réunion",
            title_en="",
            summary_fr="Ce que les États parties ont dit.",
        )
        self.plan.replaces = publication
        self.plan.save()
        make_edition(publication, "fr", is_printed=True)
        upkeep.refresh([publication, self.plan])
        return publication

    @cached_property
    def withdrawn(self):
        return make_publication("withdrawn", symbol="CCM/MSP/2012/1", withdrawn_at=timezone.now())

    @cached_property
    def withdrawn_edition(self):
        return make_edition(self.plan, "ru", on_hand=5, withdrawn_at=timezone.now())

    @cached_property
    def series(self):
        names = {"en": "Final reports", "fr": "Rapports finals", "es": "Informes finales"}
        return Series.objects.create(slug="reports", **scenes.by_language(names))

    @cached_property
    def unused_topic(self):
        names = {"en": "Transparency", "fr": "Transparence", "es": "Transparencia"}
        return Topic.objects.create(slug="transparency", **scenes.by_language(names))

    @cached_property
    def meeting(self):
        return Meeting.objects.create(
            code="2MSP",
            name_en="Second Meeting of States Parties",
            name_fr="Deuxième Assemblée des États parties",
            name_es="Segunda Reunión de los Estados Partes",
            place_en="Beirut",
            starts_on=datetime.date(2011, 9, 12),
            ends_on=datetime.date(2011, 9, 16),
        )

    @cached_property
    def report(self):
        """What may happen to a publication has happened to this one.

        It replaces another and is replaced, was corrected, has a PDF in its second version, a
        newer edition in place of one, a withdrawn edition and one in translation.
        """
        report = self._document("final-report", TITLES, SYMBOL)
        old, new = make_edition(report, "en"), make_edition(report, "en", on_hand=7)
        for edition, text in [(old, "old"), (new, "first"), (new, PROSE)]:
            make_file(edition, scenes.pdf(text), text=text, note="The map on page 3 is corrected.")
        new.supersedes = old
        new.save()
        make_file(make_edition(report, "fr", withdrawn_at=timezone.now()), scenes.pdf("fr"))
        soon = timezone.localdate() + datetime.timedelta(days=60)
        publishing.start_translation(report, "es", by=clerk(), expected_on=soon)
        self._give_a_family(report)
        return report

    def _give_a_family(self, report):
        before = self._document("draft-report", {"en": "Draft report"}, "CCM/MSP/2011/4")
        after = self._document("next-report", {"en": "Next report"}, "CCM/MSP/2012/5")
        erratum = self._document("corrigendum", {"fr": "Rectificatif"}, f"{SYMBOL}/Corr.1")
        report.replaces, after.replaces, erratum.corrects = before, report, report
        for publication in (report, after, erratum):
            publication.save()
        upkeep.refresh([before, report, after, erratum])

    def _document(self, slug, titles, symbol):
        """A document of the meeting, in the series and about the topic."""
        terms = {"series": self.series, "meeting": self.meeting}
        day = datetime.date(2011, 9, 16)
        document = make_publication(slug, symbol=symbol, issued_on=day, **terms)
        document.topics.add(scenes.make_topic())
        scenes.rename(document, titles)
        if document.slug != "final-report":
            make_file(make_edition(document, "en"), scenes.pdf(slug))
        return document

    @cached_property
    def printed(self):
        """The catalogue as a PDF, for readers of English."""
        path = settings.DATA_DIR / "catalogue.pdf"
        path.write_bytes(scenes.pdf("catalogue"))
        return offered.offer(path, {"pages": 12, "publications": 3})
