package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.Warp.Turns;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.random.RandomGenerator;

/** Screens: what they show, and what a phone makes of a screen that it photographs. Pure. */
final class Screen {

    private static final int WIDTH = 540;
    private static final int HEIGHT = 960;
    private static final int BAR = 72;
    private static final int GAP = 14;
    private static final int EDGE = 8;
    private static final int RADIUS = 16;

    /** Height of the highest picture in a chat. */
    private static final int HIGHEST = 560;

    /** Of the screen's width that a picture in a chat takes. */
    private static final double LEAST = 0.45;

    private static final double MOST = 0.75;

    private static final int BEZEL = 0x14161A;
    private static final int ROOM = 0x24221F;

    /** Of a screen's sides that its bezel adds on each. */
    private static final double BEZEL_SHARE = 0.05;

    private static final int PHASES = 1024;

    /** A full turn in {@value #PHASES} steps, times 256. */
    private static final int[] SINE = sine();

    /** How much moiré takes from a level and adds to it, in 256ths of it. */
    private static final int MOIRE = 36;

    /** Levels that glare adds where it is brightest. */
    private static final double GLARE = 140;

    /** What a screen reflects at its darkest, and what it shows at its brightest. */
    private static final int DARKEST = 18;

    private static final int BRIGHTEST = 240;

    private Screen() {}

    /** In a message of a chat on a phone, between others. */
    static UprightPicture chat(UprightPicture picture, RandomGenerator random) {
        boolean dark = random.nextBoolean();
        UprightPicture chat = new Sheet(WIDTH, HEIGHT, dark ? 0x0B141A : 0xECE5DD)
                .put(written(WIDTH, BAR, dark ? 0x1F2C33 : 0x075E54, true, 1, random), 0, 0)
                .picture();
        int top = BAR + GAP;
        int before = random.nextInt(2);
        for (int message = 0; top < HEIGHT; message++) {
            boolean own = random.nextBoolean();
            int colour = own ? (dark ? 0x005C4B : 0xDCF8C6) : dark ? 0x202C33 : 0xFFFFFF;
            UprightPicture bubble;
            if (message == before) {
                double width = random.nextDouble(LEAST, MOST) * WIDTH;
                UprightPicture shown =
                        Sizes.scaled(picture, Math.min(width / picture.width(), (double) HIGHEST / picture.height()));
                bubble = new Sheet(shown.width() + 2 * EDGE, shown.height() + 2 * EDGE, colour)
                        .put(shown, EDGE, EDGE)
                        .picture();
            } else {
                int lines = random.nextInt(1, 4);
                bubble = written(random.nextInt(220, 420), 40 * lines + 16, colour, dark, lines, random);
            }
            if (top + bubble.height() > HEIGHT) {
                return chat;
            }
            chat = Inset.roundedOn(
                    chat,
                    bubble,
                    own ? WIDTH - bubble.width() - GAP : GAP,
                    top,
                    Math.min(RADIUS, Math.min(bubble.width(), bubble.height()) / 2.0));
            top += bubble.height() + GAP;
        }
        return chat;
    }

    /** Lines of letters on a plain ground. @param light whether the letters are */
    private static UprightPicture written(
            int width, int height, int colour, boolean light, int lines, RandomGenerator random) {
        double[] tops = new double[lines];
        for (int i = 0; i < lines; i++) {
            tops[i] = (i + 0.3) / lines;
        }
        UprightPicture plain = new Sheet(width, height, colour).picture();
        double capital = 0.4 / lines;
        return light
                ? Caption.over(plain, tops, capital, random)
                : Filter.inverted(Caption.over(Filter.inverted(plain), tops, capital, random));
    }

    /** With a bezel, moiré in each channel, from the side, with glare and less contrast. */
    static UprightPicture photographed(UprightPicture picture, RandomGenerator random) {
        UprightPicture shown = moire(Sheet.Ground.around(picture, BEZEL_SHARE, BEZEL), random);
        double strength = random.nextDouble(0.1, 0.3);
        UprightPicture seen = random.nextBoolean()
                ? Warp.perspective(shown, strength, ROOM)
                : Turns.turnedLeft(Warp.perspective(Turns.turnedRight(shown), strength, ROOM));
        return glare(seen, random);
    }

    /** The beat of the screen's pixels and the camera's, which differs from channel to channel. */
    private static UprightPicture moire(UprightPicture picture, RandomGenerator random) {
        int[] across = new int[3];
        int[] down = new int[3];
        for (int channel = 0; channel < 3; channel++) {
            across[channel] = random.nextInt(20, 110);
            down[channel] = random.nextInt(-60, 61);
        }
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % picture.width();
            int y = i / 3 / picture.width();
            int phase = across[i % 3] * x + down[i % 3] * y;
            int gain = 256 + MOIRE * SINE[Math.floorMod(phase, PHASES)] / 256;
            rgb[i] = (byte) Math.min(255, (rgb[i] & 0xFF) * gain / 256);
        }
        return new UprightPicture(picture.width(), picture.height(), rgb);
    }

    /** A lamp's reflection, and what the room's light does to dark and bright levels. */
    private static UprightPicture glare(UprightPicture picture, RandomGenerator random) {
        double middle = random.nextDouble(0.2, 0.8);
        double height = random.nextDouble(0.15, 0.5);
        double wide = random.nextDouble(0.2, 0.4);
        double tall = random.nextDouble(0.1, 0.3);
        byte[] rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            double right = ((i / 3 % picture.width() + 0.5) / picture.width() - middle) / wide;
            double below = ((i / 3 / picture.width() + 0.5) / picture.height() - height) / tall;
            double near = Math.max(0, 1 - right * right - below * below);
            double level = DARKEST + (BRIGHTEST - DARKEST) * (rgb[i] & 0xFF) / 255.0 + GLARE * near * near;
            rgb[i] = (byte) Math.min(255, Math.round(level));
        }
        return new UprightPicture(picture.width(), picture.height(), rgb);
    }

    private static int[] sine() {
        int[] sine = new int[PHASES];
        for (int i = 0; i < PHASES; i++) {
            sine[i] = (int) Math.round(256 * StrictMath.sin(2 * Math.PI * i / PHASES));
        }
        return sine;
    }
}
