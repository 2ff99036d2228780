package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.Distortion;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.Distorted;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.evaluate.Track.Submission;
import io.bulwark.lab.evaluate.Track.UploadedFile;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadedFileTest {

    private static final ThreatModel THREAT = ThreatModel.linf(4 / 255.0);

    @TempDir
    static Path folder;

    @AutoClose
    private static DifferentiableEncoder network;

    private static EvaluatedEncoder encoder;
    private static List<PictureSource> picture;

    @BeforeAll
    static void open() {
        network = ModelPackage.open("../perception/src/test/resources/golden/vit_a")
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache")));
        encoder = EvaluatedEncoder.of(network, 4);
        picture = List.of(PictureFile.of(TestPictures.write(folder.resolve("picture.png"), 70, 50, 5)));
    }

    @Test
    void anUntouchedLosslessUploadIsAnsweredAsThePictureItself() {
        UploadedFile track = new UploadedFile(new UploadFormat.Png());

        Submission submission = track.submit(encoder, picture, ThreatModel.linf(0), track.pixels(encoder, picture));

        assertThat(submission.embeddings()).isEqualTo(network.embed(encoder.planes(picture), 1));
        assertThat(submission.pixels()).isEqualTo(track.pixels(encoder, picture));
    }

    @Test
    void anUploadIsInWholeLevelsAndWithinItsThreatModel() {
        UploadedFile track = new UploadedFile(new UploadFormat.Png());
        float[] clean = track.pixels(encoder, picture);

        float[] uploaded = track.submit(encoder, picture, THREAT, shaken(clean)).pixels();

        THREAT.verify(clean, uploaded, 1).require();
        assertThat(uploaded).isNotEqualTo(clean);
        for (float value : uploaded) {
            assertThat(value * 255).isCloseTo(Math.round(value * 255), org.assertj.core.api.Assertions.within(1e-3f));
        }
    }

    @Test
    void aLossyFormatIsAnsweredByWhatIsLeftAfterIt() {
        UploadedFile lossless = new UploadedFile(new UploadFormat.Png());
        UploadedFile lossy = new UploadedFile(new UploadFormat.Jpeg(30));
        float[] pixels = shaken(lossless.pixels(encoder, picture));

        assertThat(lossy.submit(encoder, picture, THREAT, pixels).embeddings())
                .isNotEqualTo(lossless.submit(encoder, picture, THREAT, pixels).embeddings());
        assertThat(lossy.label()).isEqualTo("uploaded file, jpg");
    }

    @Test
    void aPictureMadeAfterResizingIsNoUpload() {
        UploadedFile track = new UploadedFile(new UploadFormat.Png());
        PictureSource distorted = new Distorted((PictureFile) picture.get(0), Distortion.BLUR, 1, 1);

        assertThatThrownBy(() -> track.pixels(encoder, List.of(distorted)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no upload");
    }

    private static float[] shaken(float[] clean) {
        Random random = new Random(1);
        float[] shaken = clean.clone();
        for (int i = 0; i < shaken.length; i++) {
            shaken[i] = Math.max(0, Math.min(1, shaken[i] + (random.nextFloat() - 0.5f) * 8 / 255f));
        }
        return shaken;
    }
}
