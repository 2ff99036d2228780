package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.structure.Area;

/** A rectangle of whole pixels, origin at the top left. */
record Rect(int x, int y, int width, int height) {

    static Rect of(Area area) {
        return new Rect(area.x(), area.y(), area.width(), area.height());
    }

    Area area() {
        return new Area(x, y, width, height);
    }

    static Rect of(int width, int height) {
        return new Rect(0, 0, width, height);
    }
}
