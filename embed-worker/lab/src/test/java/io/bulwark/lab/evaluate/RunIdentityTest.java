package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.data.Triplet.GeneratedTriplets;
import io.bulwark.lab.evaluate.TaskRun.RunIdentity;
import io.bulwark.lab.evaluate.Track.ResizedPixels;
import io.bulwark.lab.evaluate.Track.UploadedFile;
import io.bulwark.perception.encoder.EncoderDescription;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunIdentityTest {

    private static final Apgd ATTACK = new Apgd(50, 2, EarlyStop.EACH_FOOLED, 1);

    @TempDir
    Path folder;

    @Test
    void everyPartOfARunChangesItsIdentity() {
        String identity = RunIdentity.of(encoder("a"), task(1), new ResizedPixels(), ATTACK);

        assertThat(identity).isEqualTo(RunIdentity.of(encoder("a"), task(1), new ResizedPixels(), ATTACK));
        assertThat(List.of(
                        RunIdentity.of(encoder("b"), task(1), new ResizedPixels(), ATTACK),
                        RunIdentity.of(encoder("a"), task(2), new ResizedPixels(), ATTACK),
                        RunIdentity.of(encoder("a"), task(1), new UploadedFile(new UploadFormat.Png()), ATTACK),
                        RunIdentity.of(
                                encoder("a"), task(1), new ResizedPixels(), new Apgd(50, 2, EarlyStop.EACH_FOOLED, 2))))
                .doesNotContain(identity)
                .doesNotHaveDuplicates();
    }

    @Test
    void soDoesAPictureThatWasReplacedUnderItsName() {
        String before = RunIdentity.of(encoder("a"), task(1), new ResizedPixels(), ATTACK);
        TestPictures.write(folder.resolve("picture.png"), 16, 16, 99);

        assertThat(RunIdentity.of(
                        encoder("a"), new ChoiceTask(triplets(1), LogitLoss.MARGIN), new ResizedPixels(), ATTACK))
                .isNotEqualTo(before);
    }

    private Task task(long seed) {
        TestPictures.write(folder.resolve("picture.png"), 16, 16, 5);
        return new ChoiceTask(triplets(seed), LogitLoss.MARGIN);
    }

    private List<io.bulwark.lab.data.Triplet> triplets(long seed) {
        return GeneratedTriplets.of(List.of(PictureFile.of(folder.resolve("picture.png"))), seed);
    }

    private static EncoderDescription encoder(String fingerprint) {
        return new EncoderDescription(
                fingerprint, "name", "family", 4, "fp32", PreprocessSpec.unit(8, Interpolation.BILINEAR), List.of());
    }
}
