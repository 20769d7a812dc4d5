"""What a process that sets a document may use: limits of the kernel, no network, no environment, no descriptors."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.protocol import Limits

_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_NO_NEW_PRIVILEGES = 38
_HIGHEST_DESCRIPTOR = 4096


def leave_network() -> bool:
    """Move this process into a network without any interface; tell whether the kernel allowed it.

    Must be called before any thread starts. Where user namespaces are off the caller goes on without: the closed
    fetcher and the limits still hold.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    left: int = libc.unshare(_NEW_USER_AND_NETWORK)
    return left == 0


def confine(limits: Limits, keep: int, folder: str) -> None:
    """Hold this process to ``limits``, alone in an empty ``folder``, with no descriptor but ``keep``."""
    os.chdir(folder)
    os.closerange(3, keep)
    os.closerange(keep + 1, _HIGHEST_DESCRIPTOR)
    # One second between the limits lets the kernel name the cause (SIGXCPU) before it insists.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_AS: limits.memory,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))


def thread_count() -> int:
    """How many threads this process has, those of libraries included where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()
