package io.bulwark.perception.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.bulwark.perception.pickle.TorchFile.PickleException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are written to do harm: each ends in the one typed exception, with little memory taken on the way. */
class HostilePickleTest {

    private static final long LITTLE = 64 << 20;

    @TempDir
    Path folder;

    private void isRefused(Pickle pickle, String... words) throws IOException {
        isRefused(pickle.write(folder.resolve("hostile.pt")), words);
    }

    private static void isRefused(Path file, String... words) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> TorchFile.open(file).close())
                .isInstanceOf(PickleException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(words);
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(LITTLE);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "torch, load",
        "torch._utils, _rebuild_sparse_tensor",
        "torch.hub, _rebuild_tensor_v2",
        "argparse, Namespace",
    })
    void aNameThatTensorsDoNotNeedIsRefusedAsSoonAsItIsNamed(String module, String name) throws IOException {
        isRefused(new Pickle().global(module, name).text("touch /tmp/owned").op(0x85, 'R', '.'), module + "." + name);
        isRefused(new Pickle().text(module).text(name).op(0x93, '.'), module + "." + name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x81, 0x82, 0x92, 0x96, 'i', 'o', 'I', 'P', '0', '2', 0xff})
    void anOpcodeThatTensorsDoNotNeedIsRefused(int opcode) throws IOException {
        isRefused(new Pickle().op(opcode), "byte 3", "opcode 0x%02x".formatted(opcode));
    }

    @Test
    void aListInItselfIsRefused() throws IOException {
        isRefused(new Pickle().op(']', 'q', 0, 'h', 0, 'a', '.'), "circle");
    }

    @Test
    void aCircleOverTwoContainersIsRefused() throws IOException {
        isRefused(new Pickle().op(']', 'q', 0, '}', 'q', 1).text("k").op('h', 0, 's', 'a', '.'), "circle");
    }

    @Test
    void aMillionNestedTuplesAreRefused() throws IOException {
        int[] nesting = new int[1_000_000];
        Arrays.fill(nesting, 0x85);
        isRefused(new Pickle().op(')').op(nesting).op('.'), "100 deep");
    }

    @Test
    void aMillionNestedListsAreRefused() throws IOException {
        int[] nesting = new int[1_000_000];
        Arrays.fill(nesting, ']');
        isRefused(new Pickle().op(nesting).op('.'), "250000 values");
    }

    @Test
    void tuplesThatDoubleAtEveryLevelAreReadWithoutBeingWalked() throws IOException {
        Pickle pickle = new Pickle().op(')', 'q', 0);
        for (int i = 0; i < 90; i++) {
            pickle.op('h', 0, 0x86, 'q', 0);
        }
        isRefused(pickle.op('.'), "no dictionary of tensors");
    }

    @Test
    void aMillionRememberedValuesAreRefused() throws IOException {
        int[] remembering = new int[1_000_000];
        Arrays.fill(remembering, 0x94);
        isRefused(new Pickle().op('N').op(remembering).op('.'), "250000 values");
    }

    @Test
    void aStorageThatIsNotInTheFileIsNamed() throws IOException {
        isRefused(new Pickle().only("w", "FloatStorage", 4, 0, new long[] {4}, 1), "storage '0'", "not in the file");
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5, 1L << 40, 1L << 62, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void aStorageOfAnotherLengthThanClaimedIsRefused(long elements) throws IOException {
        isRefused(
                new Pickle().with("0", new byte[16]).only("w", "FloatStorage", elements, 0, new long[] {4}, 1),
                "hostile.pt");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5, 1",
        "1, 4, 1",
        "0, 4, 2",
        "0, 4611686018427387904, 1",
        "0, 4611686018427387904, 0",
        "0, 1000000, 0",
        "4611686018427387904, 1, 1",
        "0, 2, 9223372036854775807",
        "-1, 1, 1",
        "0, -4, 1",
        "0, 4, -1",
        "9223372036854775807, 2, 9223372036854775807",
    })
    void aTensorBeyondItsStorageIsRefused(long offset, long extent, long stride) throws IOException {
        isRefused(
                new Pickle().with("0", new byte[16]).only("w", "FloatStorage", 4, offset, new long[] {extent}, stride),
                "hostile.pt");
    }

    @Test
    void extentsWhoseProductOverflowsAreRefused() throws IOException {
        long[] shape = {1L << 31, 1L << 31, 1L << 31};
        isRefused(new Pickle().with("0", new byte[16]).only("w", "FloatStorage", 4, 0, shape, 0, 0, 0), "2^63");
    }

    @Test
    void aTensorOfAThousandDimensionsIsRefused() throws IOException {
        long[] ones = new long[1000];
        Arrays.fill(ones, 1);
        isRefused(new Pickle().with("0", new byte[16]).only("w", "FloatStorage", 4, 0, ones, ones), "1000 extents");
    }

    @ParameterizedTest
    @ValueSource(ints = {'X', 'T', 'B'})
    void aStringLongerThanTheFileIsRefused(int opcode) throws IOException {
        isRefused(new Pickle().op(opcode, 0xff, 0xff, 0xff, 0xff), "4294967295 bytes are announced");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x8d, 0x8e})
    void aStringOfEightBytesLengthIsRefused(int opcode) throws IOException {
        isRefused(new Pickle().op(opcode, 0, 0, 0, 0, 0, 0, 0, 0x80), "9223372036854775808 bytes are announced");
    }

    @ParameterizedTest
    @CsvSource({
        "'.'", "'t.'", "'R.'", "'Q.'", "'}a.'", "']s.'", "'(.'", "'NR.'", "'N)R.'", "'Nb.'", "'))b.'", "'h'", "'NN.'"
    })
    void whatFindsTheStackOtherThanItNeedsIsRefused(String opcodes) throws IOException {
        isRefused(new Pickle().op(opcodes.chars().toArray()), "the pickle, byte");
    }

    @Test
    void aPickleThatNeverStopsIsRefused() throws IOException {
        isRefused(new Pickle().op('N'), "1 bytes are announced, 0 follow");
    }

    @Test
    void aTupleAsAKeyIsRefused() throws IOException {
        isRefused(new Pickle().op('}', ')', 'N', 's', '.'), "key");
    }

    @Test
    void aPickleOfHundredMegabytesIsNotInflated() throws IOException {
        isRefused(
                Pickle.write(folder.resolve("bomb.pt"), true, new byte[100 << 20], Map.of()),
                "pickle has 104857600 bytes");
    }

    @Test
    void anEntryThatClaimsMoreThanItCanInflateToIsRefused() throws IOException {
        byte[] file = Files.readAllBytes(new Pickle()
                .with("0", new byte[16])
                .only("w", "FloatStorage", 4, 0, new long[] {4}, 1)
                .deflated(folder.resolve("small.pt")));
        // The last record of the directory is that of the storage: its size is put up to 2 GiB.
        int record = lastIndexOf(file, 0x50, 0x4b, 0x01, 0x02);
        file[record + 27] = 0x7f;
        isRefused(Files.write(folder.resolve("claim.pt"), file), "archive/data/0");
    }

    private static int lastIndexOf(byte[] file, int... wanted) {
        for (int at = file.length - wanted.length; at >= 0; at--) {
            int i = 0;
            while (i < wanted.length && (file[at + i] & 0xff) == wanted[i]) {
                i++;
            }
            if (i == wanted.length) {
                return at;
            }
        }
        throw new AssertionError("not in the file");
    }
}
