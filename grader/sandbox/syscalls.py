"""System calls that student code has no use for, as data.

Each has a name, its number on x86_64 and its number on aarch64 (None: not there).
"""

from __future__ import annotations

Number = int | None
Call = tuple[Number, Number]

NEWEST = 462  # mseal; a call newer than this table answers "not implemented"

REFUSED: dict[str, Call] = {
    # new processes, other programs
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    # other processes
    "tkill": (200, 130),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "set_tid_address": (218, 96),  # at its end, a thread wakes whoever waits at that address
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    # the network
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    # messages, semaphores and memory shared by name
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # properties of files, which Landlock does not guard
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "fallocate": (285, 47),  # takes space beyond a file's end, whatever the limit on its size
    "mknod": (133, None),
    "mknodat": (259, 33),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    # what files that several children may read have in common, and what all of the machine does
    "flock": (73, 32),
    "sysinfo": (99, 179),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "mincore": (27, 232),
    "cachestat": (451, 451),
    "fadvise64": (221, 223),
    "readahead": (187, 213),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "sync_file_range": (277, 84),
    # further rules of Landlock's: a rule keeps a deleted file, and so its space
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "setns": (308, 268),
    "unshare": (272, 97),
    # large kernel surface, or the machine itself
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "seccomp": (317, 277),
    "lsm_set_self_attr": (460, 460),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "lookup_dcookie": (212, 18),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "nfsservctl": (180, 42),
    "_sysctl": (156, None),
    "vmsplice": (278, 75),
}

# Allowed on the own process only: the first argument must be its id.
OWN_PROCESS: dict[str, Call] = {
    "kill": (62, 129),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}

# They answer "not implemented", and libraries fall back to an older call.
MISSING: dict[str, Call] = {
    "clone3": (435, 435),  # its flags lie in memory, out of a filter's sight
    "preadv2": (327, 286),  # reads only what the machine has cached, if asked to
    "futex_waitv": (449, 449),
    "futex_wake": (454, 454),
    "futex_wait": (455, 455),
    "futex_requeue": (456, 456),
}

# Allowed or refused by an argument.

CLOCK_GETTIME = (228, 113)  # clocks of other processes have negative numbers

CLONE = (56, 220)
CLONE_FILES, CLONE_THREAD, CLONE_NAMESPACES = 0x00000400, 0x00010000, 0x7E020000
CLOSE_RANGE = (436, 436)
# A thread with descriptors of its own would hold files open where the server's watch doesn't look.
CLOSE_RANGE_UNSHARE = 2

# Its other commands lock files and lease them, send signals to other processes, and tell of pipes that users share.
FCNTL = (72, 25)
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_QUERY, F_DUPFD_CLOEXEC
FCNTL_ALLOWED = (0, 1, 2, 3, 1027, 1030)
F_SETFL, O_ASYNC = 4, 0x2000

FUTEX = (202, 98)
_PRIVATE, _REALTIME = 128, 256
_WAIT, _WAKE, _REQUEUE, _CMP_REQUEUE, _WAKE_OP, _WAIT_BITSET, _WAKE_BITSET = 0, 1, 3, 4, 5, 9, 10
FUTEX_ALLOWED = (
    *(_PRIVATE | each for each in (_WAIT, _WAKE, _REQUEUE, _CMP_REQUEUE, _WAKE_OP)),
    *(_PRIVATE | each for each in (_WAIT_BITSET, _WAKE_BITSET, _WAIT_BITSET | _REALTIME)),
    # Waiting for a thread's end. Waking is not among them: a page of a file is the same page for all that map it.
    *(_WAIT, _WAIT_BITSET, _WAIT_BITSET | _REALTIME),
)

# Others send signals, type into a terminal, and write a file's flags and version, which needs no right to write it.
IOCTL = (16, 29)
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TCGETS2
IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C542A)

MADVISE = (28, 233)
MADVISE_REFUSED = (12, 20, 21)  # MADV_MERGEABLE, MADV_COLD, MADV_PAGEOUT: pages that others use too

PRCTL = (157, 167)
PRCTL_REFUSED = (
    1,  # PR_SET_PDEATHSIG: a child ends with its server
    4,  # PR_SET_DUMPABLE: the server's watch sees what a child holds open
    22,  # PR_SET_SECCOMP
    36,  # PR_SET_CHILD_SUBREAPER
    62,  # PR_SCHED_CORE
    67,  # PR_SET_MEMORY_MERGE
)

PRLIMIT = (302, 261)  # on the own process only: 0 or its id
