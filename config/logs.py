"""What the log does not say."""

import logging
import re

SECRET = re.compile(
    r"(?<=/order/)[\w-]{43}(?=/|$|\s)|(?<=/wishes/)[\w.-]+|(?<=/subscriptions/)[\w.-]+", re.ASCII
)


class WithoutSecrets(logging.Filter):
    """Takes the secret out of an address: the log opens no order and ends no wish."""

    def filter(self, record):
        record.msg, record.args = SECRET.sub("…", record.getMessage()), ()
        return True


class InOneLine(logging.Filter):
    """Says in one line what was refused: where in the code it was, nobody has to look for."""

    def filter(self, record):
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
