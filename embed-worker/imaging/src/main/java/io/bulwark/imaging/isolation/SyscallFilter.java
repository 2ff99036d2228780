package io.bulwark.imaging.isolation;

import com.sun.jna.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A seccomp filter (linux/seccomp.h, linux/bpf_common.h): which system calls the calling thread, and all that it
 * starts, may make. Calls of another architecture, such as those of 32 bits on x86-64, end the process; refused ones
 * fail with EPERM.
 *
 * <p>A list of what is refused, not of what is allowed: a JVM and a C library change what they call from release to
 * release, and a decoder that dies of a harmless call refuses pictures. Calls that are newer than the list fail with
 * ENOSYS, for which each program has another way.
 */
final class SyscallFilter {

    private static final int SECCOMP_SET_MODE_FILTER = 1;

    static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    static final int IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    static final int IF_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    static final int IF_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    static final int RETURN = 0x06; // BPF_RET | BPF_K

    static final int ALLOW = 0x7fff0000;
    static final int KILL = 0x80000000;
    static final int EPERM = 0x00050001;
    static final int ENOSYS = 0x00050026;

    /** Offsets in struct seccomp_data; an argument's lower half comes first on both architectures. */
    static final int NUMBER = 0;

    static final int AUDIT = 4;
    static final int FIRST_ARGUMENT = 16;
    static final int SECOND_ARGUMENT = 24;

    private static final int CLONE_THREAD = 0x00010000;

    /** All CLONE_NEW* that clone knows, and CLONE_PARENT, by which a child would be the worker's. */
    private static final int CLONE_REFUSED = 0x7E028000;

    /** Who a descriptor's signals go to: F_SETOWN, F_SETSIG, F_SETOWN_EX. */
    private static final int[] FCNTL_REFUSED = {8, 10, 15};

    /** FIOSETOWN, SIOCSPGRP; TIOCSTI and TIOCLINUX type into a terminal. */
    private static final int[] IOCTL_REFUSED = {0x8901, 0x8902, 0x5412, 0x541C};

    private static final int AF_UNIX = 1;
    private static final int INSTRUCTION_BYTES = 8;

    /** One instruction: struct sock_filter. */
    record Instruction(int code, int then, int otherwise, int value) {}

    private final SystemCall.Architecture architecture;
    private final long pid;
    private final List<Instruction> program = new ArrayList<>();

    private SyscallFilter(SystemCall.Architecture architecture, long pid) {
        this.architecture = architecture;
        this.pid = pid;
    }

    /**
     * Makes a filter.
     *
     * @param pid the only process that may be sent signals to, by its own threads
     * @param forks whether other processes may be started
     */
    static List<Instruction> program(SystemCall.Architecture architecture, long pid, boolean forks) {
        return new SyscallFilter(architecture, pid).build(forks);
    }

    /** Puts it on the calling thread for good; it must have {@code no_new_privs}. */
    static void install(List<Instruction> program) throws IOException {
        Memory instructions = new Memory((long) program.size() * INSTRUCTION_BYTES);
        long at = 0;
        for (Instruction instruction : program) {
            instructions.setShort(at, (short) instruction.code());
            instructions.setByte(at + 2, (byte) instruction.then());
            instructions.setByte(at + 3, (byte) instruction.otherwise());
            instructions.setInt(at + 4, instruction.value());
            at += INSTRUCTION_BYTES;
        }
        Memory header = new Memory(2L * Long.BYTES);
        header.setShort(0, (short) program.size());
        LinuxKernel.callWith(instructions, first -> {
            header.setLong(Long.BYTES, first);
            return LinuxKernel.callWith(
                    header, address -> LinuxKernel.call(SystemCall.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, address));
        });
    }

    private List<Instruction> build(boolean forks) {
        add(LOAD, 0, 0, AUDIT);
        add(IF_EQUAL, 1, 0, architecture.audit());
        add(RETURN, 0, 0, KILL);
        add(LOAD, 0, 0, NUMBER);
        // x32's numbers, which have bit 30 set, among them.
        add(IF_AT_LEAST, 0, 1, SystemCall.FIRST_UNKNOWN);
        add(RETURN, 0, 0, ENOSYS);
        for (SystemCall call : SystemCall.values()) {
            OptionalInt number = call.number(architecture);
            boolean refused = call.kind() == SystemCall.Kind.REFUSED || call.kind() == SystemCall.Kind.FORKS && !forks;
            if (refused && number.isPresent()) {
                add(IF_EQUAL, 0, 1, number.getAsInt());
                add(RETURN, 0, 0, EPERM);
            }
        }
        // Its flags lie in memory, out of a filter's reach; a C library then calls clone.
        judge(SystemCall.CLONE3, List.of(new Instruction(RETURN, 0, 0, ENOSYS)));
        judge(SystemCall.CLONE, ofClone(forks));
        // The JDK's file channels begin with a pair of Unix sockets, which reach nothing: connect and bind are refused.
        judge(SystemCall.SOCKETPAIR, onlyIf(FIRST_ARGUMENT, AF_UNIX));
        judge(SystemCall.TGKILL, onlyIf(FIRST_ARGUMENT, (int) pid));
        for (SystemCall ofAnyProcess : List.of(
                SystemCall.PRLIMIT64,
                SystemCall.SCHED_SETAFFINITY,
                SystemCall.SCHED_SETPARAM,
                SystemCall.SCHED_SETSCHEDULER,
                SystemCall.SCHED_SETATTR)) {
            judge(ofAnyProcess, onlyIf(FIRST_ARGUMENT, 0));
        }
        judge(SystemCall.FCNTL, unless(FCNTL_REFUSED));
        judge(SystemCall.IOCTL, unless(IOCTL_REFUSED));
        add(RETURN, 0, 0, ALLOW);
        return List.copyOf(program);
    }

    private static List<Instruction> ofClone(boolean forks) {
        return List.of(
                new Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
                new Instruction(IF_ANY_BIT, 0, 1, CLONE_REFUSED),
                new Instruction(RETURN, 0, 0, EPERM),
                new Instruction(IF_ANY_BIT, 1, 0, CLONE_THREAD),
                new Instruction(RETURN, 0, 0, forks ? ALLOW : EPERM),
                new Instruction(RETURN, 0, 0, ALLOW));
    }

    private static List<Instruction> onlyIf(int argument, int value) {
        return List.of(
                new Instruction(LOAD, 0, 0, argument),
                new Instruction(IF_EQUAL, 1, 0, value),
                new Instruction(RETURN, 0, 0, EPERM),
                new Instruction(RETURN, 0, 0, ALLOW));
    }

    private static List<Instruction> unless(int[] commands) {
        List<Instruction> rest = new ArrayList<>();
        rest.add(new Instruction(LOAD, 0, 0, SECOND_ARGUMENT));
        for (int command : commands) {
            rest.add(new Instruction(IF_EQUAL, 0, 1, command));
            rest.add(new Instruction(RETURN, 0, 0, EPERM));
        }
        rest.add(new Instruction(RETURN, 0, 0, ALLOW));
        return rest;
    }

    /** Runs the rest for a call, to its end; the number is still loaded for all others. */
    private void judge(SystemCall call, List<Instruction> rest) {
        call.number(architecture).ifPresent(number -> {
            add(IF_EQUAL, 0, rest.size(), number);
            program.addAll(rest);
        });
    }

    private void add(int code, int then, int otherwise, int value) {
        program.add(new Instruction(code, then, otherwise, value));
    }
}
