package io.bulwark.lab.train.mask;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.lab.train.mask.MaskTraining.Rendered;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Writes over pictures as people do: captions, subtitles, watermarks, paragraphs, single large words, arcs; in the
 * fonts of the machine, with outlines and shadows, opaque or not. It knows where it wrote, which is what a text mask
 * learns. The same fonts and seed give the same text. Any thread.
 *
 * @param written the scripts that some font of the machine has
 */
record TextRenderer(List<Written> written) implements MaskTraining.Subject {

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    /** Share of texts that are seen through. */
    private static final double FAINT = 0.15;

    /** Levels by which text must differ from what it covers: what is not seen cannot be learnt. */
    private static final int SEEN = 16;

    /**
     * A script's letters, as ranges of code points, and how often it is written. Suits of cards, stars and arrows are
     * signs of fonts too, and are left out: they are what pictures show.
     */
    private enum Script {
        LATIN(10, 'A', 'Z', 'a', 'z'),
        DIGITS(2, '0', '9', '!', '?'),
        CYRILLIC(2, 0x410, 0x42F, 0x430, 0x44F),
        GREEK(1, 0x391, 0x3A1, 0x3B1, 0x3C9),
        ARABIC(2, 0x627, 0x63A, 0x641, 0x64A),
        HEBREW(1, 0x5D0, 0x5EA, 0x5D0, 0x5EA),
        DEVANAGARI(2, 0x905, 0x90B, 0x915, 0x939),
        THAI(1, 0xE01, 0xE23, 0xE40, 0xE44),
        HAN(2, 0x4E00, 0x9F00, 0x4E00, 0x5E00),
        KANA(1, 0x3042, 0x3093, 0x30A2, 0x30F3),
        HANGUL(1, 0xAC00, 0xD700, 0xAC00, 0xB100),
        EMOJI(1, 0x1F600, 0x1F640, 0x1F600, 0x1F640);

        private final int weight;
        private final int[] ranges;

        Script(int weight, int... ranges) {
            this.weight = weight;
            this.ranges = ranges;
        }

        private String word(SplittableRandom random) {
            StringBuilder word = new StringBuilder();
            int range = 2 * random.nextInt(2);
            int letters = random.nextInt(2, 9);
            for (int i = 0; i < letters; i++) {
                // A capital before small letters now and then.
                int from = i == 0 && random.nextInt(3) == 0 ? 0 : range;
                word.appendCodePoint(random.nextInt(ranges[from], ranges[from + 1] + 1));
            }
            return word.toString();
        }
    }

    /** A script and the fonts that have its letters. */
    record Written(Script script, List<Font> fonts) {}

    /**
     * With the fonts of this machine.
     *
     * @throws IllegalStateException if it has none that shows Latin letters
     */
    static TextRenderer ofMachine() {
        Font[] all = GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts();
        List<Written> written = new ArrayList<>();
        for (Script script : Script.values()) {
            String sample = new StringBuilder()
                    .appendCodePoint(script.ranges[0])
                    .appendCodePoint(script.ranges[1])
                    .appendCodePoint(script.ranges[2])
                    .toString();
            List<Font> fonts = Stream.of(all)
                    .filter(font -> font.canDisplayUpTo(sample) < 0)
                    .filter(font -> !font.getFontName().contains("Symbol") || script == Script.EMOJI)
                    .toList();
            if (!fonts.isEmpty()) {
                written.add(new Written(script, fonts));
            }
        }
        if (written.stream().noneMatch(one -> one.script() == Script.LATIN)) {
            throw new IllegalStateException(
                    "no font of this machine has Latin letters, found are %d fonts: install fonts-dejavu-core or such"
                            .formatted(all.length));
        }
        return new TextRenderer(List.copyOf(written));
    }

    @Override
    public MaskLayers layers() {
        return MaskLayers.TEXT;
    }

    @Override
    public int counted() {
        return 77;
    }

    @Override
    public double share() {
        return 0.083;
    }

    /** Without text a picture costs a view, with it a flagged file may pass. */
    @Override
    public float weight() {
        return 1.5f;
    }

    @Override
    public boolean isWorthAView(boolean[] mask, int side) {
        long covered = 0;
        for (boolean pixel : mask) {
            covered += pixel ? 1 : 0;
        }
        return TextMask.isWorthAView(covered, mask.length);
    }

    /** A third without text, a third of all with shapes that are none. */
    @Override
    public Rendered draw(Supplier<byte[]> pictures, int drawnSide, int rowSide, SplittableRandom random) {
        byte[] picture = pictures.get();
        int texts = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 3);
        int shapes = random.nextInt(3) == 0 ? random.nextInt(1, 6) : 0;
        return draw(picture, drawnSide, texts, shapes, random);
    }

    /** Fonts by script. */
    @Override
    public String describe() {
        StringBuilder words = new StringBuilder();
        written.forEach(one -> words.append(words.length() == 0 ? "fonts: " : ", ")
                .append(one.script().name().toLowerCase(Locale.ROOT))
                .append(' ')
                .append(one.fonts().size()));
        return words.toString();
    }

    /**
     * Draws.
     *
     * @param rgb {@code [side, side, 3]} unsigned bytes; not modified
     * @param texts how many texts; 0 for none
     * @param shapes lines, rings, stars and grids that are no text, and lie below it
     * @return covered is how far letters with their outlines cover a pixel; 0 where that is not seen
     */
    Rendered draw(byte[] rgb, int side, int texts, int shapes, SplittableRandom random) {
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            int colour = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            picture.setRGB(i % side, i / side, colour);
        }
        BufferedImage covered = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D on = smooth(picture);
        Graphics2D mask = smooth(covered);
        for (int i = 0; i < shapes; i++) {
            new Clutter(on, side, random).draw();
        }
        int[] below = picture.getRGB(0, 0, side, side, null, 0, side);
        for (int i = 0; i < texts; i++) {
            new Text(on, mask, side, random).write();
        }
        on.dispose();
        mask.dispose();
        byte[] drawn = new byte[rgb.length];
        byte[] cover = new byte[side * side];
        covered.getRaster().getDataElements(0, 0, side, side, cover);
        int[] above = picture.getRGB(0, 0, side, side, null, 0, side);
        for (int i = 0; i < side * side; i++) {
            int difference = 0;
            for (int channel = 0; channel < 3; channel++) {
                int level = above[i] >> 8 * (2 - channel) & 0xff;
                drawn[3 * i + channel] = (byte) level;
                difference = Math.max(difference, Math.abs(level - (below[i] >> 8 * (2 - channel) & 0xff)));
            }
            if (difference < SEEN) {
                cover[i] = 0;
            }
        }
        return new Rendered(drawn, cover);
    }

    private static Graphics2D smooth(BufferedImage image) {
        Graphics2D on = image.createGraphics();
        on.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        on.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return on;
    }

    private static Color colour(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> Color.WHITE;
            case 2 -> Color.BLACK;
            default -> new Color(random.nextInt(1 << 24));
        };
    }

    /** Lines in one style. */
    private final class Text {

        private final Graphics2D on;
        private final Graphics2D mask;
        private final int side;
        private final SplittableRandom random;
        private final Written hand;
        private final Color ink;
        private final Color edge;
        private final double outline;
        private final boolean shadow;
        private Font font;

        Text(Graphics2D on, Graphics2D mask, int side, SplittableRandom random) {
            this.on = on;
            this.mask = mask;
            this.side = side;
            this.random = random;
            this.hand = drawn();
            this.font = hand.fonts().get(random.nextInt(hand.fonts().size()));
            this.ink = colour(random);
            this.edge = 3 * ink.getGreen() + ink.getRed() > 500 ? Color.BLACK : Color.WHITE;
            this.outline = random.nextBoolean() ? random.nextDouble(0.03, 0.14) : 0;
            this.shadow = random.nextInt(3) == 0;
        }

        private Written drawn() {
            int all = written.stream().mapToInt(one -> one.script().weight).sum();
            int at = random.nextInt(all);
            for (Written one : written) {
                at -= one.script().weight;
                if (at < 0) {
                    return one;
                }
            }
            throw new AssertionError("weights sum up to " + all);
        }

        void write() {
            float opacity = random.nextDouble() < FAINT ? (float) random.nextDouble(0.2, 1) : 1;
            on.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, opacity));
            switch (random.nextInt(8)) {
                case 0, 1 -> caption();
                case 2 -> lines(random.nextDouble(0.8, 0.9), random.nextInt(1, 3), random.nextDouble(0.04, 0.08));
                case 3 -> watermark();
                case 4 -> lines(random.nextDouble(0, 0.3), random.nextInt(4, 14), random.nextDouble(0.03, 0.06));
                case 5 -> large();
                case 6 -> arc();
                default -> scattered();
            }
            on.setComposite(AlphaComposite.SrcOver);
        }

        /** Bold lines above, below and between, as memes have them. */
        private void caption() {
            font = font.deriveFont(Font.BOLD);
            double size = random.nextDouble(0.05, 0.14);
            for (double top = random.nextDouble(0, 0.06); top < 1 - size; top += 1.3 * size) {
                boolean written = top < 0.25 || top > 0.7 || random.nextInt(4) == 0;
                if (written && random.nextInt(5) > 0) {
                    place(fitting(size * side, random.nextDouble(0.5, 0.98)), 0.5, top + size, 0);
                }
            }
        }

        private void lines(double top, int count, double size) {
            double left = random.nextBoolean() ? 0.5 : random.nextDouble(0.3, 0.7);
            double wide = random.nextDouble(0.4, 0.95);
            for (int i = 0; i < count; i++) {
                place(fitting(size * side, wide), left, top + size * (1 + 1.4 * i), 0);
            }
        }

        private void watermark() {
            double size = random.nextDouble(0.05, 0.12);
            double turn = random.nextDouble(-Math.PI / 3, Math.PI / 3);
            Shape word = shape(hand.script().word(random) + " " + hand.script().word(random), size * side);
            double step = random.nextDouble(0.2, 0.4);
            on.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) random.nextDouble(0.2, 0.8)));
            for (double y = 0; y < 1.2; y += step) {
                for (double x = 0; x < 1.2; x += 2 * step) {
                    place(word, x, y, turn);
                }
            }
        }

        private void large() {
            int words = random.nextInt(1, 3);
            for (int i = 0; i < words; i++) {
                double size = random.nextDouble(0.12, 0.35);
                place(
                        shape(hand.script().word(random), size * side),
                        random.nextDouble(0.2, 0.8),
                        random.nextDouble(0.2, 0.95),
                        random.nextBoolean() ? 0 : random.nextDouble(-Math.PI, Math.PI));
            }
        }

        private void arc() {
            double size = random.nextDouble(0.06, 0.14) * side;
            double radius = random.nextDouble(0.25, 0.7) * side;
            Shape bent = bent(fitting(size, random.nextDouble(0.5, 1.2)), radius);
            place(bent, random.nextDouble(0.3, 0.7), random.nextDouble(0.2, 0.8), random.nextInt(4) == 0 ? Math.PI : 0);
        }

        private void scattered() {
            int words = random.nextInt(1, 8);
            for (int i = 0; i < words; i++) {
                place(
                        shape(hand.script().word(random), random.nextDouble(0.04, 0.12) * side),
                        random.nextDouble(),
                        random.nextDouble(),
                        random.nextInt(3) == 0 ? random.nextDouble(-Math.PI / 2, Math.PI / 2) : 0);
            }
        }

        private Shape shape(String text, double size) {
            Font sized = font.deriveFont((float) size);
            if (sized.canDisplayUpTo(text) >= 0) {
                sized = hand.fonts().get(0).deriveFont((float) size);
            }
            return new TextLayout(text, sized, CONTEXT).getOutline(null);
        }

        /** As many words as fit into a share of the width. */
        private Shape fitting(double size, double share) {
            StringBuilder line = new StringBuilder(hand.script().word(random));
            Shape shape = shape(line.toString(), size);
            for (int words = 0; words < 12; words++) {
                line.append(' ').append(hand.script().word(random));
                Shape longer = shape(line.toString(), size);
                if (longer.getBounds2D().getWidth() > share * side) {
                    break;
                }
                shape = longer;
            }
            return shape;
        }

        /** Wound around a circle. */
        private Shape bent(Shape line, double radius) {
            Path2D path = new Path2D.Double();
            double middle = line.getBounds2D().getCenterX();
            double[] at = new double[6];
            for (PathIterator each = line.getPathIterator(null, 0.5); !each.isDone(); each.next()) {
                int kind = each.currentSegment(at);
                double angle = (at[0] - middle) / radius;
                double reach = radius - at[1];
                double x = reach * Math.sin(angle);
                double y = radius - reach * Math.cos(angle);
                if (kind == PathIterator.SEG_MOVETO) {
                    path.moveTo(x, y);
                } else if (kind == PathIterator.SEG_CLOSE) {
                    path.closePath();
                } else {
                    path.lineTo(x, y);
                }
            }
            return path;
        }

        /** With its middle at a place, in shares of the side, and turned. */
        private void place(Shape shape, double x, double bottom, double turn) {
            Rectangle2D bounds = shape.getBounds2D();
            AffineTransform way = AffineTransform.getTranslateInstance(x * side, bottom * side);
            way.rotate(turn);
            way.translate(-bounds.getCenterX(), 0);
            Shape placed = way.createTransformedShape(shape);
            float width = (float) (outline * Math.max(bounds.getHeight(), 4));
            Shape edged = width > 0
                    ? new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND).createStrokedShape(placed)
                    : null;
            if (shadow) {
                double away = Math.max(1, 0.06 * bounds.getHeight());
                on.setColor(new Color(0, 0, 0, 150));
                on.fill(AffineTransform.getTranslateInstance(away, away).createTransformedShape(placed));
            }
            mask.setColor(Color.WHITE);
            if (edged != null) {
                on.setColor(edge);
                on.fill(edged);
                mask.fill(edged);
            }
            on.setColor(ink);
            on.fill(placed);
            mask.fill(placed);
        }
    }

    /** A shape that is no text. */
    private record Clutter(Graphics2D on, int side, SplittableRandom random) {

        void draw() {
            on.setColor(colour(random));
            on.setStroke(new BasicStroke((float) random.nextDouble(0.5, 0.05 * side)));
            double x = random.nextDouble() * side;
            double y = random.nextDouble() * side;
            double size = random.nextDouble(0.05, 0.6) * side;
            switch (random.nextInt(7)) {
                case 0 -> on.draw(new Line2D.Double(x, y, random.nextDouble() * side, random.nextDouble() * side));
                case 1 -> on.draw(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
                case 2 -> on.fill(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
                case 3 -> on.fill(star(x, y, size / 2, random.nextInt(3, 9)));
                case 4 -> on.draw(star(x, y, size / 2, random.nextInt(3, 9)));
                case 5 -> bars(x, y, size);
                default -> on.draw(new Rectangle2D.Double(x, y, size, random.nextDouble(0.05, 0.6) * side));
            }
        }

        private static Shape star(double x, double y, double radius, int points) {
            Path2D star = new Path2D.Double();
            for (int i = 0; i < 2 * points; i++) {
                double reach = i % 2 == 0 ? radius : radius / 2;
                double px = x + reach * Math.sin(Math.PI * i / points);
                double py = y - reach * Math.cos(Math.PI * i / points);
                if (i == 0) {
                    star.moveTo(px, py);
                } else {
                    star.lineTo(px, py);
                }
            }
            star.closePath();
            return star;
        }

        /** Fences, blinds, stripes, dots in a row. */
        private void bars(double x, double y, double size) {
            int count = random.nextInt(3, 12);
            boolean upright = random.nextBoolean();
            boolean dots = random.nextInt(3) == 0;
            double thick = size / count * random.nextDouble(0.2, 0.7);
            for (int i = 0; i < count; i++) {
                double at = i * size / count;
                double length = dots ? thick : size * random.nextDouble(0.5, 1);
                on.fill(
                        upright
                                ? new Rectangle2D.Double(x + at, y, thick, length)
                                : new Rectangle2D.Double(x, y + at, length, thick));
            }
        }
    }
}
