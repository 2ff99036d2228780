package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.schemas.topic.ReferenceKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankFileTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() {
        List<StoredReference> references = List.of(
                reference("default", "model-a", "cards/ace.png"), reference("other", "model-b", "dogs/1.jpg@black"));
        Path file = folder.resolve("bank.avro");
        BankFile.write(file, references);
        assertThat(BankFile.read(file)).isEqualTo(references);
    }

    @Test
    void anOlderFileIsReplacedAndNothingElseIsLeftBehind() throws IOException {
        Path file = Files.writeString(folder.resolve("bank.avro"), "older");
        BankFile.write(file, List.of(reference("default", "model", "a")));
        assertThat(BankFile.read(file)).hasSize(1);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void variantsOfAReferenceAreInTheFile() {
        Path file = folder.resolve("bank.avro");
        StoredReference plain = reference("default", "model", "a");
        StoredReference varied = new StoredReference(
                plain.key(),
                Reference.newBuilder(plain.value())
                        .setVariants(List.of(new ReferenceVariant("text", ByteBuffer.wrap(new byte[] {5, 6, 7, 8}))))
                        .build());
        BankFile.write(file, List.of(varied));

        assertThat(BankFile.read(file)).containsExactly(varied);
    }

    @Test
    void aFileOfSomethingElseIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no bank at all");
        assertThatThrownBy(() -> BankFile.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("notes.txt")
                .hasMessageContaining("bulwark bank export");
    }

    @Test
    void aFileThatEndsEarlyIsRefused() throws IOException {
        Path file = folder.resolve("bank.avro");
        BankFile.write(file, List.of(reference("default", "model", "a"), reference("default", "model", "b")));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> BankFile.read(file)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void aFolderThatDoesNotExistIsNamed() {
        Path file = folder.resolve("missing/bank.avro");
        assertThatThrownBy(() -> BankFile.write(file, List.of(reference("default", "model", "a"))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("missing");
    }

    private static StoredReference reference(String bank, String model, String id) {
        return new StoredReference(
                new ReferenceKey(bank, model, id),
                Reference.newBuilder()
                        .setLabel("label")
                        .setEmbedding(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}))
                        .setAddedBy("a-curator")
                        .setAddedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                        .setLabelSource(LabelSource.STAND_IN)
                        .build());
    }
}
