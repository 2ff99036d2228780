package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.bank.BankFilling.VariantTally;
import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantTallyTest {

    private final VariantTally tally = new VariantTally(0.9);

    @Test
    void theTallyNamesKeptVariantsAndTheirNearness() {
        ReferenceVariant near = new ReferenceVariant("grey", new float[] {0.99f, 0.1f});
        ReferenceVariant far = new ReferenceVariant("border", new float[] {0, 1});
        ReferenceVariant other = new ReferenceVariant("text", new float[] {-1, 0});
        tally.add(
                new float[] {1, 0},
                new KeptVariants.Variants(List.of(near, far, other), List.of(other, far)),
                2_000_000_000L);
        tally.add(
                new float[] {1, 0}, new KeptVariants.Variants(List.of(near, far, other), List.of(other)), 500_000_000L);

        Map<String, Object> fields = tally.fields();
        assertThat(fields)
                .containsEntry("pictures", 2)
                .containsEntry("rows", 3)
                .containsEntry("lookedAt", 6)
                .containsEntry("seconds", 2.5);
        assertThat((double) fields.get("nearBefore")).isEqualTo(2 / 6.0, within(1e-9));
        assertThat((double) fields.get("nearAfter")).isEqualTo(5 / 6.0, within(1e-9));
        assertThat((double) fields.get("megabytes")).isEqualTo(3 * 2 * 4 * 2 / 1e6, within(1e-12));
        assertThat(tally.text())
                .contains("3 rows kept beside 2 pictures, 1.5 each")
                .contains("83.3 % lie within 0.90 of their reference, before 33.3 %")
                .contains("{border=1, text=2}");
    }

    @Test
    void nothingIsCountedOfNothing() {
        assertThat(tally.fields()).containsEntry("rows", 0).containsEntry("nearAfter", 0.0);
        assertThat(tally.text()).contains("0 rows kept beside 0 pictures");
    }
}
