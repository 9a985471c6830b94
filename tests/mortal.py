"""What a process may do that is not root's, tried out by one that is: to root no file is read-only."""

import ctypes
import multiprocessing
import os
import traceback
from collections.abc import Callable

import pytest

_VERSION = 0x20080522  # of the capabilities of Linux, in two words of 32
_PATIENCE = 120  # seconds: what is forked off while another thread holds a lock may wait for it for ever
_CAPSET = {"x86_64": 126, "aarch64": 91}


def as_a_mortal(deed: Callable[[], None]) -> None:
    """Do something in a child process to which permissions apply as to everybody, and raise what it raised."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)

    def run() -> None:
        told = ""
        try:
            _give_up_privileges()
            deed()
        except BaseException:  # noqa: BLE001 - handed on to the test
            told = traceback.format_exc()
        there.send(told)
        os._exit(0)  # what belongs to the tests is not to be ended here

    process = fork.Process(daemon=True, target=run)
    process.start()
    there.close()
    try:
        told = here.recv() if here.poll(_PATIENCE) else "it hangs"
    except EOFError:
        told = "it died"
    process.kill() if told else process.join(_PATIENCE)
    if told:
        pytest.fail(told)


def _give_up_privileges() -> None:
    if os.geteuid() == 0:
        machine = os.uname().machine
        if machine not in _CAPSET:
            pytest.skip(f"not known on {machine}: how root gives up what only root may do")
        header, none = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).syscall(_CAPSET[machine], header, none) == 0
