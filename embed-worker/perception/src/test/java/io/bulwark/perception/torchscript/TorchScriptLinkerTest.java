package io.bulwark.perception.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.Program.PackedConvolution;
import io.bulwark.perception.torchscript.TorchScriptLinker.LinkCache;
import io.bulwark.perception.torchscript.TorchScriptLinker.StoredZip;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptLinkerTest {

    private static final String FINGERPRINT = "0123456789abcdef";

    private static final Program AFFINE = new Program("affine.py", """
            # y = scale * (x W^T + b), and a shift where it is asked for.
            class Program(Module):
              def forward(self: __torch__.Program,
                x: Tensor) -> Tensor:
                y = torch.mul(torch.linear(torch.to(x, self.layer_weight), self.layer_weight, self.layer_bias), self.scale)
                if self.shifted:
                  y0 = torch.add(y, self.shift)
                else:
                  y0 = y
                return torch.to(y0, 6)
            """);

    @TempDir
    Path folder;

    private static Attributes affine(ElementType type) {
        return new Attributes(
                List.of(
                        LinkTensor.of("layer.weight", type, List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}),
                        LinkTensor.of("layer.bias", type, List.of(2L), new float[] {0.5f, -0.5f})),
                List.of(),
                Map.of(),
                Map.of("scale", 2.0, "shift", 7L, "shifted", true));
    }

    private static float[] run(Path archive, float[] input, long... shape) throws Exception {
        try (Model model = Model.newInstance("test", "PyTorch")) {
            String file = archive.getFileName().toString();
            model.load(archive.getParent(), file.substring(0, file.length() - ".pt".length()));
            try (NDManager manager = model.getNDManager().newSubManager()) {
                NDArray x = manager.create(input, new Shape(shape));
                NDList y = model.getBlock().forward(new ParameterStore(manager, false), new NDList(x), false);
                return y.singletonOrThrow().toFloatArray();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void aProgramRunsWithItsTensorsAndConstantsInEachPrecision(ElementType type) throws Exception {
        Path archive = new TorchScriptLinker(folder).link(FINGERPRINT, AFFINE, () -> affine(type));
        assertThat(run(archive, new float[] {1, 1, 1}, 1, 3)).containsExactly(2 * 6.5f + 7, 2 * 14.5f + 7);
    }

    @Test
    void aTensorLaidOutChannelsLastReadsAsItsShapeSays() throws Exception {
        Program identity = new Program("identity.py", """
                class Program(Module):
                  def forward(self: __torch__.Program,
                    x: Tensor) -> Tensor:
                    return torch.add(torch.mul(x, 0), torch.flatten(torch.contiguous(self.w)))
                """);
        float[] values = new float[2 * 3 * 2 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Attributes attributes =
                Attributes.of(List.of(LinkTensor.channelsLast("w", ElementType.F32, List.of(2L, 3L, 2L, 4L), values)));
        Path archive = new TorchScriptLinker(folder).link(FINGERPRINT, identity, () -> attributes);
        assertThat(run(archive, new float[values.length], values.length)).isEqualTo(values);
    }

    @Test
    void listsOfTensorsAreReadInTheirOrderAndFilledByTheProgram() throws Exception {
        Program program = new Program("lists.py", """
                class Program(Module):
                  def forward(self: __torch__.Program,
                    x: Tensor) -> Tensor:
                    for w in self.given:
                      _0 = torch.append(self.filled, torch.mul(w, 2.))
                    return torch.add(torch.mul(x, self.factor), torch.cat(self.filled, 0))
                """);
        LinkTensor one = LinkTensor.of("a", ElementType.F32, List.of(1L), new float[] {3});
        LinkTensor two = LinkTensor.of("b", ElementType.F32, List.of(2L), new float[] {5, 7});
        LinkTensor factor = LinkTensor.of("factor", ElementType.F32, List.of(1L), new float[] {10});
        Attributes attributes = new Attributes(
                List.of(factor), List.of(), Map.of("given", List.of(two, one), "filled", List.of()), Map.of());
        Path archive = new TorchScriptLinker(folder).link(FINGERPRINT, program, () -> attributes);

        assertThat(run(archive, new float[] {1, 2, 3}, 3)).containsExactly(20, 34, 36);
    }

    @Test
    void aPackedConvolutionComputesWhatThePlainLoopComputes() throws Exception {
        Program program = new Program("packed.py", """
                class Program(Module):
                  def forward(self: __torch__.Program,
                    x: Tensor) -> Tensor:
                    return torch.contiguous(ops.prepacked.conv2d_clamp_run(x, self.conv))
                """);
        Random random = new Random(3);
        float[] kernel = random(random, 4 * 3 * 3 * 3);
        float[] bias = random(random, 4);
        float[] input = random(random, 3 * 6 * 6);
        PackedConvolution packed = new PackedConvolution(
                "conv",
                LinkTensor.channelsLast("conv.weight", ElementType.F32, List.of(4L, 3L, 3L, 3L), kernel),
                LinkTensor.of("conv.bias", ElementType.F32, List.of(4L), bias),
                2,
                1,
                1,
                OptionalDouble.of(-0.5),
                OptionalDouble.of(1));
        Attributes attributes = new Attributes(List.of(), List.of(packed), Map.of(), Map.of());
        Path archive = new TorchScriptLinker(folder).link(FINGERPRINT, program, () -> attributes);

        float[] found = run(archive, input, 1, 3, 6, 6);
        assertThat(found).hasSize(4 * 3 * 3);
        for (int i = 0; i < found.length; i++) {
            double wanted = convolution(input, kernel, bias, i / 9, i / 3 % 3, i % 3);
            assertThat((double) found[i]).isCloseTo(Math.max(-0.5, Math.min(1, wanted)), within(1e-5));
        }
    }

    /** One output of a 3x3 convolution of 3 channels of 6x6, stride 2, padding 1. */
    private static double convolution(float[] input, float[] kernel, float[] bias, int out, int y, int x) {
        double sum = bias[out];
        for (int in = 0; in < 3; in++) {
            for (int dy = 0; dy < 3; dy++) {
                for (int dx = 0; dx < 3; dx++) {
                    int row = 2 * y + dy - 1;
                    int column = 2 * x + dx - 1;
                    if (row >= 0 && row < 6 && column >= 0 && column < 6) {
                        sum += (double) input[(in * 6 + row) * 6 + column] * kernel[((out * 3 + in) * 3 + dy) * 3 + dx];
                    }
                }
            }
        }
        return sum;
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void everyEntryIsStoredAndItsDataBeginAtAMultipleOf64() throws Exception {
        Path archive = new TorchScriptLinker(folder).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        int entries = 0;
        while (bytes.getInt(at) == 0x04034b50) {
            int dataAt = at + 30 + bytes.getShort(at + 26) + bytes.getShort(at + 28);
            assertThat(bytes.getShort(at + 8)).as("compression").isZero();
            assertThat(dataAt % 64).isZero();
            at = dataAt + bytes.getInt(at + 18);
            entries++;
        }
        assertThat(entries).isEqualTo(7);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly(
                            "program/data.pkl",
                            "program/byteorder",
                            "program/data/0",
                            "program/data/1",
                            "program/code/__torch__.py",
                            "program/constants.pkl",
                            "program/version");
            // The JDK checks each entry's CRC as it reads.
            for (ZipEntry entry : Collections.list(zip.entries())) {
                assertThat(zip.getInputStream(entry).readAllBytes()).hasSize((int) entry.getSize());
            }
        }
    }

    /** 0: all of it; 700: what lies behind the first entries; the default: none. */
    @ParameterizedTest
    @ValueSource(longs = {0, 700, 0xffff_ffffL})
    void sizesAndOffsetsBeyond32BitsAreReadByTheJdkAndByLibtorch(long from64) throws Exception {
        Path archive = folder.resolve("large.pt");
        try (StoredZip zip = new StoredZip(archive, from64)) {
            TorchScriptLinker.write(zip, AFFINE, affine(ElementType.F32));
        }

        assertThat(run(archive, new float[] {1, 1, 1}, 1, 3)).containsExactly(2 * 6.5f + 7, 2 * 14.5f + 7);
        String bytes = Files.readString(archive, StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains("PK\u0006\u0006")).isEqualTo(from64 < 1000);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                assertThat(zip.getInputStream(entry).readAllBytes()).hasSize((int) entry.getSize());
            }
            assertThat(zip.getInputStream(zip.getEntry("program/version")).readAllBytes())
                    .isEqualTo("3\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aTensorOfAnotherLengthThanItsShapeSaysIsRefused() {
        Attributes attributes = Attributes.of(List.of(LinkTensor.rowMajor(
                "w", ElementType.F32, List.of(2L), channel -> channel.write(ByteBuffer.allocate(4)))));

        assertThatThrownBy(() -> new TorchScriptLinker(folder).link(FINGERPRINT, AFFINE, () -> attributes))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("data/0", "4 bytes", "announced were 8");
    }

    @Test
    void theSameInputGivesTheSameBytes() throws Exception {
        Path one = new TorchScriptLinker(folder.resolve("a")).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32));
        Path other =
                new TorchScriptLinker(folder.resolve("b")).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32));
        assertThat(one).hasSameBinaryContentAs(other);
    }

    @Test
    void anArchiveThatIsThereIsNotWrittenAgain() {
        TorchScriptLinker linker = new TorchScriptLinker(folder);
        Path first = linker.link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32));
        Path second = linker.link(FINGERPRINT, AFFINE, () -> {
            throw new AssertionError("asked for the tensors again");
        });
        assertThat(second).isEqualTo(first);
    }

    @Test
    void anArchiveThatCameWithTheInstallationIsTakenFromThereAndNothingIsWritten() {
        Path shipped = folder.resolve("share/bulwark");
        Path archive = new TorchScriptLinker(shipped).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32));
        TorchScriptLinker linker =
                new TorchScriptLinker(folder.resolve("cache"), List.of(folder.resolve("absent"), shipped));

        assertThat(linker.link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32)))
                .isEqualTo(archive);
        assertThat(folder.resolve("cache")).doesNotExist();
        assertThat(linker.link("f" + FINGERPRINT, AFFINE, () -> affine(ElementType.F32)))
                .hasParent(folder.resolve("cache"));
        assertThat(shipped).isDirectoryNotContaining(file -> !file.equals(archive));
    }

    @Test
    void severalLinkersAtOnceLeaveOneWholeArchiveAndNoDrafts() throws Exception {
        var pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Path>> tasks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                tasks.add(() -> new TorchScriptLinker(folder).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32)));
            }
            for (Future<Path> linked : pool.invokeAll(tasks)) {
                try (ZipFile zip = new ZipFile(linked.get().toFile())) {
                    assertThat(zip.size()).isEqualTo(7);
                }
            }
        } finally {
            pool.shutdown();
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aTensorThatCannotBeReadLeavesNothingBehind() throws Exception {
        Attributes attributes =
                Attributes.of(List.of(LinkTensor.rowMajor("w", ElementType.F32, List.of(1L), channel -> {
                    throw new java.io.IOException("the disk is gone");
                })));
        assertThatThrownBy(() -> new TorchScriptLinker(folder).link(FINGERPRINT, AFFINE, () -> attributes))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("affine.py", folder.toString(), "XDG_CACHE_HOME", "the disk is gone");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void anUnusableFolderIsNamedWithItsSetting() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> new TorchScriptLinker(file).link(FINGERPRINT, AFFINE, () -> affine(ElementType.F32)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll(file.toString(), "XDG_CACHE_HOME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "ABCDEF0123456789", "0123"})
    void aFingerprintThatIsNoneNeverBecomesAPath(String fingerprint) {
        assertThatThrownBy(() -> new TorchScriptLinker(folder).link(fingerprint, AFFINE, () -> affine(ElementType.F32)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void declaresAttributesUnderTheClassLineAndKeepsTheRest() {
        String source = TorchScriptLinker.source(AFFINE, affine(ElementType.F32));
        assertThat(source).startsWith("# y = scale").contains("""
                        class Program(Module):
                          __parameters__ = ["layer_weight", "layer_bias", ]
                          __buffers__ = []
                          training : bool
                          layer_weight : Tensor
                          layer_bias : Tensor
                          scale : float
                          shift : int
                          shifted : bool
                          def forward(""");
    }

    @Test
    void attributesOfOneNameOrOfNoNameAreRefused() {
        LinkTensor a = LinkTensor.of("x.y", ElementType.F32, List.of(1L), new float[1]);
        LinkTensor b = LinkTensor.of("x_y", ElementType.F32, List.of(1L), new float[1]);
        LinkTensor odd = LinkTensor.of("x y", ElementType.F32, List.of(1L), new float[1]);
        LinkTensor training = LinkTensor.of("training", ElementType.F32, List.of(1L), new float[1]);
        assertThatThrownBy(() -> Attributes.of(List.of(a, b))).hasMessageContaining("'x_y'");
        assertThatThrownBy(() -> Attributes.of(List.of(odd))).hasMessageContaining("'x y'");
        assertThatThrownBy(() -> Attributes.of(List.of(training))).hasMessageContaining("'training'");
        assertThatThrownBy(() -> new Attributes(List.of(), List.of(), Map.of(), Map.of("n", "text")))
                .hasMessageContaining("'n'");
    }

    @Test
    void typesThatProgramsDoNotTakeAreRefused() {
        assertThatThrownBy(() -> LinkTensor.rowMajor("w", ElementType.I64, List.of(1L), channel -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'w'", "I64");
    }

    @Test
    void aTextThatDeclaresNoProgramIsRefused() {
        assertThatThrownBy(() -> new Program("odd.py", "class Other(Module):\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("odd.py");
        assertThatThrownBy(() -> Program.beside(TorchScriptLinkerTest.class, "absent.py"))
                .hasMessageContaining("absent.py");
    }

    @Test
    void theCacheFolderIsXdgsElseTheHomes() {
        assertThat(LinkCache.folder("/x", "/h")).isEqualTo(Path.of("/x/bulwark"));
        assertThat(LinkCache.folder("", "/h")).isEqualTo(Path.of("/h/.cache/bulwark"));
        assertThat(LinkCache.folder(null, "/h")).isEqualTo(Path.of("/h/.cache/bulwark"));
    }

    @Test
    void installedArchivesLieUnderTheAbsoluteFoldersThatXdgNamesAndNowhereWhereNoneIsNamed() {
        assertThat(LinkCache.shipped("/opt/a:relative::/opt/b"))
                .containsExactly(Path.of("/opt/a/bulwark"), Path.of("/opt/b/bulwark"));
        assertThat(LinkCache.shipped("")).isEmpty();
        assertThat(LinkCache.shipped(null)).isEmpty();
    }

    @Test
    void pickledNumbersOfEachWidthAreThoseOfPythonsPickle() {
        byte[] pickle = new PickleWriter()
                .integer(-1)
                .integer(1L << 40)
                .real(0.5)
                .bool(true)
                .none()
                .finish();
        assertThat(pickle).isEqualTo(new byte[] {
            (byte) 0x80,
            2,
            'J',
            -1,
            -1,
            -1,
            -1,
            (byte) 0x8a,
            8,
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            'G',
            0x3f,
            (byte) 0xe0,
            0,
            0,
            0,
            0,
            0,
            0,
            (byte) 0x88,
            'N',
            '.'
        });
        assertThat(new PickleWriter().text("é").finish())
                .isEqualTo("\u0080\u0002X\u0002\0\0\0\u00c3\u00a9.".getBytes(StandardCharsets.ISO_8859_1));
    }
}
