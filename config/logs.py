"""What the log does not say: who asked, and what opens an order."""

import logging
import re

SECRET = re.compile(
    r"(?<=/order/)[\w-]{43}(?=/|$|\s)|(?<=/wishes/)[\w.-]+|(?<=/subscriptions/)[\w.-]+", re.ASCII
)
READER = re.compile(r"\bip=[0-9A-Fa-f.:]+(?=: )")  # of gunicorn, where it cannot read a request


class WithoutSecrets(logging.Filter):
    """Takes the secret out of an address: the log opens no order and ends no wish.

    And the address of a reader whose request the server refused.
    """

    def filter(self, record):
        said = SECRET.sub("…", record.getMessage())
        record.msg, record.args = READER.sub("ip=…", said), ()
        return True


class InOneLine(logging.Filter):
    """Says in one line what was refused: where in the code it was, nobody has to look for."""

    def filter(self, record):
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
