package io.bulwark.imaging.isolation;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;

/**
 * The C library of this process, by JNA. What a call restricts is the calling thread and what it starts later. Any
 * thread; loading this class fails with a {@link LinkageError} where JNA's library cannot be loaded.
 */
final class LinuxKernel {

    /** {@code prctl} of linux/prctl.h. */
    static final int PR_SET_DUMPABLE = 4;

    static final int PR_SET_NO_NEW_PRIVS = 38;

    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int SIGKILL = 9;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final long FIRST_INHERITED = 3;
    private static final long LAST_DESCRIPTOR = 0xFFFFFFFFL;
    private static final int MOST_ARGUMENTS = 5;

    static {
        Native.register(LinuxKernel.class, (String) null);
    }

    private LinuxKernel() {}

    private static native long syscall(long number, long a, long b, long c, long d, long e) throws LastErrorException;

    private static native int prctl(int option, long a, long b, long c, long d) throws LastErrorException;

    private static native int open(String path, int flags) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    private static native int kill(int pid, int signal) throws LastErrorException;

    private static native int execv(String path, Pointer arguments) throws LastErrorException;

    /**
     * Calls the kernel.
     *
     * @return what the call returns, at least 0
     * @throws IOException naming the call and the error
     */
    static long call(SystemCall call, long... arguments) throws IOException {
        long[] all = Arrays.copyOf(arguments, MOST_ARGUMENTS);
        int number = call.number(SystemCall.Architecture.here())
                .orElseThrow(() -> new IOException("this architecture has no system call " + call));
        try {
            return syscall(number, all[0], all[1], all[2], all[3], all[4]);
        } catch (LastErrorException failure) {
            throw new IOException(call + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Calls the kernel with memory.
     *
     * @param call takes the memory's address
     */
    static long callWith(Memory memory, Call call) throws IOException {
        try {
            return call.at(Pointer.nativeValue(memory));
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    /** A call that takes an address. */
    @FunctionalInterface
    interface Call {
        /** Calls. */
        long at(long address) throws IOException;
    }

    static void control(int option, long value) throws IOException {
        try {
            prctl(option, value, 0, 0, 0);
        } catch (LastErrorException failure) {
            throw new IOException("prctl " + option + ": " + failure.getMessage(), failure);
        }
    }

    /** A descriptor that names a path and reads nothing; -1 where there is no such path. */
    static int openPath(String path) {
        try {
            return open(path, O_PATH | O_CLOEXEC);
        } catch (LastErrorException absent) {
            return -1;
        }
    }

    static void closeDescriptor(int descriptor) {
        try {
            close(descriptor);
        } catch (LastErrorException closed) {
            // It is closed all the same.
        }
    }

    /** Kills a process group; nothing happens where none has that number. */
    static void killGroup(long group) {
        try {
            kill((int) -group, SIGKILL);
        } catch (LastErrorException gone) {
            // All of it has ended.
        }
    }

    /**
     * Becomes another program, with the same environment and with standard input, output and error alone.
     *
     * @throws IOException if it cannot be run; never returns otherwise
     */
    static void become(List<String> command) throws IOException {
        try {
            call(SystemCall.CLOSE_RANGE, FIRST_INHERITED, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
        } catch (IOException olderKernel) {
            // The JDK marks what it opens to be closed by itself.
        }
        try {
            execv(command.get(0), new StringArray(command.toArray(String[]::new), "UTF-8"));
        } catch (LastErrorException failure) {
            throw new IOException(command.get(0) + " cannot be run: " + failure.getMessage(), failure);
        }
    }
}
