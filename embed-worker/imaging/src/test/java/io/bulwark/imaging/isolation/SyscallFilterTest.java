package io.bulwark.imaging.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.isolation.SyscallFilter.Instruction;
import io.bulwark.imaging.isolation.SystemCall.Architecture;
import io.bulwark.imaging.isolation.SystemCall.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter, run by an interpreter of its few instructions: also for the architecture that this machine is not. */
class SyscallFilterTest {

    private static final int PID = 4711;
    private static final int I386 = 0x40000003;
    private static final int CLONE_THREAD_AND_ALL_THAT_IS_SHARED = 0x3d0f00;
    private static final int CLONE_VFORK = 0x4111;

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void eachRefusedCallFailsAndAllOthersPass(Architecture architecture) {
        Set<Integer> refused = Arrays.stream(SystemCall.values())
                .filter(call -> call.kind() == Kind.REFUSED)
                .flatMap(call -> call.number(architecture).stream().boxed())
                .collect(Collectors.toSet());
        Set<Integer> special = Arrays.stream(SystemCall.values())
                .filter(call -> call.kind() == Kind.JUDGED || call.kind() == Kind.FORKS)
                .flatMap(call -> call.number(architecture).stream().boxed())
                .collect(Collectors.toSet());
        List<Instruction> filter = SyscallFilter.program(architecture, PID, false);
        for (int number = 0; number < SystemCall.FIRST_UNKNOWN; number++) {
            if (!special.contains(number)) {
                assertThat(run(filter, architecture.audit(), number, 0, 0))
                        .as("%s %d", architecture, number)
                        .isEqualTo(refused.contains(number) ? SyscallFilter.EPERM : SyscallFilter.ALLOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void numbersOfAnotherArchitectureEndTheProcess(Architecture architecture) {
        List<Instruction> filter = SyscallFilter.program(architecture, PID, true);
        assertThat(run(filter, I386, 1, 0, 0)).isEqualTo(SyscallFilter.KILL);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void newerCallsAndThoseOfX32AreAsIfTheKernelHadNone(Architecture architecture) {
        List<Instruction> filter = SyscallFilter.program(architecture, PID, true);
        int execOfX32 = 0x40000000 | 520;
        for (int number : new int[] {SystemCall.FIRST_UNKNOWN, 512, execOfX32, 0x40000000 | 59, -1}) {
            assertThat(run(filter, architecture.audit(), number, 0, 0)).isEqualTo(SyscallFilter.ENOSYS);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void threadsStartAndProcessesOnlyWhereACommandDecodes(Architecture architecture) {
        List<Instruction> alone = SyscallFilter.program(architecture, PID, false);
        List<Instruction> forks = SyscallFilter.program(architecture, PID, true);
        int clone = number(SystemCall.CLONE, architecture);
        int audit = architecture.audit();

        assertThat(run(alone, audit, clone, CLONE_THREAD_AND_ALL_THAT_IS_SHARED, 0))
                .isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(alone, audit, clone, CLONE_VFORK, 0)).isEqualTo(SyscallFilter.EPERM);
        assertThat(run(forks, audit, clone, CLONE_VFORK, 0)).isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(forks, audit, number(SystemCall.CLONE3, architecture), 0, 0))
                .isEqualTo(SyscallFilter.ENOSYS);
        for (int bit : new int[] {15, 17, 25, 26, 27, 28, 29, 30}) {
            assertThat(run(forks, audit, clone, CLONE_VFORK | 1 << bit, 0))
                    .as("CLONE_PARENT and each CLONE_NEW: bit %d", bit)
                    .isEqualTo(SyscallFilter.EPERM);
        }
    }

    @Test
    void theOldWaysToForkGoWithClone() {
        for (SystemCall call : List.of(SystemCall.FORK, SystemCall.VFORK)) {
            int number = number(call, Architecture.X86_64);
            int audit = Architecture.X86_64.audit();
            assertThat(run(SyscallFilter.program(Architecture.X86_64, PID, false), audit, number, 0, 0))
                    .isEqualTo(SyscallFilter.EPERM);
            assertThat(run(SyscallFilter.program(Architecture.X86_64, PID, true), audit, number, 0, 0))
                    .isEqualTo(SyscallFilter.ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aProcessMayOnlyActOnItself(Architecture architecture) {
        List<Instruction> filter = SyscallFilter.program(architecture, PID, true);
        int audit = architecture.audit();
        int tgkill = number(SystemCall.TGKILL, architecture);
        assertThat(run(filter, audit, tgkill, PID, 0)).isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(filter, audit, tgkill, PID + 1, 0)).isEqualTo(SyscallFilter.EPERM);
        int limits = number(SystemCall.PRLIMIT64, architecture);
        assertThat(run(filter, audit, limits, 0, 0)).isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(filter, audit, limits, PID + 1, 0)).isEqualTo(SyscallFilter.EPERM);
        int pair = number(SystemCall.SOCKETPAIR, architecture);
        assertThat(run(filter, audit, pair, 1, 0)).as("AF_UNIX").isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(filter, audit, pair, 2, 0)).as("AF_INET").isEqualTo(SyscallFilter.EPERM);
        int fcntl = number(SystemCall.FCNTL, architecture);
        assertThat(run(filter, audit, fcntl, 0, 3)).isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(filter, audit, fcntl, 0, 8)).isEqualTo(SyscallFilter.EPERM);
        int ioctl = number(SystemCall.IOCTL, architecture);
        assertThat(run(filter, audit, ioctl, 0, 0x5401)).isEqualTo(SyscallFilter.ALLOW);
        assertThat(run(filter, audit, ioctl, 0, 0x5412)).isEqualTo(SyscallFilter.EPERM);
    }

    @Test
    void itFitsTheKernelsLimit() {
        assertThat(SyscallFilter.program(Architecture.X86_64, PID, false)).hasSizeLessThan(4096);
    }

    private static int number(SystemCall call, Architecture architecture) {
        return call.number(architecture).orElseThrow();
    }

    private static int run(List<Instruction> filter, int audit, int number, int first, int second) {
        int loaded = 0;
        for (int at = 0; ; at++) {
            Instruction next = filter.get(at);
            switch (next.code()) {
                case SyscallFilter.LOAD ->
                    loaded = switch (next.value()) {
                        case SyscallFilter.NUMBER -> number;
                        case SyscallFilter.AUDIT -> audit;
                        case SyscallFilter.FIRST_ARGUMENT -> first;
                        case SyscallFilter.SECOND_ARGUMENT -> second;
                        default -> throw new AssertionError(next);
                    };
                case SyscallFilter.IF_EQUAL -> at += loaded == next.value() ? next.then() : next.otherwise();
                case SyscallFilter.IF_AT_LEAST ->
                    at += Integer.compareUnsigned(loaded, next.value()) >= 0 ? next.then() : next.otherwise();
                case SyscallFilter.IF_ANY_BIT -> at += (loaded & next.value()) != 0 ? next.then() : next.otherwise();
                case SyscallFilter.RETURN -> {
                    return next.value();
                }
                default -> throw new AssertionError(next);
            }
        }
    }
}
