"""Letting out and taking back in the administration: buttons, pages that ask, actions."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from simple_history.admin import SimpleHistoryAdmin

from catalogue import identifiers, languages, publishing, states
from catalogue.admin.layout import Uncluttered
from catalogue.checklist import open_points, points_of
from catalogue.models import Publication
from catalogue.text import LineField

MOST_AT_ONCE = 200  # entries of one action, each of which is looked at
ONWARD = ("_publish", "_schedule")  # buttons that lead from the form to the page of publishing
WITHDRAW, UNSCHEDULE, PUBLISH = "withdraw", "unschedule", "publish"


def preview_of(thing):
    """Where colleagues see what readers will."""
    publication = thing if isinstance(thing, Publication) else thing.publication
    return reverse("editing:preview", args=[publication.slug])


DAY_WANTED = gettext_lazy("Write the date as year-month-day, for example 2026-12-31.")
TIME_WANTED = gettext_lazy("Write the time like 09:00.")


class MomentForm(forms.Form):
    """When something is to come out: a day and a time of the office's clock."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages=dict.fromkeys(["required", "invalid"], DAY_WANTED),
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        initial="09:00",
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages=dict.fromkeys(["required", "invalid"], TIME_WANTED),
    )

    def clean(self):
        super().clean()
        if {"day", "time"} <= self.cleaned_data.keys():
            self.cleaned_data["at"] = self._in_the_future()

    def _in_the_future(self):
        naive = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        at = timezone.make_aware(naive)
        if at <= timezone.now():
            raise forms.ValidationError(
                gettext_lazy("This moment is past. Choose a later one, or publish now.")
            )
        return at


class ReasonForm(forms.Form):
    """Why something is taken back; kept in its history."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        longest=publishing.LONGEST_REASON,
        max_length=publishing.LONGEST_REASON,
        help_text=gettext_lazy("One line for the history; readers do not see it."),
        widget=forms.TextInput({"class": "vTextField"}),
        error_messages={"required": gettext_lazy("Say why, in one line.")},
    )


class PublishingAdmin(Uncluttered, SimpleHistoryAdmin):
    """What publications and editions share: let out, taken back, never deleted once out."""

    actions = ["publish", "unschedule", "withdraw"]
    object_history_list_template = "admin/catalogue/history.html"
    symbol_key = ""

    @admin.display(description=gettext_lazy("visibility"), ordering="published_at")
    def visibility(self, thing):
        return states.state(thing).sentence

    # Pages that ask ---------------------------------------------------------

    def get_urls(self):
        name = self.opts.model_name
        pages = [(PUBLISH, self.publish_view), (WITHDRAW, self.withdraw_view)]
        own = [
            path(
                f"<path:object_id>/{verb}/",
                self.admin_site.admin_view(view),
                name=f"catalogue_{name}_{verb}",
            )
            for verb, view in pages
        ]
        return own + super().get_urls()

    def page_of(self, thing, verb="change"):
        return reverse(f"admin:catalogue_{self.opts.model_name}_{verb}", args=[thing.pk])

    def _changeable(self, request, object_id):
        thing = self.get_object(request, object_id)
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        return thing

    def publish_view(self, request, object_id):
        """Ask when, with what is still wanting in sight."""
        thing = self._changeable(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = MomentForm(request.POST if "_schedule" in request.POST else None)
        wanting = open_points(thing)
        if request.method == "POST" and not any(point.is_obstacle for point in wanting):
            if "_unschedule" in request.POST:
                return self._unscheduled(request, thing)
            if "_publish" in request.POST:
                return self._published(request, thing)
            if form.is_valid():
                return self._published(request, thing, at=form.cleaned_data["at"])
        context = {"form": form, "points": points_of(thing), "wanting": wanting}
        return self._page(request, "publish", thing, _("Publish"), context)

    def _published(self, request, thing, at=None):
        publishing.publish(thing, by=request.user, at=at)
        self._tell(request, thing)
        return redirect(self.page_of(thing))

    def _unscheduled(self, request, thing):
        publishing.unschedule(thing, by=request.user)
        self._tell(request, thing)
        return redirect(self.page_of(thing))

    def _tell(self, request, thing):
        """Say where it stands now."""
        sentence = states.state(thing).sentence
        text = _("“%(title)s”: %(state)s.") % {"title": thing, "state": sentence}
        messages.success(request, text)

    def withdraw_view(self, request, object_id):
        """Ask whether it is meant, and why."""
        thing = self._changeable(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            publishing.withdraw(thing, by=request.user, reason=form.cleaned_data["reason"])
            self._tell(request, thing)
            return redirect(self.page_of(thing))
        return self._page(request, "withdraw", thing, _("Withdraw"), {"form": form})

    def _page(self, request, name, thing, title, context):
        """A page of the administration about one entry."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "original": thing,
            "state": states.state(thing),
            "preview": preview_of(thing),
            "back": self.page_of(thing),
            **context,
        }
        return TemplateResponse(request, f"admin/catalogue/{name}.html", context)

    # The form ---------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = extra_context or {}
        if request.method == "GET" and (thing := self.get_object(request, object_id)):
            context |= {"points": points_of(thing), "wanting": open_points(thing)}
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk:
            context |= {"state": states.state(obj), "preview": preview_of(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self._onward(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._onward(request, obj) or super().response_change(request, obj)

    def _onward(self, request, thing):
        """Where a button leads that says more than “Save”; None for the usual way."""
        if not any(name in request.POST for name in ONWARD):
            return None
        if "_publish" in request.POST and not open_points(thing):
            publishing.publish(thing, by=request.user)
            return None
        messages.info(request, _("Saved. It is not published yet."))
        return redirect(self.page_of(thing, PUBLISH))

    # Actions ----------------------------------------------------------------

    @admin.action(description=gettext_lazy("Publish the selected entries"), permissions=["change"])
    def publish(self, request, queryset):
        """Those without an obstacle; asks first where something is wanting."""
        if queryset.count() > MOST_AT_ONCE:
            text = _("Choose at most %(count)s entries at a time.") % {"count": MOST_AT_ONCE}
            return self.message_user(request, text, messages.WARNING)
        rows = [(thing, open_points(thing)) for thing in queryset]
        if "confirmed" not in request.POST and any(wanting for _thing, wanting in rows):
            return self._ask(request, "publish_selected", _("Publish"), {"rows": rows})
        fit = [row for row, wanting in rows if not any(point.is_obstacle for point in wanting)]
        for thing in fit:
            publishing.publish(thing, by=request.user)
        text = ngettext("%(count)s entry is public.", "%(count)s entries are public.", len(fit))
        self.message_user(request, text % {"count": len(fit)}, messages.SUCCESS)
        return None

    @admin.action(
        description=gettext_lazy("Take the selected entries off the schedule"),
        permissions=["change"],
    )
    def unschedule(self, request, queryset):
        rows = [thing for thing in queryset if states.state(thing).is_scheduled]
        for thing in rows:
            publishing.unschedule(thing, by=request.user)
        text = ngettext(
            "%(count)s entry is a draft again.", "%(count)s entries are drafts again.", len(rows)
        )
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Withdraw the selected entries"), permissions=["change"])
    def withdraw(self, request, queryset):
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            rows = list(queryset)
            return self._ask(
                request, "withdraw_selected", _("Withdraw"), {"rows": rows, "form": form}
            )
        for thing in queryset:
            publishing.withdraw(thing, by=request.user, reason=form.cleaned_data["reason"])
        text = ngettext(
            "%(count)s entry is not public. Its address stays and says so.",
            "%(count)s entries are not public. Their addresses stay and say so.",
            len(queryset),
        )
        self.message_user(request, text % {"count": len(queryset)}, messages.SUCCESS)
        return None

    def _ask(self, request, name, title, context):
        """A page between the list and an action."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "action": request.POST["action"],
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            **context,
        }
        return TemplateResponse(request, f"admin/catalogue/{name}.html", context)

    def get_actions(self, request):
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name != "delete_selected"
        }

    # The rest ---------------------------------------------------------------

    def has_delete_permission(self, request, obj=None):
        """What was public once is withdrawn, so that its address keeps an answer."""
        was_out = obj is not None and states.is_out(obj)
        return not was_out and super().has_delete_permission(request, obj)

    def get_search_results(self, request, queryset, search_term):
        """Titles in every language, without accents; symbols however they are typed."""
        found, repeats = super().get_search_results(request, queryset, languages.fold(search_term))
        if key := identifiers.symbol_key(search_term):
            found |= queryset.filter(**{self.symbol_key: key})
        return found, repeats
