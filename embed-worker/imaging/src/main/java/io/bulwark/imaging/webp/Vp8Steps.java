package io.bulwark.imaging.webp;

/** What quantized coefficients are multiplied by, in one segment (RFC 6386, sections 9.6 and 14.1). */
record Vp8Steps(int y1Dc, int y1Ac, int y2Dc, int y2Ac, int uvDc, int uvAc) {

    private static final int LAST = 127;

    /** libvpx clamps the chroma index here. */
    private static final int LAST_CHROMA_DC = 117;

    /** @param offsets of Y1 DC, Y2 DC, Y2 AC, UV DC and UV AC against the index */
    static Vp8Steps of(int index, int[] offsets) {
        return new Vp8Steps(
                Vp8Tables.DC_STEPS[clip(index + offsets[0], LAST)],
                Vp8Tables.AC_STEPS[clip(index, LAST)],
                2 * Vp8Tables.DC_STEPS[clip(index + offsets[1], LAST)],
                Math.max(8, Vp8Tables.AC_STEPS[clip(index + offsets[2], LAST)] * 155 / 100),
                Vp8Tables.DC_STEPS[clip(index + offsets[3], LAST_CHROMA_DC)],
                Vp8Tables.AC_STEPS[clip(index + offsets[4], LAST)]);
    }

    private static int clip(int index, int last) {
        return Math.max(0, Math.min(last, index));
    }
}
