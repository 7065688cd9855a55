"""Reading files: bytes in, rows out, and nothing a file contains can hurt the process that asked.

`read` starts a child process with hard limits (`ledger.reading.child`), hands it the bytes and takes the
rows back line by line. The child knows neither Django nor the database. A file that is wrong, hostile or
merely too large ends as `FileRejected` with a sentence; a child that is killed does as well.
"""

from ledger.reading.limits import Limits
from ledger.reading.parent import FileRejected, Sheet, read

__all__ = ["FileRejected", "Limits", "Sheet", "read"]
