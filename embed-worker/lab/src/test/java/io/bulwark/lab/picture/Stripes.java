package io.bulwark.lab.picture;

import java.util.List;

/** Pictures in memory that can be told apart: stripes of two pixels under noise, upright ones and lying ones. */
public final class Stripes extends Noise {

    public Stripes(int size, int side) {
        super(size, side);
    }

    @Override
    public String name(int index) {
        return "stripes-" + index;
    }

    @Override
    public List<String> classes() {
        return List.of("upright", "lying");
    }

    @Override
    public void read(int index, byte[] pixels) {
        super.read(index, pixels);
        for (int i = 0; i < pixels.length; i++) {
            int along = label(index) == 0 ? i / 3 % side() : i / 3 / side();
            pixels[i] = (byte) ((pixels[i] & 0xFF) / 4 + (along / 2 % 2 == 0 ? 0 : 128));
        }
    }

    @Override
    public String fingerprint() {
        return "stripes " + size() + " " + side();
    }
}
