package io.bulwark.perception.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files that PyTorch wrote ({@code pickle/make.py}, {@code exported/make.py}) and against bytes written here. */
class TorchFileTest {

    private static final Path FILES = Path.of("src/test/resources/pickle");
    private static final Path EXPORTED = Path.of("src/test/resources/exported");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tensors.pt", "lightning.ckpt", "protocol4.pt", "deflated.pt"})
    void everyTensorIsWhatPyTorchSaysThatItIs(String name) throws IOException {
        try (TorchFile file = TorchFile.open(FILES.resolve(name));
                SafetensorsFile wanted = SafetensorsFile.open(FILES.resolve("tensors.safetensors"))) {
            assertThat(file.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(wanted.tensors().keySet());
            for (String tensor : wanted.tensors().keySet()) {
                assertThat(file.tensor(tensor).type())
                        .as(tensor)
                        .isEqualTo(wanted.tensor(tensor).type());
                assertThat(file.tensor(tensor).shape())
                        .as(tensor)
                        .isEqualTo(wanted.tensor(tensor).shape());
                assertThat(file.bytes(tensor)).as(tensor).isEqualTo(wanted.bytes(tensor));
                if (file.tensor(tensor).type().readsAsFloat()) {
                    assertThat(file.floats(tensor)).as(tensor).isEqualTo(wanted.floats(tensor));
                }
            }
        }
    }

    @Test
    void anOrderedStateDictWithItsModulesVersionsIsRead() throws IOException {
        try (TorchFile file = TorchFile.open(EXPORTED.resolve("state_dict.pth"))) {
            assertThat(file.tensors())
                    .containsOnlyKeys(
                            "body.0.weight",
                            "body.1.weight",
                            "body.1.bias",
                            "body.1.running_mean",
                            "body.1.running_var",
                            "body.1.num_batches_tracked",
                            "project.weight",
                            "project.bias");
            assertThat(file.tensor("project.weight").shape()).containsExactly(6L, 200L);
            assertThat(file.bytes("body.1.num_batches_tracked").getLong()).isEqualTo(20);
        }
    }

    @Test
    void whatTheFuzzerBeginsWithIsReadToItsEnd() throws IOException {
        assertThat(PickleFuzzer.pickles())
                .hasSize(3)
                .allSatisfy((name, pickle) -> assertThat(
                                PickleReader.read(new PickleInput(name, pickle), new Rebuilding(PickleFuzzer.STORAGES)))
                        .isInstanceOf(Container.class));
    }

    @Test
    void aColumnOfAMatrixIsReadRowByRow() throws IOException {
        ByteBuffer stored = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            stored.putFloat(i);
        }
        Path path = new Pickle()
                .with("0", stored.array())
                .only("w", "FloatStorage", 6, 1, new long[] {2, 2}, 1, 3)
                .write(folder.resolve("column.pt"));

        try (TorchFile file = TorchFile.open(path)) {
            assertThat(file.floats("w")).containsExactly(1, 4, 2, 5);
        }
    }

    @Test
    void aFileFromBeforePyTorch16HoldsTheSameTensorsAsItsZip() throws IOException {
        try (TorchFile old = TorchFile.open(EXPORTED.resolve("legacy.pth"));
                TorchFile zip = TorchFile.open(EXPORTED.resolve("state_dict.pth"))) {
            assertThat(old.tensors()).hasSameSizeAs(zip.tensors()).isNotEmpty();
            for (String tensor : zip.tensors().keySet()) {
                assertThat(old.tensor(tensor).shape())
                        .as(tensor)
                        .isEqualTo(zip.tensor(tensor).shape());
                assertThat(old.bytes(tensor)).as(tensor).isEqualTo(zip.bytes(tensor));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 40, 200, 1500, -1})
    void aFileFromBeforePyTorch16ThatIsCutOffIsRefused(int length) throws IOException {
        byte[] whole = Files.readAllBytes(EXPORTED.resolve("legacy.pth"));
        Path cut = Files.write(
                folder.resolve("cut.pth"), java.util.Arrays.copyOf(whole, length < 0 ? whole.length - 1 : length));

        assertThatThrownBy(() -> TorchFile.open(cut)).isInstanceOf(PickleException.class);
    }

    @Test
    void bytesBehindTheLastStorageAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(EXPORTED.resolve("legacy.pth"));
        Path longer = Files.write(folder.resolve("longer.pth"), java.util.Arrays.copyOf(whole, whole.length + 1));

        assertRefused(longer, "1 bytes beyond them");
    }

    @Test
    void aTensorWithoutElementsIsEmpty() throws IOException {
        Path path = new Pickle()
                .with("0", new byte[0])
                .only("w", "HalfStorage", 0, 0, new long[] {0, 3}, 3, 1)
                .write(folder.resolve("empty.pt"));

        try (TorchFile file = TorchFile.open(path)) {
            assertThat(file.tensor("w").shape()).isEqualTo(List.of(0L, 3L));
            assertThat(file.floats("w")).isEmpty();
        }
    }

    @Test
    void theErrorSaysWhatAFileIsThatTorchSaveDidNotWrite() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pt"), "no checkpoint");
        Path empty = Files.write(folder.resolve("empty.pt"), new byte[0]);

        assertRefused(EXPORTED.resolve("traced.pt"), "'__torch__");
        assertRefused(text, "no file of torch.save");
        assertRefused(empty, "no file of torch.save");
        assertThatThrownBy(() -> TorchFile.open(folder.resolve("none.pt"))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 100, 1000, 3000})
    void aFileCutOffIsRefused(int length) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve("tensors.pt"));
        Path cut = Files.write(folder.resolve("cut.pt"), java.util.Arrays.copyOf(whole, length));

        assertRefused(cut, "truncated");
    }

    @Test
    void aTensorThatIsNotThereOrHoldsNoFloatsIsNamed() throws IOException {
        try (TorchFile file = TorchFile.open(FILES.resolve("tensors.pt"))) {
            assertThatThrownBy(() -> file.floats("nothing")).hasMessageContaining("no tensor 'nothing'");
            assertThat(file.tensor("int64").type()).isEqualTo(ElementType.I64);
            assertThatThrownBy(() -> file.floats("int64")).hasMessageContaining("has type I64");
        }
    }

    private static void assertRefused(Path file, String words) {
        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(PickleException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(words);
    }
}
