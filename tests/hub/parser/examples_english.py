"""English and mixed requests that run as they stand, next to those of attacked_english that do not."""

from __future__ import annotations

from tests.hub.parser.heldout import Example

ENGLISH: list[Example] = [
    ("bank", "restart 인뱅 WAS 2 whenever you get a chance", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "restart 인뱅 WAS 2 gracefully", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "please make sure to restart 인뱅 WAS 2", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "could 인뱅 WAS 2 be restarted please", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "could you restart 인뱅 WAS 2", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "mind restarting 인뱅 WAS 2", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "restart 인뱅 WAS node 1 and 3", "restart 미래은행/인터넷뱅킹/WAS#1,3"),
    ("bank", "restart 인뱅 WAS 1 through 3", "restart 미래은행/인터넷뱅킹/WAS#1,2,3"),
    ("bank", "restart 인뱅 WAS 1 sorry I meant 인뱅 WAS 2", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "인뱅 WAS 1 needs a restart", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "인뱅 WAS 1 needs restarting", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "인뱅 WAS 1호기 restart 해주세요 ASAP", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "인뱅 WAS 1 is fine, WAS 2 is slow. Restart it.", "restart 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "Restart 인뱅 WAS 1 instead of 2", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please restart 인뱅 WAS 1 carefully, one last time", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please restart 인뱅 WAS 1 and not 인뱅 WAS 2", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please do the restart of 인뱅 WAS 1", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please perform a restart of 인뱅 WAS 1", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please give 인뱅 WAS 1 a restart", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "please do not wait, restart 인뱅 WAS 1", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "kick 인뱅 WAS 1", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "cycle 인뱅 WAS 1", "restart 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "turn 인뱅 WAS 1 off and on", "restart 미래은행/인터넷뱅킹/WAS#1"),
]
