package io.bulwark.lab.train.mask;

import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.picture.CompositeRenderer;
import io.bulwark.lab.picture.CompositeRenderer.Composite;
import io.bulwark.lab.picture.CompositeRenderer.Kind;
import io.bulwark.lab.train.mask.MaskTraining.Rendered;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What the inset mask learns: the inside of each picture within a composite, but for {@link InsetMask#GAP} pixels along
 * its edge. Any thread.
 */
record InsetRenderer() implements MaskTraining.Subject {

    /** One row in this number has no inset. */
    private static final int WITHOUT = 3;

    /** A logit for what is certain. */
    private static final float CERTAIN = 20;

    @Override
    public MaskLayers layers() {
        return MaskLayers.INSETS;
    }

    @Override
    public int counted() {
        return 128;
    }

    @Override
    public double share() {
        return 0.25;
    }

    @Override
    public float weight() {
        return 1;
    }

    @Override
    public boolean isWorthAView(boolean[] mask, int side) {
        float[] logits = new float[mask.length];
        for (int i = 0; i < mask.length; i++) {
            logits[i] = mask[i] ? CERTAIN : -CERTAIN;
        }
        return !InsetMask.insets(logits, side, side).isEmpty();
    }

    @Override
    public Rendered draw(Supplier<byte[]> pictures, int drawnSide, int rowSide, SplittableRandom random) {
        Kind[] kinds = Kind.values();
        boolean without = random.nextInt(WITHOUT) == 0;
        Kind kind = without ? kinds[random.nextInt(2)] : kinds[random.nextInt(2, kinds.length)];
        Composite composite = CompositeRenderer.draw(
                kind, () -> new UprightPicture(drawnSide, drawnSide, pictures.get()), drawnSide, random);
        BufferedImage marked = new BufferedImage(drawnSide, drawnSide, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D on = CompositeRenderer.smooth(marked);
        on.setStroke(new BasicStroke((float) (2.0 * InsetMask.GAP * drawnSide / rowSide)));
        for (CompositeRenderer.Inset inset : composite.insets()) {
            Shape shape = inset.shape();
            on.setColor(Color.WHITE);
            on.fill(shape);
            on.setColor(Color.BLACK);
            on.draw(shape);
        }
        on.dispose();
        byte[] covered = new byte[drawnSide * drawnSide];
        marked.getRaster().getDataElements(0, 0, drawnSide, drawnSide, covered);
        return new Rendered(composite.rgb(), covered);
    }

    @Override
    public String describe() {
        return "composites of %d kinds".formatted(Kind.values().length);
    }
}
