package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.upload.AwayAttack.Moved;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwayAttackTest {

    private static final UploadFormat PNG = new UploadFormat.Png();
    private static final UprightPicture CLEAN = SmallModeration.picture(50, 40, true, 5);

    @TempDir
    static Path cache;

    @AutoClose
    private static DifferentiableEncoder encoder;

    private static AwayAttack attack;

    @BeforeAll
    static void open() {
        encoder = ModelPackage.open(SmallEncoder.GOLDEN.resolve("vit_a").toString())
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(cache));
        attack = new AwayAttack(encoder);
    }

    @Test
    void theFileIsFurtherAwayThanChanceMovesItAndWithinTheThreatModel() {
        ThreatModel threat = ThreatModel.linf(8 / 255.0);

        Moved moved = run(new Pgd(10, 2 / 255.0, 0, true, 1), threat, PNG);
        // One step so small that the random start is all there is to it.
        Moved random = run(new Pgd(1, 1e-9, 0, true, 1), threat, PNG);

        assertThat(moved.similarity()).isLessThan(random.similarity() - 0.01);
        assertThat(moved.change().linf()).isBetween(4 / 255.0, 8 / 255.0 + 1e-6);
        assertThat(moved.change().linfArrived()).isEqualTo(moved.change().linf());
        assertThat(moved.gradientSteps()).isBetween(9L, 11L);
    }

    @Test
    void whatIsReportedIsMeasuredOnTheFile() {
        UploadFormat jpeg = new UploadFormat.Jpeg(80);

        Moved moved = run(new Pgd(4, 2 / 255.0, 0, true, 1), ThreatModel.linf(6 / 255.0), jpeg);

        UprightPicture arrived =
                UploadedChange.original(new StandardImageDecoder(DecodeLimits.standard()), moved.file());
        int largest = 0;
        for (int i = 0; i < arrived.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((arrived.rgb()[i] & 0xff) - (CLEAN.rgb()[i] & 0xff)));
        }
        assertThat(moved.change().linfArrived()).isCloseTo(largest / 255.0, within(1e-6));
        assertThat(moved.similarity()).isLessThan(1);
    }

    @Test
    void withoutABudgetThePictureStaysWhereItIs() {
        Moved moved = run(new Pgd(2, 1 / 255.0, 0, true, 1), ThreatModel.linf(0), PNG);

        assertThat(moved.similarity()).isCloseTo(1, within(1e-5));
        assertThat(moved.change()).isEqualTo(new UploadedChange(0, 0, 0));
    }

    @Test
    void aFileThatIsNoPictureIsRefusedWithTheReason() {
        assertThatThrownBy(
                        () -> attack.run(new byte[] {1, 2, 3}, new Pgd(1, 0.1, 0, true, 1), ThreatModel.linf(0), PNG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NOT_AN_IMAGE");
    }

    @Test
    void aChangeBeyondTheThreatModelIsNoResult() {
        UprightPicture other = SmallModeration.picture(50, 40, false, 6);

        assertThatThrownBy(() -> UploadedChange.of(ThreatModel.linf(1 / 255.0), CLEAN, other, other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linf 1/255");
    }

    private static Moved run(Pgd by, ThreatModel threat, UploadFormat format) {
        return attack.run(PNG.encode(CLEAN), by, threat, format);
    }
}
