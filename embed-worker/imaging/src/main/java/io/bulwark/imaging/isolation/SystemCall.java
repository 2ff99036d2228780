package io.bulwark.imaging.isolation;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * System calls that {@link SyscallFilter} knows, with their numbers on x86-64 and on aarch64 (Linux,
 * {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code scripts/syscall.tbl}). Calls that are not listed are allowed, but
 * those from {@link #FIRST_UNKNOWN} on, which no kernel had when this list was made.
 */
enum SystemCall {
    // Sockets of every family: no network, no Unix socket of another program.
    SOCKET(41, 198, Kind.REFUSED),
    CONNECT(42, 203, Kind.REFUSED),
    BIND(49, 200, Kind.REFUSED),
    LISTEN(50, 201, Kind.REFUSED),
    ACCEPT(43, 202, Kind.REFUSED),
    ACCEPT4(288, 242, Kind.REFUSED),
    SENDTO(44, 206, Kind.REFUSED),
    SENDMSG(46, 211, Kind.REFUSED),
    SENDMMSG(307, 269, Kind.REFUSED),

    // Other processes: their memory, their descriptors, their signals, their group and their share of the machine.
    PTRACE(101, 117, Kind.REFUSED),
    PROCESS_VM_READV(310, 270, Kind.REFUSED),
    PROCESS_VM_WRITEV(311, 271, Kind.REFUSED),
    PROCESS_MADVISE(440, 440, Kind.REFUSED),
    PROCESS_MRELEASE(448, 448, Kind.REFUSED),
    KCMP(312, 272, Kind.REFUSED),
    PIDFD_OPEN(434, 434, Kind.REFUSED),
    PIDFD_GETFD(438, 438, Kind.REFUSED),
    PIDFD_SEND_SIGNAL(424, 424, Kind.REFUSED),
    KILL(62, 129, Kind.REFUSED),
    TKILL(200, 130, Kind.REFUSED),
    RT_SIGQUEUEINFO(129, 138, Kind.REFUSED),
    RT_TGSIGQUEUEINFO(297, 240, Kind.REFUSED),
    SETSID(112, 157, Kind.REFUSED),
    SETPGID(109, 154, Kind.REFUSED),
    SETPRIORITY(141, 140, Kind.REFUSED),
    IOPRIO_SET(251, 30, Kind.REFUSED),
    MIGRATE_PAGES(256, 238, Kind.REFUSED),
    MOVE_PAGES(279, 239, Kind.REFUSED),

    // Namespaces and mounts.
    UNSHARE(272, 97, Kind.REFUSED),
    SETNS(308, 268, Kind.REFUSED),
    MOUNT(165, 40, Kind.REFUSED),
    UMOUNT2(166, 39, Kind.REFUSED),
    PIVOT_ROOT(155, 41, Kind.REFUSED),
    CHROOT(161, 51, Kind.REFUSED),
    OPEN_TREE(428, 428, Kind.REFUSED),
    OPEN_TREE_ATTR(467, 467, Kind.REFUSED),
    MOVE_MOUNT(429, 429, Kind.REFUSED),
    FSOPEN(430, 430, Kind.REFUSED),
    FSCONFIG(431, 431, Kind.REFUSED),
    FSMOUNT(432, 432, Kind.REFUSED),
    FSPICK(433, 433, Kind.REFUSED),
    MOUNT_SETATTR(442, 442, Kind.REFUSED),
    SWAPON(167, 224, Kind.REFUSED),
    SWAPOFF(168, 225, Kind.REFUSED),
    QUOTACTL(179, 60, Kind.REFUSED),
    QUOTACTL_FD(443, 443, Kind.REFUSED),

    // Code from memory, and what is used to break kernels.
    MEMFD_CREATE(319, 279, Kind.REFUSED),
    MEMFD_SECRET(447, 447, Kind.REFUSED),
    EXECVEAT(322, 281, Kind.REFUSED),
    USERFAULTFD(323, 282, Kind.REFUSED),
    USELIB(134, Numbers.NONE, Kind.REFUSED),
    PERSONALITY(135, 92, Kind.REFUSED),
    MODIFY_LDT(154, Numbers.NONE, Kind.REFUSED),
    IOPL(172, Numbers.NONE, Kind.REFUSED),
    IOPERM(173, Numbers.NONE, Kind.REFUSED),
    BPF(321, 280, Kind.REFUSED),
    IO_URING_SETUP(425, 425, Kind.REFUSED),
    IO_URING_ENTER(426, 426, Kind.REFUSED),
    IO_URING_REGISTER(427, 427, Kind.REFUSED),
    PERF_EVENT_OPEN(298, 241, Kind.REFUSED),

    // The machine.
    KEYCTL(250, 219, Kind.REFUSED),
    ADD_KEY(248, 217, Kind.REFUSED),
    REQUEST_KEY(249, 218, Kind.REFUSED),
    INIT_MODULE(175, 105, Kind.REFUSED),
    FINIT_MODULE(313, 273, Kind.REFUSED),
    DELETE_MODULE(176, 106, Kind.REFUSED),
    KEXEC_LOAD(246, 104, Kind.REFUSED),
    KEXEC_FILE_LOAD(320, 294, Kind.REFUSED),
    REBOOT(169, 142, Kind.REFUSED),
    SYSLOG(103, 116, Kind.REFUSED),
    ACCT(163, 89, Kind.REFUSED),
    SETHOSTNAME(170, 161, Kind.REFUSED),
    SETDOMAINNAME(171, 162, Kind.REFUSED),
    SETTIMEOFDAY(164, 170, Kind.REFUSED),
    CLOCK_SETTIME(227, 112, Kind.REFUSED),
    CLOCK_ADJTIME(305, 266, Kind.REFUSED),
    ADJTIMEX(159, 171, Kind.REFUSED),
    VHANGUP(153, 58, Kind.REFUSED),
    NAME_TO_HANDLE_AT(303, 264, Kind.REFUSED),
    OPEN_BY_HANDLE_AT(304, 265, Kind.REFUSED),
    FANOTIFY_INIT(300, 262, Kind.REFUSED),
    FANOTIFY_MARK(301, 263, Kind.REFUSED),

    // Memory, semaphores and queues that processes of one user share.
    SHMGET(29, 194, Kind.REFUSED),
    SHMAT(30, 196, Kind.REFUSED),
    SHMCTL(31, 195, Kind.REFUSED),
    SEMGET(64, 190, Kind.REFUSED),
    SEMCTL(66, 191, Kind.REFUSED),
    SEMOP(65, 193, Kind.REFUSED),
    SEMTIMEDOP(220, 192, Kind.REFUSED),
    MSGGET(68, 186, Kind.REFUSED),
    MSGCTL(71, 187, Kind.REFUSED),
    MSGSND(69, 189, Kind.REFUSED),
    MSGRCV(70, 188, Kind.REFUSED),
    MQ_OPEN(240, 180, Kind.REFUSED),
    MQ_UNLINK(241, 181, Kind.REFUSED),
    MQ_NOTIFY(244, 184, Kind.REFUSED),

    // Modes, owners, attributes and times of files, which Landlock leaves alone, and truncation by path, which it knows
    // from ABI 3 on.
    CHMOD(90, Numbers.NONE, Kind.REFUSED),
    FCHMOD(91, 52, Kind.REFUSED),
    FCHMODAT(268, 53, Kind.REFUSED),
    FCHMODAT2(452, 452, Kind.REFUSED),
    CHOWN(92, Numbers.NONE, Kind.REFUSED),
    LCHOWN(94, Numbers.NONE, Kind.REFUSED),
    FCHOWN(93, 55, Kind.REFUSED),
    FCHOWNAT(260, 54, Kind.REFUSED),
    SETXATTR(188, 5, Kind.REFUSED),
    LSETXATTR(189, 6, Kind.REFUSED),
    FSETXATTR(190, 7, Kind.REFUSED),
    REMOVEXATTR(197, 14, Kind.REFUSED),
    LREMOVEXATTR(198, 15, Kind.REFUSED),
    FREMOVEXATTR(199, 16, Kind.REFUSED),
    SETXATTRAT(463, 463, Kind.REFUSED),
    REMOVEXATTRAT(466, 466, Kind.REFUSED),
    FILE_SETATTR(469, 469, Kind.REFUSED),
    UTIME(132, Numbers.NONE, Kind.REFUSED),
    UTIMES(235, Numbers.NONE, Kind.REFUSED),
    FUTIMESAT(261, Numbers.NONE, Kind.REFUSED),
    UTIMENSAT(280, 88, Kind.REFUSED),
    TRUNCATE(76, 45, Kind.REFUSED),

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
}
