package io.bulwark.cli.casebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BankWithoutFileTest {

    private static final Sha256 FILE = Sha256.digest(new byte[] {1});
    private static final Sha256 OTHER = Sha256.digest(new byte[] {2});

    @Test
    void aFilesOwnReferencesNeitherVoteNorKnowIt() {
        try (MatrixBank whole = MatrixBank.of(
                "model",
                List.of(
                        reference("own", 1, 0, FILE),
                        reference("own@black", 1, 0, FILE),
                        reference("other", 0.8f, 0.6f, OTHER),
                        new LabelledEmbedding("unknown", "nsfw", new float[] {0, 1})))) {
            var maker = new BankWithoutFile.Maker(whole, (tenant, file) -> false);
            Bank without = maker.without("default", FILE);
            assertThat(without.near(new float[] {1, 0}, 1, 2).get(0).voting())
                    .extracting(Neighbour::referenceId)
                    .containsExactly("other", "unknown");
            assertThat(whole.known(ContentHashes.of(FILE))).isNotEmpty();
            assertThat(without.known(ContentHashes.of(FILE))).isEmpty();
            assertThat(without.known(ContentHashes.of(OTHER))).isNotEmpty();
            assertThat(without.references(100)).hasSize(2);
            assertThat(maker.without("default", Sha256.digest(new byte[] {3}))).isSameAs(whole);
        }
    }

    /** Without the draws the bank would not have it; the copy that no draw chose is there in production too. */
    @Test
    void aReferenceOfAnotherDrawnFileHasNoSayOnItsNearDuplicates() {
        Sha256 upload = Sha256.digest(new byte[] {3});
        try (MatrixBank whole = MatrixBank.of(
                "model",
                List.of(
                        reference("copy that was drawn", 0.995f, 0.09987f, FILE),
                        reference("copy that was not", 0.995f, -0.09987f, OTHER),
                        reference("unlike, drawn", 0, 1, FILE)))) {
            var maker = new BankWithoutFile.Maker(
                    whole, (tenant, file) -> tenant.equals("default") && (file.equals(FILE) || file.equals(upload)));
            assertThat(maker.without("default", upload)
                            .near(new float[] {1, 0}, 1, 3)
                            .get(0)
                            .voting())
                    .extracting(Neighbour::referenceId)
                    .containsExactly("copy that was not", "unlike, drawn");
            assertThat(maker.without("another", upload)).isSameAs(whole);
        }
    }

    private static LabelledEmbedding reference(String id, float x, float y, Sha256 file) {
        return new LabelledEmbedding(id, "nsfw", new float[] {x, y}, Optional.of(file));
    }
}
