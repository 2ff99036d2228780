package io.bulwark.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeptVariantsTest {

    private static final UprightPicture PICTURE = new UprightPicture(32, 32, new byte[32 * 32 * 3]);

    @Test
    void whatTheEncoderHasNoSoundRowForIsNoVariant() {
        float[] sound = {0, 1};
        Iterator<float[]> rows = Stream.concat(
                        Stream.of(new float[] {Float.NaN, 0}, new float[] {0, 0}), Stream.generate(() -> sound))
                .iterator();

        KeptVariants.Variants variants = KeptVariants.standard()
                .of(PICTURE, Sha256.digest(new byte[] {1}), new float[] {1, 0}, picture -> rows.next());

        assertThat(variants.candidates()).isNotEmpty();
        for (List<ReferenceVariant> some : List.of(variants.candidates(), variants.chosen())) {
            assertThat(some).extracting(ReferenceVariant::embedding).containsOnly(sound);
        }
    }
}
