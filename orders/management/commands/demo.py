"""manage.py demo: prepare the demonstration if need be, and serve it."""

import base64
import errno
import logging
import os
import socket
from pathlib import Path
from threading import Thread
from time import sleep

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django.urls import reverse
from django.utils.crypto import salted_hmac

from catalogue import jobs, notices, upkeep
from catalogue.progress import shown
from catalogue.specimens import life, loading
from orders import outbox, specimens
from orders.roles import make_roles

log = logging.getLogger(__name__)
STAFF = "desk"
THREADS = 8


class Command(BaseCommand):
    help = "Prepares the demonstration if need be and serves it. Only with DEMO=1."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host, port, **options):
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: it runs with DEMO=1 only.")
        door = bound(host, port)
        know_address(host, port)
        try:
            self.prepare()
        except KeyboardInterrupt:
            raise CommandError("Interrupted. The next start goes on from here.") from None
        serve(door.detach(), announce=self.announce)

    def prepare(self):
        call_command("migrate", verbosity=0, interactive=False)
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        make_roles()
        self.load_catalogue()
        self.load_orders()

    def load_catalogue(self):
        """The specimen catalogue, or what an interrupted start left out of it."""
        loading.load_words()
        loading.load_publications()
        self.load("PDFs", loading.load_files, loading.missing_files())
        life.load()

    def load_orders(self):
        staff = make_staff()
        if missing := specimens.missing_orders():
            specimens.load_stock(staff)
            self.load("orders", lambda entries: specimens.load_orders(entries, staff), missing)
        specimens.hold_meetings()

    def load(self, what, loader, missing):
        if missing:
            self.stdout.write(f"Preparing {len(missing)} specimen {what}, once.")
            self.stdout.flush()
            for _step in shown(loader(missing), len(missing)):
                pass

    def announce(self):
        site = settings.SITE_URL
        self.stdout.write(
            f"""
  Publications  {site}/
  Desk          {site}{reverse("desk:queue")}
  Sign in as    {STAFF}, password {password()}
  Mail          at the desk under Messages, and in {settings.EMAIL_FILE_PATH}

Everything shown is a specimen. Ctrl-C ends it."""
        )
        self.stdout.flush()


# Accounts -----------------------------------------------------------------------------


def password():
    """The password of the demonstration's staff: another one in each installation."""
    digest = salted_hmac("orders.demo", STAFF, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:10]


def make_staff():
    """The account with which the demonstration's desk is opened."""
    user, is_new = get_user_model().objects.get_or_create(
        username=STAFF,
        defaults={"email": f"{STAFF}@example.org", "is_staff": True, "is_superuser": True},
    )
    if is_new or not user.check_password(password()):
        user.set_password(password())
        user.save()
    return user


# Serving ------------------------------------------------------------------------------


def bound(host, port):
    """A socket that holds the address, so that nobody waits a minute to learn it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError) as error:
        door.close()
        raise CommandError(refusal(host, port, error)) from error
    return door


def refusal(host, port, error):
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Take another: make demo PORT={port + 1}"
    return f"Port {port} of {host} cannot be used: {error}"


def know_address(host, port):
    """Links in mails lead to where the demonstration is served, unless SITE_URL says otherwise."""
    if "SITE_URL" not in os.environ:
        shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        settings.SITE_URL = f"http://{shown_host}:{port}"
        settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]
        settings.ALLOWED_HOSTS = ["*"] if shown_host != host else [*settings.ALLOWED_HOSTS, host]


def keep_time():
    """Do every half minute what a timer does on a real site."""

    def tend():
        while True:
            sleep(30)
            try:
                upkeep.catch_up()
                outbox.deliver()
                notices.deliver()
                jobs.tend()
            except Exception:
                log.exception("The clock's work is tried again in half a minute")
            finally:
                connections.close_all()

    Thread(target=tend, daemon=True).start()


def end_with(parent):
    """A worker that outlives its killed parent would hold the address as long as a browser asks."""

    def look():
        while os.getppid() == parent:
            sleep(0.1)
        os._exit(1)

    Thread(target=look, daemon=True).start()


def begin_work(worker):
    end_with(worker.ppid)
    keep_time()


def serve(door, *, announce):
    """Serve the site on the socket of this number until the process is told to stop."""
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", f"fd://{door}")
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", THREADS)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("post_worker_init", begin_work)
            self.cfg.set("when_ready", lambda _arbiter: announce())

        def load(self):
            return get_internal_wsgi_application()

    connections.close_all()  # the worker is a fork and opens its own
    Site().run()
