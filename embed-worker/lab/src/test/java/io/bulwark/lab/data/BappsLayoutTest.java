package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.data.BappsLayout.NpyNumber;
import io.bulwark.perception.metric.Choice.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BappsLayoutTest {

    /** What NumPy 2.4 writes for {@code np.save(f, np.array([0.4], np.float32))}. */
    private static final String OF_NUMPY =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzog"
                    + "KDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIArNzMw+";

    @TempDir
    Path folder;

    @Test
    void aFileOfNumPyIsRead() throws IOException {
        Path file = Files.write(folder.resolve("judge.npy"), Base64.getDecoder().decode(OF_NUMPY));

        assertThat(NpyNumber.read(file)).isCloseTo(0.4, within(1e-7));
    }

    @Test
    void allSetsBelowAFolderAreReadInTheOrderOfTheirNames() throws IOException {
        triplet("val/traditional", "000001", 0.8);
        triplet("val/cnn", "000000", 0.25);
        triplet("val/cnn", "000001", 1);

        List<Triplet> triplets = BappsLayout.read(folder.resolve("val"));

        assertThat(triplets).extracting(Triplet::id).containsExactly("cnn/000000", "cnn/000001", "traditional/000001");
        assertThat(triplets.get(0).chosenByPeople()).isEqualTo(Side.LEFT);
        assertThat(triplets.get(0).agreement(Side.RIGHT)).isEqualTo(0.25);
        assertThat(triplets.get(0).agreement(Side.LEFT)).isEqualTo(0.75);
        assertThat(triplets.get(2).left().name())
                .endsWith("traditional/p0/000001.png".replace('/', java.io.File.separatorChar));
    }

    @Test
    void aJudgementWithoutItsPictureIsNoTriplet() throws IOException {
        triplet("val/cnn", "000000", 0.25);
        Files.delete(folder.resolve("val/cnn/p1/000000.png"));

        assertThatThrownBy(() -> BappsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("p1")
                .hasMessageContaining("000000");
    }

    @Test
    void aPictureWithoutAJudgementIsNamed() throws IOException {
        triplet("val/cnn", "000000", 0.25);
        triplet("val/cnn", "000001", 0.25);
        Files.delete(folder.resolve("val/cnn/judge/000001.npy"));

        assertThatThrownBy(() -> BappsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("000001.png: has no answer in judge/000001.npy");
    }

    @Test
    void aSetWithoutAnyJudgementIsNotLeftOut() throws IOException {
        triplet("val/cnn", "000000", 0.25);
        triplet("val/color", "000000", 0.25);
        Files.delete(folder.resolve("val/color/judge/000000.npy"));
        Files.delete(folder.resolve("val/color/judge"));

        assertThatThrownBy(() -> BappsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("color/ref/000000.png: has no answer in judge/000000.npy");
    }

    @Test
    void aJudgementBeyondOneIsNoShareOfPeople() throws IOException {
        triplet("val/cnn", "000000", 1.5);

        assertThatThrownBy(() -> BappsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("1.5");
    }

    @Test
    void aFolderWithoutTripletsIsNamedWithWhatIsWanted() {
        assertThatThrownBy(() -> BappsLayout.read(folder))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("judge");
    }

    @Test
    void aHeaderThatPromisesMoreThanTheFileHoldsAsksForNoMemory() throws IOException {
        byte[] file = npy("<f4", "(1,)", 0.5, 2);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, Integer.MAX_VALUE);

        assertBroken(file, "ends before");
    }

    @Test
    void filesThatAreNoSingleFloatAreNamed() throws IOException {
        assertBroken("PNG".getBytes(StandardCharsets.US_ASCII), "NumPy");
        assertBroken(npy("<i8", "(1,)", 0.5, 1), "<i8");
        assertBroken(npy("<f4", "(2, 3)", 0.5, 1), "single");
        byte[] whole = npy("<f4", "(1,)", 0.5, 1);
        assertBroken(java.util.Arrays.copyOf(whole, whole.length - 1), "ends before");
    }

    @Test
    void scalarsAndDoublesAreNumbersToo() throws IOException {
        assertThat(NpyNumber.read(Files.write(folder.resolve("a.npy"), npy("<f8", "()", 0.2, 1))))
                .isEqualTo(0.2);
        assertThat(NpyNumber.read(Files.write(folder.resolve("b.npy"), npy("<f8", "(1, 1, 1)", 0.3, 2))))
                .isEqualTo(0.3);
    }

    private void assertBroken(byte[] content, String because) throws IOException {
        Path file = Files.write(folder.resolve("broken.npy"), content);
        assertThatThrownBy(() -> NpyNumber.read(file))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("broken.npy")
                .hasMessageContaining(because);
    }

    private void triplet(String set, String stem, double share) throws IOException {
        for (String part : List.of("ref", "p0", "p1")) {
            TestPictures.write(folder.resolve(set).resolve(part).resolve(stem + ".png"), 8, 8, part.hashCode());
        }
        Path judge = folder.resolve(set).resolve("judge").resolve(stem + ".npy");
        Files.createDirectories(judge.getParent());
        Files.write(judge, npy("<f8", "(1,)", share, 1));
    }

    private static byte[] npy(String type, String shape, double value, int version) {
        byte[] header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n"
                .formatted(type, shape)
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(12 + header.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            file.putShort((short) header.length);
        } else {
            file.putInt(header.length);
        }
        file.put(header);
        if (type.endsWith("8")) {
            file.putDouble(value);
        } else {
            file.putFloat((float) value);
        }
        return java.util.Arrays.copyOf(file.array(), file.position());
    }
}
