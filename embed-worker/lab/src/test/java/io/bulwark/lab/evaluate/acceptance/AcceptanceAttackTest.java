package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.evaluate.acceptance.AcceptanceAttack.UnderAttack;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceAttackTest {

    private static final CalibrationGoal GOAL = CalibrationGoal.flagging(Set.of("red"));
    private static final Path MODEL = Path.of("../perception/src/test/resources/golden/vit_a");
    private static final ThreatModel WIDE = ThreatModel.linf(16 / 255.0);

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());

    @TempDir
    private Path folder;

    @Test
    void filesOfBothKindsAreAttackedAndCountedBeforeAndAfter() throws IOException {
        AcceptanceSplit split = split();
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache"));
        ModelPackage model = ModelPackage.open(MODEL.toString());
        try (Encoder encoder = model.openEncoder(options);
                DifferentiableEncoder gradients = model.openDifferentiable(options)) {
            Sights sights = Sights.of(split, viewer(encoder), EvaluationProgress.silent());
            try (CalibratedBank bank =
                    CalibratedBank.of(encoder.description(), split.bank(), split.calibration(), sights, GOAL)) {
                UnderAttack wide = attack(gradients, bank, WIDE).run(split.test(), 3, EvaluationProgress.silent());

                assertThat(wide.flagged().files()).isEqualTo(3);
                assertThat(wide.safe().files()).isEqualTo(3);
                assertThat(wide.flagged().count(Decision.SAFE))
                        .isGreaterThan(wide.flaggedBefore().count(Decision.SAFE));
                assertThat(wide.safe().count(Decision.NSFW))
                        .isGreaterThan(wide.safeBefore().count(Decision.NSFW));
                assertThat(wide.attack()).isEqualTo("APGD, iterations: 20, restarts: 1");
                assertThat(wide.threat()).isEqualTo("linf 16/255");
                assertThat(wide.track()).isEqualTo("pixels after resize");

                UnderAttack nothing =
                        attack(gradients, bank, ThreatModel.linf(0)).run(split.test(), 1, EvaluationProgress.silent());

                assertThat(nothing.flagged()).isEqualTo(nothing.flaggedBefore());
                assertThat(nothing.safe()).isEqualTo(nothing.safeBefore());
                LabelledFile first = split.test().stream()
                        .filter(LabelledFile::flagged)
                        .findFirst()
                        .orElseThrow();
                assertThat(Outcomes.of(List.of(bank.judge(first.sha256(), sights.of(first)))))
                        .as("what is attacked is what is decided")
                        .isEqualTo(nothing.flaggedBefore());
            }
        }
    }

    @Test
    void aBankOfAnotherEncoderIsNotAttacked() throws IOException {
        MadeUpFiles files = new MadeUpFiles(folder);
        List<LabelledFile> some = new ArrayList<>(files.cloud("red", true, 5, new double[] {1, 0, 0, 0}, 0.1, 1));
        some.addAll(files.cloud("blue", false, 5, new double[] {0, 1, 0, 0}, 0.1, 2));
        AcceptanceSplit split = new AcceptanceSplit(some, some, some, 0, List.of());
        Sights sights = Sights.of(split, files, EvaluationProgress.silent());
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache"));
        try (DifferentiableEncoder gradients =
                        ModelPackage.open(MODEL.toString()).openDifferentiable(options);
                CalibratedBank bank = CalibratedBank.of(MadeUpFiles.ENCODER, some, some, sights, GOAL)) {
            assertThatThrownBy(() -> attack(gradients, bank, WIDE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0123456789abcdef")
                    .hasMessageContaining("fp32");
        }
    }

    private AcceptanceAttack attack(DifferentiableEncoder gradients, CalibratedBank bank, ThreatModel threat) {
        return new AcceptanceAttack(gradients, decoder, bank, new Apgd(20, 1, EarlyStop.EACH_FOOLED, 1), threat, 2);
    }

    private FileViewer viewer(Encoder encoder) {
        Preprocessor squash = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH);
        return file -> {
            DecodeResult result = decoder.decode(file);
            if (result instanceof DecodeResult.Refused refused) {
                return new Sight.Refused(refused.refusal().name());
            }
            View view = squash.views((Decoded) result).get(0);
            float[] embedding = encoder.embed(
                            ByteBuffer.allocateDirect(view.pixels().length)
                                    .put(view.pixels())
                                    .flip(),
                            1)
                    .embedding(0);
            List<SeenView> seen = List.of(new SeenView(view.name(), embedding, new float[0]));
            return new Sight.Seen(seen, seen);
        };
    }

    /** Reddish noise is flagged, bluish is not; one flagged file is no picture. */
    private AcceptanceSplit split() throws IOException {
        List<Path> red = new ArrayList<>();
        List<Path> blue = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            red.add(write("red", i, noise(new int[] {130, 100, 95}, i)));
            blue.add(write("blue", i, noise(new int[] {95, 100, 130}, 100 + i)));
        }
        red.add(Files.writeString(folder.resolve("red/broken.png"), "no picture"));
        return AcceptanceSplit.of(Map.of("red", red, "blue", blue), Set.of("red"));
    }

    private Path write(String label, int number, UprightPicture picture) throws IOException {
        return Files.write(
                Files.createDirectories(folder.resolve(label)).resolve(number + ".png"),
                new UploadFormat.Png().encode(picture));
    }

    private static UprightPicture noise(int[] base, long seed) {
        Random random = new Random(seed);
        byte[] rgb = new byte[40 * 40 * 3];
        byte[] blotches = new byte[6 * 6 * 3];
        random.nextBytes(blotches);
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % 40;
            int y = i / 3 / 40;
            rgb[i] = (byte) (base[i % 3] + blotches[(y / 8 * 6 + x / 8) * 3 + i % 3] / 2);
        }
        return new UprightPicture(40, 40, rgb);
    }
}
