package io.bulwark.lab.evaluate.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.evaluate.mask.InsetMaskRun.AttackedInsets;
import io.bulwark.lab.evaluate.mask.InsetMaskRun.Found;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.picture.CompositeRenderer;
import io.bulwark.lab.picture.CompositeRenderer.Composite;
import io.bulwark.lab.picture.CompositeRenderer.Kind;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.model.ModelPackage;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class InsetMaskRunTest {

    /** Marks nothing. */
    private static final InsetMask BLIND =
            new InsetMask(new MaskNetwork(MaskLayers.INSETS, new float[MaskLayers.INSETS.size()]));

    private final List<UprightPicture> pictures = List.of(picture(1), picture(2), picture(3));

    @Test
    void theFinderOfMarginsFindsPicturesBetweenBarsAndABlindMaskNone() {
        Map<Kind, Found> found = new InsetMaskRun(BLIND, pictures, 1)
                .run(4, EvaluationProgress.silent())
                .found();

        assertThat(found.get(Kind.BARS).panels().orElseThrow().value()).isGreaterThanOrEqualTo(0.5);
        assertThat(found.get(Kind.BARS).upright().orElseThrow().value()).isZero();
        assertThat(found.get(Kind.UNTOUCHED).upright()).isEmpty();
        assertThat(found.get(Kind.TILTED).turned()).isPresent();
    }

    /**
     * An attacker who knows the network has his way within a bound that hides nothing from people; a test that he cannot
     * would be wrong. What he changes misses the finders that have no gradient.
     */
    @Test
    void apgdTakesViewsOfInsetsAwayAndGivesThemToPicturesWithoutAny() {
        InsetMask mask = InsetMask.bundled();
        MaskAttack.Options options = new MaskAttack.Options();
        new CommandLine(options).parseArgs("--attacked", "2", "--levels", "16", "--patch", "0", "--iterations", "20");
        try (DifferentiableMask gradients = ModelPackage.differentiable(mask.network(), 1)) {
            Map<String, AttackedInsets> attacked =
                    new InsetMaskRun(mask, pictures, 1).attack(options, gradients, EvaluationProgress.silent());

            AttackedInsets lost = attacked.get("insets, to lose all views of them, l∞ 16/255");
            assertThat(lost.attacked().before().value()).isOne();
            assertThat(lost.attacked().after().value()).isZero();
            assertThat(lost.byAny().orElseThrow().value())
                    .isGreaterThanOrEqualTo(lost.onThePicture().orElseThrow().value());
            AttackedInsets got = attacked.get("no inset, to get a view, l∞ 16/255");
            assertThat(got.attacked().before().value()).isZero();
            assertThat(got.attacked().after().value()).isOne();
            assertThat(got.byAny()).isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameCompositeAndNoInsetCoversAnother() {
        for (Kind kind : Kind.values()) {
            Composite one = draw(kind);
            assertThat(one.rgb()).as("%s", kind).isEqualTo(draw(kind).rgb());
            for (int i = 0; i < one.insets().size(); i++) {
                for (int j = 0; j < i; j++) {
                    java.awt.geom.Area shared =
                            new java.awt.geom.Area(one.insets().get(i).shape());
                    shared.intersect(new java.awt.geom.Area(one.insets().get(j).shape()));
                    assertThat(shared.getBounds2D().getWidth()
                                    * shared.getBounds2D().getHeight())
                            .as("%s", kind)
                            .isLessThan(1);
                }
            }
        }
    }

    private Composite draw(Kind kind) {
        SplittableRandom random = new SplittableRandom(7);
        return CompositeRenderer.draw(kind, () -> pictures.get(random.nextInt(3)), 120, random);
    }

    private static UprightPicture picture(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] rgb = new byte[3 * 64 * 64];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (60 * seed + random.nextInt(60));
        }
        return new UprightPicture(64, 64, rgb);
    }
}
