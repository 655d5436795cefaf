"""PDFium, which runs one thread at a time in the whole process: take the lock around it."""

import threading

LOCK = threading.Lock()
