package io.bulwark.imaging.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.mask.InsetMask.Inset;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InsetMaskTest {

    private static final int WIDTH = 90;
    private static final int HEIGHT = 70;

    @Test
    void anUprightRectangleComesWithTheGapAroundIt() {
        Inset found = only(new Rectangle2D.Double(20, 10, 30, 24));

        assertThat(found).isEqualTo(new Inset(35, 22, 34, 28, 0));
    }

    @Test
    void raggedEdgesAndLooseSpecksMoveNothing() {
        float[] logits = logits(new Rectangle2D.Double(20, 10, 30, 24));
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            logits[random.nextInt(logits.length)] = 4;
            logits[(10 + random.nextInt(24)) * WIDTH + 50] = 4;
        }
        assertThat(InsetMask.insets(logits, WIDTH, HEIGHT))
                .first()
                .satisfies(found -> assertThat(found.width()).isBetween(34.0, 35.0));
    }

    @Test
    void aTurnedRectangleIsFoundWithItsAngle() {
        for (int degrees : new int[] {-40, -15, 10, 25, 40}) {
            Shape turned = AffineTransform.getRotateInstance(Math.toRadians(degrees), 45, 35)
                    .createTransformedShape(new Rectangle2D.Double(25, 21, 40, 28));
            Inset found = only(turned);

            assertThat(found.degrees()).as("%d degrees", degrees).isCloseTo(degrees, within(3));
            assertThat(found.x()).isCloseTo(45, within(1.0));
            assertThat(found.y()).isCloseTo(35, within(1.0));
            assertThat(found.width()).isCloseTo(44, within(3.0));
            assertThat(found.height()).isCloseTo(32, within(3.0));
        }
    }

    @Test
    void aDiscIsUpright() {
        Inset found = only(new Ellipse2D.Double(20, 10, 40, 40));

        assertThat(found.degrees()).isZero();
        assertThat(found.width()).isCloseTo(44, within(3.0));
    }

    @Test
    void whatShowsNothingMoreThanTheWholeIsNone() {
        assertThat(InsetMask.insets(logits(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT)), WIDTH, HEIGHT))
                .isEmpty();
        assertThat(InsetMask.insets(logits(new Rectangle2D.Double(5, 5, 6, 40)), WIDTH, HEIGHT))
                .isEmpty();
        assertThat(InsetMask.insets(new float[WIDTH * HEIGHT], WIDTH, HEIGHT)).isEmpty();
    }

    @Test
    void theLargestComeFirstAndNoMoreThanFive() {
        float[] logits = new float[WIDTH * HEIGHT];
        for (int i = 0; i < 6; i++) {
            mark(new Rectangle2D.Double(2 + i % 3 * 30, 2 + i / 3 * 34, 12 + 2 * i, 16), logits);
        }
        List<Inset> found = InsetMask.insets(logits, WIDTH, HEIGHT);

        assertThat(found).extracting(Inset::width).containsExactly(26.0, 24.0, 22.0, 20.0, 18.0);
    }

    @Test
    void theNetworkCostsLessThanTwentyFiveMillionMultiplicationsAnImage() {
        assertThat(MaskLayers.INSETS.operations(80, 80)).isLessThan(25_000_000);
        assertThat(Float.BYTES * MaskLayers.INSETS.size()).isLessThan(1_000_000);
    }

    private static Inset only(Shape shape) {
        List<Inset> found = InsetMask.insets(logits(shape), WIDTH, HEIGHT);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static float[] logits(Shape shape) {
        float[] logits = new float[WIDTH * HEIGHT];
        mark(shape, logits);
        return logits;
    }

    private static void mark(Shape shape, float[] logits) {
        for (int i = 0; i < logits.length; i++) {
            if (shape.contains(i % WIDTH + 0.5, i / WIDTH + 0.5)) {
                logits[i] = 4;
            }
        }
    }
}
