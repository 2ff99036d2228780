package io.bulwark.imaging.isolation;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * System calls that {@link SyscallFilter} knows, with their numbers on x86-64 and on aarch64 (Linux,
 * {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code scripts/syscall.tbl}). Calls that are not listed are
 * allowed, but those from {@link #FIRST_UNKNOWN} on, which no kernel had when this list was made.
 */
enum SystemCall {
    // Refused, here and below: sockets of every family: no network, no Unix socket of another program.
    SOCKET(41, 198),
    CONNECT(42, 203),
    BIND(49, 200),
    LISTEN(50, 201),
    ACCEPT(43, 202),
    ACCEPT4(288, 242),
    SENDTO(44, 206),
    SENDMSG(46, 211),
    SENDMMSG(307, 269),

    // Other processes: their memory, their descriptors, their signals, their group and their share of the machine.
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    PROCESS_MADVISE(440, 440),
    PROCESS_MRELEASE(448, 448),
    KCMP(312, 272),
    PIDFD_OPEN(434, 434),
    PIDFD_GETFD(438, 438),
    PIDFD_SEND_SIGNAL(424, 424),
    KILL(62, 129),
    TKILL(200, 130),
    RT_SIGQUEUEINFO(129, 138),
    RT_TGSIGQUEUEINFO(297, 240),
    SETSID(112, 157),
    SETPGID(109, 154),
    SETPRIORITY(141, 140),
    IOPRIO_SET(251, 30),
    MIGRATE_PAGES(256, 238),
    MOVE_PAGES(279, 239),

    // Namespaces and mounts.
    UNSHARE(272, 97),
    SETNS(308, 268),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    OPEN_TREE(428, 428),
    OPEN_TREE_ATTR(467, 467),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),

    // Code from memory, and what is used to break kernels.
    MEMFD_CREATE(319, 279),
    MEMFD_SECRET(447, 447),
    EXECVEAT(322, 281),
    USERFAULTFD(323, 282),
    USELIB(134, Numbers.NONE),
    PERSONALITY(135, 92),
    MODIFY_LDT(154, Numbers.NONE),
    IOPL(172, Numbers.NONE),
    IOPERM(173, Numbers.NONE),
    BPF(321, 280),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    PERF_EVENT_OPEN(298, 241),

    // The machine.
    KEYCTL(250, 219),
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    REBOOT(169, 142),
    SYSLOG(103, 116),
    ACCT(163, 89),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112),
    CLOCK_ADJTIME(305, 266),
    ADJTIMEX(159, 171),
    VHANGUP(153, 58),
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    FANOTIFY_INIT(300, 262),
    FANOTIFY_MARK(301, 263),

    // Memory, semaphores and queues that processes of one user share.
    SHMGET(29, 194),
    SHMAT(30, 196),
    SHMCTL(31, 195),
    SEMGET(64, 190),
    SEMCTL(66, 191),
    SEMOP(65, 193),
    SEMTIMEDOP(220, 192),
    MSGGET(68, 186),
    MSGCTL(71, 187),
    MSGSND(69, 189),
    MSGRCV(70, 188),
    MQ_OPEN(240, 180),
    MQ_UNLINK(241, 181),
    MQ_NOTIFY(244, 184),

    // Modes, owners, attributes and times of files, which Landlock leaves alone, and truncation by path, which it knows
    // from ABI 3 on.
    CHMOD(90, Numbers.NONE),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHMODAT2(452, 452),
    CHOWN(92, Numbers.NONE),
    LCHOWN(94, Numbers.NONE),
    FCHOWN(93, 55),
    FCHOWNAT(260, 54),
    SETXATTR(188, 5),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    REMOVEXATTR(197, 14),
    LREMOVEXATTR(198, 15),
    FREMOVEXATTR(199, 16),
    SETXATTRAT(463, 463),
    REMOVEXATTRAT(466, 466),
    FILE_SETATTR(469, 469),
    UTIME(132, Numbers.NONE),
    UTIMES(235, Numbers.NONE),
    FUTIMESAT(261, Numbers.NONE),
    UTIMENSAT(280, 88),
    TRUNCATE(76, 45),

    // Judged by their arguments.
    CLONE(56, 220, Kind.JUDGED),
    SOCKETPAIR(53, 199, Kind.JUDGED),
    CLONE3(435, 435, Kind.JUDGED),
    TGKILL(234, 131, Kind.JUDGED),
    PRLIMIT64(302, 261, Kind.JUDGED),
    SCHED_SETAFFINITY(203, 122, Kind.JUDGED),
    SCHED_SETPARAM(142, 118, Kind.JUDGED),
    SCHED_SETSCHEDULER(144, 119, Kind.JUDGED),
    SCHED_SETATTR(314, 274, Kind.JUDGED),
    FCNTL(72, 25, Kind.JUDGED),
    IOCTL(16, 29, Kind.JUDGED),

    // New processes; refused where no command decodes files.
    FORK(57, Numbers.NONE, Kind.FORKS),
    VFORK(58, Numbers.NONE, Kind.FORKS),

    // What the launcher itself calls.
    SECCOMP(317, 277, Kind.ALLOWED),
    LANDLOCK_CREATE_RULESET(444, 444, Kind.ALLOWED),
    LANDLOCK_ADD_RULE(445, 445, Kind.ALLOWED),
    LANDLOCK_RESTRICT_SELF(446, 446, Kind.ALLOWED),
    CLOSE_RANGE(436, 436, Kind.ALLOWED);

    /** What a decoder process may do with a call. */
    enum Kind {
        REFUSED,
        JUDGED,
        FORKS,
        ALLOWED
    }

    /** Linux 6.18 ends at 469; numbers from 424 on are the same everywhere. */
    static final int FIRST_UNKNOWN = 470;

    private final int x86;
    private final int arm;
    private final Kind kind;

    SystemCall(int x86, int arm) {
        this(x86, arm, Kind.REFUSED);
    }

    SystemCall(int x86, int arm, Kind kind) {
        this.x86 = x86;
        this.arm = arm;
        this.kind = kind;
    }

    /** Its number; empty where the architecture does not have it. */
    OptionalInt number(Architecture architecture) {
        int number = architecture == Architecture.X86_64 ? x86 : arm;
        return number == Numbers.NONE ? OptionalInt.empty() : OptionalInt.of(number);
    }

    Kind kind() {
        return kind;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Constants of an enum cannot name its own fields. */
    private static final class Numbers {
        static final int NONE = -1;
    }

    /** A processor whose system calls {@link SystemCall} knows. */
    enum Architecture {
        X86_64(0xC000003E),
        AARCH64(0xC00000B7);

        private final int audit;

        /** @param audit its {@code AUDIT_ARCH_*} of linux/audit.h */
        Architecture(int audit) {
            this.audit = audit;
        }

        int audit() {
            return audit;
        }

        /**
         * That of this JVM.
         *
         * @throws IOException if it is another one, or the system is not Linux
         */
        static Architecture here() throws IOException {
            String system = System.getProperty("os.name");
            String name = System.getProperty("os.arch");
            if (system.equals("Linux")) {
                switch (name) {
                    case "amd64", "x86_64" -> {
                        return X86_64;
                    }
                    case "aarch64" -> {
                        return AARCH64;
                    }
                    default -> {}
                }
            }
            throw new IOException(
                    "decoder processes are isolated on Linux on x86-64 and aarch64, this is " + system + " on " + name);
        }
    }
}
