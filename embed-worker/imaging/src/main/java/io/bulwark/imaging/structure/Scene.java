package io.bulwark.imaging.structure;

/** What a first look at a picture shows: where its content is, and where nothing is. Immutable; any thread. */
public final class Scene {

    private final Glimpse glimpse;
    private final Relief relief;
    private final int width;
    private final int height;
    private final Layout layout;

    private Scene(Glimpse glimpse, int width, int height, boolean structure) {
        this.glimpse = glimpse;
        this.relief = Relief.of(glimpse);
        this.width = width;
        this.height = height;
        this.layout = structure
                ? Layout.of(glimpse, relief, (double) width / glimpse.width())
                        .in(Area.of(glimpse.width(), glimpse.height()), width, height)
                : Layout.NONE;
    }

    /**
     * Looks.
     *
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     * @param structure whether margins and panels are looked for
     */
    public static Scene of(Glimpse glimpse, int width, int height, boolean structure) {
        return new Scene(glimpse, width, height, structure);
    }

    /** Margins and panels, in the coordinates of the picture. */
    public Layout layout() {
        return layout;
    }

    /** The small copy that was looked at. */
    public Glimpse glimpse() {
        return glimpse;
    }

    /** Whether a part of the picture has no edge at all. */
    public boolean isPlain(Area part) {
        int right = cell(part.right() - 1, width, glimpse.width());
        int bottom = cell(part.bottom() - 1, height, glimpse.height());
        int left = cell(part.x(), width, glimpse.width());
        int top = cell(part.y(), height, glimpse.height());
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                // An edge to what lies before the part is none within it.
                if (x > left && relief.fromLeft(x, y) >= Margins.EDGE
                        || y > top && relief.fromAbove(x, y) >= Margins.EDGE) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int cell(int pixel, int pixels, int cells) {
        return (int) ((long) pixel * cells / pixels);
    }
}
