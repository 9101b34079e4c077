"""How files are kept on a disk, and how an upload reaches it."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.utils.deconstruct import deconstructible

DRAFT = ".draft-"  # how the name of a file begins while it is being written


@deconstructible
class WholeFileStorage(FileSystemStorage):
    """Files appear under their names whole, on the disk, or not at all.

    Django's own storage writes under the final name; killed meanwhile, it leaves half a file
    there. Names are fingerprints of the content, so that a name taken means the same bytes.
    """

    def is_name_available(self, name, max_length=None):
        return not (max_length and len(name) > max_length)

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=DRAFT, delete=False) as draft:
            try:
                self._write(content, draft)
            except BaseException:
                Path(draft.name).unlink()
                raise
        Path(draft.name).rename(path)
        _sync(path.parent)
        return name

    def _write(self, content, draft):
        for chunk in content.chunks():
            draft.write(chunk)
        draft.flush()
        os.fchmod(draft.fileno(), settings.FILE_UPLOAD_PERMISSIONS)
        os.fsync(draft.fileno())


def _sync(folder: Path) -> None:
    """Put the folder's list of names on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams an upload to a temporary file, and writes no more of it than may be accepted.

    What is beyond is a hole in the file: it has the size of what was sent, for the form to
    refuse by, and takes no room. What a stranger sends is passed over.
    """

    def new_file(self, *args, **kwargs):
        user = getattr(self.request, "user", None)
        if not (user and user.is_staff):
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        if start <= settings.PDF_MAX_BYTES:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        self.file.truncate(file_size)
        return super().file_complete(file_size)
