package io.bulwark.lab.picture;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.TexturePaint;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Lays pictures into pictures as people do: on a photograph, on a table, in screenshots, turned, in frames and grids.
 * It knows where it laid them. The same pictures, fonts and seed give the same composite. One thread.
 */
public final class CompositeRenderer {

    private static final int WORDS = 6;

    /** Null where clutter alone is drawn. */
    private final Supplier<UprightPicture> pictures;

    private final int side;
    private final SplittableRandom random;
    private final BufferedImage canvas;
    private final Graphics2D on;
    private final List<Inset> insets = new ArrayList<>();

    /** What the pictures are laid on. */
    public enum Kind {
        UNTOUCHED("as they are"),
        CLUTTERED("with lines, boxes and writing"),
        PHOTOGRAPH("on a photograph"),
        NOISE("on noise"),
        WOOD("on wood"),
        PLAIN("on a plain ground"),
        CHAT("in a chat"),
        BROWSER("on a web page"),
        PHONE("on a phone's screen"),
        POLAROID("as instant photographs"),
        BARS("between bars"),
        TILTED("turned, with all corners visible"),
        GRID("in a grid");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** What a report calls it. */
        public String title() {
            return title;
        }
    }

    /** What lies around pictures and is none. */
    public enum Clutter {
        PLAIN,
        NOISE,
        WOOD,
        WRITING,
        BOXES,
        CHAT,
        BROWSER,
        PHONE
    }

    /**
     * A picture that was laid on the canvas.
     *
     * @param shape in pixels; may reach beyond the canvas
     * @param frame the rectangle around it, turned with it
     * @param turned whether by an angle that is no quarter
     */
    public record Inset(Shape shape, Shape frame, boolean turned) {}

    /**
     * A drawn picture.
     *
     * @param rgb {@code [side, side, 3]} unsigned bytes
     * @param insets that lie in it; none overlaps another
     */
    public record Composite(byte[] rgb, List<Inset> insets) {}

    private CompositeRenderer(Supplier<UprightPicture> pictures, int side, SplittableRandom random) {
        this.pictures = pictures;
        this.side = side;
        this.random = random;
        this.canvas = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        this.on = smooth(canvas);
    }

    /** Anti-aliased, with the interpolation of a viewer. */
    public static Graphics2D smooth(BufferedImage image) {
        Graphics2D on = image.createGraphics();
        on.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        on.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        on.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        return on;
    }

    /**
     * Draws.
     *
     * @param pictures another each time
     * @param side in pixels
     */
    public static Composite draw(Kind kind, Supplier<UprightPicture> pictures, int side, SplittableRandom random) {
        CompositeRenderer renderer = new CompositeRenderer(pictures, side, random);
        renderer.draw(kind);
        renderer.on.dispose();
        return new Composite(UprightPicture.of(renderer.canvas).rgb(), List.copyOf(renderer.insets));
    }

    /**
     * Draws clutter without any picture in it.
     *
     * @param side in pixels
     * @return {@code side} by {@code side}, RGB
     */
    public static BufferedImage draw(Clutter kind, int side, SplittableRandom random) {
        CompositeRenderer renderer = new CompositeRenderer(null, side, random);
        renderer.draw(kind);
        renderer.on.dispose();
        return renderer.canvas;
    }

    private void draw(Clutter kind) {
        switch (kind) {
            case PLAIN -> plain();
            case NOISE -> noise();
            case WOOD -> wood();
            case WRITING -> {
                plain();
                on.setColor(colour());
                writing(share(0, 0.1), share(0, 0.3), share(0.7, 1), random.nextInt(2, 12), share(0.04, 0.12));
            }
            case BOXES -> {
                plain();
                clutter();
            }
            case CHAT -> chat();
            case BROWSER -> browser();
            case PHONE -> phone();
        }
    }

    private void draw(Kind kind) {
        switch (kind) {
            case UNTOUCHED -> photograph();
            case CLUTTERED -> {
                photograph();
                clutter();
            }
            case PHOTOGRAPH -> {
                photograph();
                scatter(random.nextInt(1, 3));
            }
            case NOISE -> {
                noise();
                scatter(random.nextInt(1, 4));
            }
            case WOOD -> {
                wood();
                scatter(random.nextInt(1, 4));
            }
            case PLAIN -> {
                plain();
                scatter(random.nextInt(1, 3));
            }
            case CHAT -> chat();
            case BROWSER -> browser();
            case PHONE -> phone();
            case POLAROID -> polaroids();
            case BARS -> bars();
            case TILTED -> tilted();
            case GRID -> grid();
        }
    }

    private double share(double least, double most) {
        return random.nextDouble(least, most) * side;
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    private Color colour() {
        return switch (random.nextInt(4)) {
            case 0 -> Color.WHITE;
            case 1 -> new Color(random.nextInt(48), random.nextInt(48), random.nextInt(48));
            case 2 -> new Color(200 + random.nextInt(56), 200 + random.nextInt(56), 200 + random.nextInt(56));
            default -> new Color(random.nextInt(1 << 24));
        };
    }

    private boolean hasPictures() {
        return pictures != null;
    }

    private void photograph() {
        on.drawImage(image(pictures.get(), side, side), 0, 0, null);
    }

    private void plain() {
        on.setPaint(
                oneIn(2)
                        ? colour()
                        : new GradientPaint((float) share(0, 1), 0, colour(), (float) share(0, 1), side, colour()));
        on.fillRect(0, 0, side, side);
    }

    /** Levels of a cell of some pixels, in colours or not. */
    private void noise() {
        int cell = random.nextInt(1, Math.max(2, side / 40));
        int spread = random.nextInt(40, 256);
        int base = random.nextInt(256 - spread + 1);
        boolean grey = oneIn(2);
        for (int y = 0; y < side; y += cell) {
            for (int x = 0; x < side; x += cell) {
                int red = base + random.nextInt(spread);
                on.setColor(
                        grey
                                ? new Color(red, red, red)
                                : new Color(red, base + random.nextInt(spread), base + random.nextInt(spread)));
                on.fillRect(x, y, cell, cell);
            }
        }
    }

    /** Planks with grain. */
    private void wood() {
        int red = random.nextInt(60, 220);
        int plank = random.nextInt(side / 6, side);
        boolean across = oneIn(2);
        int shade = 0;
        double grain = 0;
        for (int i = 0; i < side; i++) {
            if (i % plank == 0) {
                shade = random.nextInt(-20, 21);
            }
            grain = 0.8 * grain + random.nextDouble(-12, 12);
            int level = Math.max(20, Math.min(255, red + shade + (int) grain - (i % plank < 2 ? 40 : 0)));
            on.setColor(new Color(level, level * 3 / 4, level / 2));
            if (across) {
                on.fillRect(0, i, side, 1);
            } else {
                on.fillRect(i, 0, 1, side);
            }
        }
    }

    /** What is not a picture: boxes of one colour, lines, writing. */
    private void clutter() {
        int count = random.nextInt(1, 6);
        for (int i = 0; i < count; i++) {
            on.setColor(colour());
            switch (random.nextInt(4)) {
                case 0 ->
                    on.fill(new Rectangle2D.Double(share(-0.1, 0.8), share(0, 0.9), share(0.1, 0.7), share(0.03, 0.3)));
                case 1 -> {
                    on.setStroke(new BasicStroke((float) share(0.003, 0.03)));
                    on.draw(new Rectangle2D.Double(share(0, 0.6), share(0, 0.6), share(0.1, 0.5), share(0.1, 0.5)));
                }
                case 2 -> {
                    on.setStroke(new BasicStroke((float) share(0.003, 0.03)));
                    on.draw(new Line2D.Double(share(0, 1), share(0, 1), share(0, 1), share(0, 1)));
                }
                default ->
                    writing(share(0, 0.5), share(0, 0.8), share(0.2, 0.9), random.nextInt(1, 4), share(0.04, 0.09));
            }
        }
    }

    /** Lines of words. */
    private void writing(double x, double y, double width, int lines, double size) {
        on.setFont(new Font(Font.SANS_SERIF, oneIn(3) ? Font.BOLD : Font.PLAIN, (int) Math.max(6, size)));
        for (int line = 0; line < lines; line++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < WORDS; word++) {
                int letters = random.nextInt(2, 8);
                for (int i = 0; i < letters; i++) {
                    text.append((char) random.nextInt('a', 'z' + 1));
                }
                text.append(' ');
            }
            int fitting = (int) Math.max(1, Math.min(text.length(), width / (0.55 * size)));
            on.drawString(text.substring(0, fitting), (float) x, (float) (y + size + 1.3 * size * line));
        }
    }

    /** Pictures where there is room. */
    private void scatter(int count) {
        for (int i = 0; i < count; i++) {
            for (int attempt = 0; attempt < 12; attempt++) {
                double largest = count == 1 ? 0.85 : 0.5;
                double width = share(0.2, largest);
                double height = Math.min(0.9 * side, width * random.nextDouble(0.65, 1.5));
                double beyond = oneIn(8) ? 0.3 : 0;
                double x = random.nextDouble(-beyond * width, side - (1 - beyond) * width);
                double y = random.nextDouble(-beyond * height, side - (1 - beyond) * height);
                if (oneIn(5)) {
                    // People align with corners and edges.
                    x = oneIn(2) ? 0 : side - width;
                    y = oneIn(2) ? y : oneIn(2) ? 0 : side - height;
                }
                double turn = oneIn(3) ? Math.toRadians(random.nextDouble(-45, 45)) : 0;
                Rectangle2D box = new Rectangle2D.Double(x, y, width, height);
                if (isFree(turned(box, turn).getBounds2D())) {
                    lay(box, turn, Style.drawn(random));
                    break;
                }
            }
        }
    }

    private boolean isFree(Rectangle2D box) {
        double margin = 0.015 * side;
        Rectangle2D wide = new Rectangle2D.Double(
                box.getX() - margin, box.getY() - margin, box.getWidth() + 2 * margin, box.getHeight() + 2 * margin);
        return insets.stream().noneMatch(inset -> inset.shape().getBounds2D().intersects(wide));
    }

    /** How a picture's edge looks. */
    private enum Style {
        SHARP,
        ROUNDED,
        ROUND,
        FEATHERED,
        LINED,
        SHADOWED;

        static Style drawn(SplittableRandom random) {
            return random.nextInt(2) == 0 ? SHARP : values()[random.nextInt(values().length)];
        }
    }

    private static Shape turned(Shape shape, double turn) {
        Rectangle2D box = shape.getBounds2D();
        return AffineTransform.getRotateInstance(turn, box.getCenterX(), box.getCenterY())
                .createTransformedShape(shape);
    }

    private void lay(Rectangle2D box, double turn, Style style) {
        Shape local = switch (style) {
            case ROUNDED -> {
                double arc = random.nextDouble(0.1, 0.5) * Math.min(box.getWidth(), box.getHeight());
                yield new RoundRectangle2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight(), arc, arc);
            }
            case ROUND -> new Ellipse2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight());
            default -> box;
        };
        Shape placed = turn == 0 ? local : turned(local, turn);
        if (style == Style.SHADOWED) {
            double away = share(0.01, 0.03);
            on.setColor(new Color(0, 0, 0, 60));
            for (int i = 1; i <= 3; i++) {
                on.fill(AffineTransform.getTranslateInstance(away * i / 3, away * i / 3)
                        .createTransformedShape(placed));
            }
        }
        if (style == Style.LINED) {
            on.setColor(colour());
            on.setStroke(new BasicStroke((float) share(0.01, 0.04)));
            on.draw(placed);
        }
        paint(
                image(pictures.get(), (int) Math.ceil(box.getWidth()), (int) Math.ceil(box.getHeight())),
                box,
                local,
                turn,
                style);
        insets.add(new Inset(placed, turn == 0 ? box : turned(box, turn), turn != 0));
    }

    private void paint(BufferedImage picture, Rectangle2D box, Shape local, double turn, Style style) {
        Graphics2D own = (Graphics2D) on.create();
        own.rotate(turn, box.getCenterX(), box.getCenterY());
        if (style == Style.FEATHERED) {
            double soft = random.nextDouble(0.02, 0.1) * Math.min(box.getWidth(), box.getHeight());
            BufferedImage veiled =
                    new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_ARGB);
            for (int y = 0; y < picture.getHeight(); y++) {
                for (int x = 0; x < picture.getWidth(); x++) {
                    int edge =
                            Math.min(Math.min(x, picture.getWidth() - 1 - x), Math.min(y, picture.getHeight() - 1 - y));
                    int alpha = (int) Math.min(255, 255 * (edge + 0.5) / soft);
                    veiled.setRGB(x, y, alpha << 24 | picture.getRGB(x, y) & 0xffffff);
                }
            }
            own.drawImage(veiled, AffineTransform.getTranslateInstance(box.getX(), box.getY()), null);
        } else {
            own.setPaint(new TexturePaint(picture, box));
            own.fill(local);
        }
        own.dispose();
    }

    /** Messages, some of them pictures. */
    private void chat() {
        boolean dark = oneIn(2);
        if (hasPictures() && oneIn(3)) {
            photograph();
            on.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) random.nextDouble(0.6, 0.95)));
        }
        on.setColor(dark ? new Color(16, 24, 30) : new Color(236, 229, 221));
        on.fillRect(0, 0, side, side);
        on.setComposite(AlphaComposite.SrcOver);
        double y = bar(dark);
        while (y < 0.95 * side) {
            boolean own = oneIn(2);
            boolean picture = hasPictures() && (insets.isEmpty() && y > 0.5 * side || oneIn(3));
            double width = picture ? share(0.3, 0.7) : share(0.3, 0.75);
            double height = picture ? width * random.nextDouble(0.6, 1.3) : share(0.07, 0.18);
            double x = own ? side - width - share(0.02, 0.04) : share(0.02, 0.06);
            on.setColor(own ? new Color(220, 248, 198) : dark ? new Color(38, 45, 49) : Color.WHITE);
            on.fill(new RoundRectangle2D.Double(x, y, width, height, 0.04 * side, 0.04 * side));
            if (picture) {
                double edge = share(0.005, 0.02);
                lay(
                        new Rectangle2D.Double(x + edge, y + edge, width - 2 * edge, height - 2 * edge),
                        0,
                        oneIn(2) ? Style.ROUNDED : Style.SHARP);
            } else {
                on.setColor(!own && dark ? Color.WHITE : Color.BLACK);
                double size = share(0.03, 0.045);
                writing(x + 0.02 * side, y, width - 0.04 * side, (int) (height / (1.4 * size)), size);
            }
            y += height + share(0.015, 0.04);
        }
    }

    /** A bar along the upper edge. */
    private double bar(boolean dark) {
        double height = share(0.05, 0.12);
        on.setColor(dark ? new Color(32, 44, 51) : new Color(random.nextInt(200), 120 + random.nextInt(60), 130));
        on.fill(new Rectangle2D.Double(0, 0, side, height));
        on.setColor(Color.WHITE);
        writing(share(0.03, 0.1), 0.01 * side, 0.5 * side, 1, height / 2);
        return height + share(0.01, 0.04);
    }

    /** Columns of writing with pictures between. */
    private void browser() {
        on.setColor(oneIn(4) ? new Color(30, 30, 34) : Color.WHITE);
        boolean dark = on.getColor().getRed() < 128;
        on.fillRect(0, 0, side, side);
        double top = bar(dark);
        int columns = random.nextInt(1, 4);
        double width = 0.94 * side / columns;
        for (int column = 0; column < columns; column++) {
            double x = 0.03 * side + column * width;
            double y = top;
            while (y < 0.92 * side) {
                boolean picture =
                        hasPictures() && (oneIn(2) || insets.isEmpty() && column == columns - 1 && y > 0.4 * side);
                double inner = 0.92 * width;
                if (picture && inner > 0.18 * side) {
                    double height = inner * random.nextDouble(0.5, 1.2);
                    lay(new Rectangle2D.Double(x, y, inner, height), 0, oneIn(3) ? Style.ROUNDED : Style.SHARP);
                    y += height + share(0.02, 0.04);
                } else {
                    on.setColor(dark ? Color.WHITE : Color.DARK_GRAY);
                    double size = share(0.025, 0.05);
                    int lines = random.nextInt(1, 6);
                    writing(x, y, inner, lines, size);
                    y += 1.3 * size * lines + share(0.03, 0.05);
                }
            }
        }
    }

    /** One picture over the width, with bars and buttons. */
    private void phone() {
        boolean dark = oneIn(2);
        on.setColor(dark ? Color.BLACK : Color.WHITE);
        on.fillRect(0, 0, side, side);
        double top = bar(dark) + (oneIn(2) ? share(0.02, 0.15) : 0);
        double height = share(0.35, 0.7);
        double edge = oneIn(2) ? 0 : share(0.01, 0.08);
        if (hasPictures()) {
            lay(
                    new Rectangle2D.Double(edge, top, side - 2 * edge, height),
                    0,
                    edge > 0 && oneIn(2) ? Style.ROUNDED : Style.SHARP);
        }
        on.setColor(dark ? Color.WHITE : Color.BLACK);
        double below = top + height + 0.02 * side;
        for (int i = 0; i < 4; i++) {
            double size = 0.05 * side;
            on.fill(new Ellipse2D.Double(0.04 * side + 1.6 * size * i, below, size, size));
        }
        writing(0.04 * side, below + 0.06 * side, 0.85 * side, random.nextInt(1, 4), share(0.03, 0.05));
    }

    /** White frames with room below, on anything. */
    private void polaroids() {
        switch (random.nextInt(3)) {
            case 0 -> photograph();
            case 1 -> wood();
            default -> plain();
        }
        int count = random.nextInt(1, 3);
        for (int i = 0; i < count; i++) {
            for (int attempt = 0; attempt < 12; attempt++) {
                double width = share(0.25, count == 1 ? 0.65 : 0.4);
                double frame = width * random.nextDouble(0.05, 0.1);
                double turn = oneIn(3) ? 0 : Math.toRadians(random.nextDouble(-30, 30));
                double x = random.nextDouble(frame, side - width - frame);
                double y = random.nextDouble(frame, Math.max(frame + 1, side - 1.3 * width - frame));
                Rectangle2D box = new Rectangle2D.Double(x, y, width, width);
                Rectangle2D paper =
                        new Rectangle2D.Double(x - frame, y - frame, width + 2 * frame, 1.2 * width + 2 * frame);
                Shape placed = AffineTransform.getRotateInstance(turn, box.getCenterX(), box.getCenterY())
                        .createTransformedShape(paper);
                if (isFree(placed.getBounds2D())) {
                    on.setColor(new Color(250, 250, 245));
                    on.fill(placed);
                    lay(box, turn, Style.SHARP);
                    break;
                }
            }
        }
    }

    /** A wide or tall picture, bars or a blurred copy beside it. */
    private void bars() {
        double thick = random.nextDouble(0.1, 0.33);
        if (oneIn(3)) {
            UprightPicture behind = pictures.get().resized(12, 12).resized(side, side);
            on.drawImage(image(behind, side, side), 0, 0, null);
        } else {
            plain();
        }
        Rectangle2D box = oneIn(2)
                ? new Rectangle2D.Double(0, thick * side, side, (1 - 2 * thick) * side)
                : new Rectangle2D.Double(thick * side, 0, (1 - 2 * thick) * side, side);
        lay(box, 0, Style.SHARP);
    }

    private void tilted() {
        switch (random.nextInt(5)) {
            case 0 -> noise();
            case 1 -> wood();
            default -> plain();
        }
        double turn = Math.toRadians(random.nextDouble(5, 45) * (oneIn(2) ? 1 : -1));
        double ratio = random.nextDouble(0.65, 1.5);
        double reach = Math.abs(Math.cos(turn)) + Math.abs(Math.sin(turn));
        double width = share(0.8, 1) / (reach * Math.max(1, ratio));
        double height = width * ratio;
        lay(new Rectangle2D.Double((side - width) / 2, (side - height) / 2, width, height), turn, Style.SHARP);
    }

    private void grid() {
        on.setColor(colour());
        on.fillRect(0, 0, side, side);
        int columns = random.nextInt(1, 4);
        int rows = columns == 1 ? random.nextInt(2, 4) : random.nextInt(1, 4);
        double gutter = oneIn(2) ? 0 : share(0.005, 0.04);
        double width = (side - gutter * (columns + 1)) / columns;
        double height = (side - gutter * (rows + 1)) / rows;
        for (int i = 0; i < rows * columns; i++) {
            double x = gutter + i % columns * (width + gutter);
            double y = gutter + i / columns * (height + gutter);
            lay(new Rectangle2D.Double(x, y, width, height), 0, Style.SHARP);
        }
    }

    private static BufferedImage image(UprightPicture picture, int width, int height) {
        UprightPicture sized = picture.width() == width && picture.height() == height
                ? picture
                : picture.resized(Math.max(1, width), Math.max(1, height));
        return sized.image();
    }
}
