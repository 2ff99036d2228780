package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BankAuditTest {

    private static final EncoderDescription MODEL = new EncoderDescription(
            "model", "test", "test", 2, "fp32", PreprocessSpec.unit(224, Interpolation.BILINEAR), List.of());

    @Test
    void good_references_of_the_model_are_usable() {
        BankAudit audit = audit(reference("model", "a", "safe", "file-1", 0.6f, 0.8f));

        assertThat(audit.usable()).hasSize(1);
        assertThat(audit.problems()).isEmpty();
        assertThat(audit.otherModels()).isEmpty();
    }

    @Test
    void each_bad_reference_is_named_with_what_is_wrong() {
        BankAudit audit = audit(
                reference("model", "short", "safe", "file-1", 1),
                reference("model", "long", "safe", "file-2", 1, 1),
                reference("model", "nan", "safe", "file-3", Float.NaN, 1),
                reference("model", "bare", "", "file-4", 0, 1));

        assertThat(audit.usable()).isEmpty();
        assertThat(audit.problems()).hasSize(4);
        assertThat(audit.problems()).anyMatch(line -> line.startsWith("short: has 1 dimensions, the model has 2"));
        assertThat(audit.problems()).anyMatch(line -> line.startsWith("long: ") && line.contains("length"));
        assertThat(audit.problems()).anyMatch(line -> line.startsWith("nan: ") && line.contains("NaN"));
        assertThat(audit.problems()).anyMatch(line -> line.startsWith("bare: ") && line.contains("label"));
    }

    @Test
    void references_of_other_models_are_counted_and_not_judged() {
        BankAudit audit = audit(
                reference("older", "a", "safe", "file-1", 1),
                reference("older", "b", "safe", "file-2", 1),
                reference("oldest", "a", "safe", "file-1", 1));

        assertThat(audit.problems()).isEmpty();
        assertThat(audit.otherModels()).containsEntry("older", 2).containsEntry("oldest", 1);
    }

    @Test
    void a_file_under_two_labels_is_a_problem_and_its_two_views_are_not() {
        BankAudit audit = audit(
                reference("model", "a@black", "safe", "file-1", 1, 0),
                reference("model", "a@white", "safe", "file-1", 0, 1),
                reference("model", "b", "weapons", "file-1", 0, 1));

        assertThat(audit.problems()).singleElement().asString().contains("b: is the same file as a@black");
    }

    @Test
    void a_reference_of_one_colour_is_listed_and_not_usable() {
        BankAudit audit = audit(
                reference("model", "a@black", "safe", "file-1", -1, 0),
                reference("model", "a@white", "safe", "file-1", 0, 1),
                reference("model", "b", "weapons", "file-2", 1, 0));

        assertThat(audit.plain()).containsExactly("a@black");
        assertThat(audit.problems()).isEmpty();
        assertThat(audit.usable()).extracting(LabelledEmbedding::id).containsExactly("a@white", "b");
        assertThat(audit.usableBut(Set.of("b")))
                .extracting(LabelledEmbedding::id)
                .containsExactly("a@white");
    }

    @Test
    void what_cannot_be_read_is_a_problem_of_its_own_bank_alone() {
        BankTopic.Content content = new BankTopic.Content(
                List.of(), List.of("default/model/a: The value is empty", "other/model/a: The value is empty"));

        assertThat(BankAudit.of(content, "default", MODEL, PlainRows.NONE).problems())
                .containsExactly("default/model/a: The value is empty");
    }

    private static BankAudit audit(StoredReference... references) {
        return BankAudit.of(
                new BankTopic.Content(List.of(references), List.of()),
                "default",
                MODEL,
                new PlainRows(List.of(new float[] {-1, 0})));
    }

    private static StoredReference reference(String model, String id, String label, String file, float... row) {
        return new StoredReference(
                new ReferenceKey("default", model, id),
                Reference.newBuilder()
                        .setLabel(label)
                        .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(row)))
                        .setSourceSha256(file)
                        .setAddedBy("test")
                        .setAddedAt(Instant.EPOCH)
                        .setLabelSource(LabelSource.HUMAN)
                        .build());
    }
}
