package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.everyday.Sheet.Collage;
import io.bulwark.cli.everyday.Sheet.Ground;
import io.bulwark.cli.everyday.Warp.Tilt;
import io.bulwark.cli.everyday.Warp.Turns;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One thing that people do with pictures, in the order in which reports list them. Pure: the same picture and
 * surroundings give the same bytes. Any thread.
 */
public enum Edit {
    /** Saved again as a mediocre JPEG. */
    JPEG_50("recompressed, JPEG 50", new UploadFormat.Jpeg(50), (picture, around) -> picture),
    /** Saved again as a bad JPEG. */
    JPEG_20("recompressed, JPEG 20", new UploadFormat.Jpeg(20), (picture, around) -> picture),
    /** Half the width and half the height. */
    HALF_SIZE("resized to half", Formats.SAVED, (picture, around) -> Sizes.scaled(picture, 0.5)),
    /** A thumbnail of 160 pixels on its longer side; smaller pictures stay as they are. */
    THUMBNAIL("resized to 160 pixels", Formats.SAVED, (picture, around) -> Sizes.within(picture, 160)),
    /** The 70 % of width and height at one of the four corners. */
    CROP(
            "cropped to 70 %, off-centre",
            Formats.SAVED, (picture, around) -> {
                int corner = around.random("CROP").nextInt(4);
                int width = Sizes.side(picture.width() * 0.7);
                int height = Sizes.side(picture.height() * 0.7);
                return Sizes.cut(
                        picture,
                        corner % 2 == 0 ? 0 : picture.width() - width,
                        corner / 2 == 0 ? 0 : picture.height() - height,
                        width,
                        height);
            }),
    /** Five lines of white letters with a black outline across the picture. */
    TEXT("several lines of text over it", Formats.SAVED, Caption::over),
    /** One of four pictures of equal size; the others are harmless. */
    COLLAGE(
            "one of four in a collage",
            Formats.SAVED,
            (picture, around) -> Collage.among(picture, around.others(), around.random("COLLAGE"))),
    /** A plain frame, on each side a third of the picture's width or height: the picture keeps 36 % of the area. */
    FRAME(
            "a plain frame a third around",
            Formats.LOSSLESS,
            (picture, around) -> Ground.around(picture, 1 / 3.0, around.plainColour("FRAME"))),
    /** In a corner of a plain picture, at 30 % of its width and height: 9 % of the area. */
    CORNER(
            "small in a corner of a plain picture",
            Formats.LOSSLESS,
            (picture, around) ->
                    Ground.under(picture, 0.3, around.random("CORNER").nextInt(4), around.plainColour("CORNER"))),
    /** On another picture, which is harmless, at 40 % of its width and height. */
    INSET(
            "small on another picture",
            Formats.SAVED,
            (picture, around) -> Ground.on(picture, 0.4, around.others(), around.random("INSET"))),
    /** The same at 25 %, which is 6 % of the area. */
    SMALL_INSET(
            "at a quarter of the sides of another picture",
            Formats.SAVED,
            (picture, around) -> Ground.on(picture, 0.25, around.others(), around.random("SMALL_INSET"))),
    /** At 25 to 60 % of the sides of noise, grey or in colours. */
    ON_NOISE("small on noise", Formats.SAVED, (picture, around) -> Inset.onNoise(picture, around.random("ON_NOISE"))),
    /** At 25 to 60 % of the sides of a wooden ground. */
    ON_WOOD("small on wood", Formats.SAVED, (picture, around) -> Inset.onWood(picture, around.random("ON_WOOD"))),
    /** In a message of a chat on a phone's screen, at 45 to 75 % of its width, between messages of letters. */
    IN_CHAT(
            "in a screenshot of a chat",
            Formats.LOSSLESS,
            (picture, around) -> Screen.chat(picture, around.random("IN_CHAT"))),
    /** At 25 to 60 % of the sides of another picture, which is harmless, with round corners. */
    ROUNDED(
            "on another picture, with round corners",
            Formats.SAVED,
            (picture, around) -> Inset.rounded(picture, around.others(), around.random("ROUNDED"))),
    /** The same with a soft shadow. */
    SHADOWED(
            "on another picture, with a shadow",
            Formats.SAVED,
            (picture, around) -> Inset.shadowed(picture, around.others(), around.random("SHADOWED"))),
    /** Beside another picture of its shape, which is harmless. */
    SIDE_BY_SIDE(
            "beside another picture",
            Formats.SAVED,
            (picture, around) -> Collage.beside(picture, around.others(), around.random("SIDE_BY_SIDE"))),
    /** The circle in its middle, on a plain ground. */
    CIRCLE(
            "cut to a circle",
            Formats.LOSSLESS,
            (picture, around) -> Inset.circle(picture, around.plainColour("CIRCLE"))),
    /** One to four round faces over it, each a fifth to a third of the shorter side wide. */
    STICKERS(
            "stickers over it",
            Formats.SAVED,
            (picture, around) -> Drawing.stickered(picture, around.random("STICKERS"))),
    /** From a screen: its bezel, moiré, perspective from a side, glare. */
    PHOTOGRAPHED(
            "photographed from a screen",
            new UploadFormat.Jpeg(85),
            (picture, around) -> Screen.photographed(picture, around.random("PHOTOGRAPHED"))),
    /** Turned clockwise by 45 degrees on a plain ground that holds all of it. */
    TURNED(
            "rotated by 45°, corners visible",
            Formats.SAVED,
            (picture, around) -> Tilt.clockwise(picture, 45, around.plainColour("TURNED"))),
    /** Turned by 10 to 45 degrees to either side and cut to what shows no ground. */
    TURNED_CROPPED("rotated by 10° to 45° and cropped", Formats.SAVED, (picture, around) -> {
        RandomGenerator random = around.random("TURNED_CROPPED");
        double degrees = random.nextDouble(10, 45);
        return Tilt.cropped(picture, random.nextBoolean() ? degrees : -degrees);
    }),
    /** Turned clockwise by 20 degrees on a plain ground that holds all of it. */
    TILTED(
            "rotated by 20°",
            Formats.SAVED,
            (picture, around) -> Tilt.clockwise(picture, 20, around.plainColour("TILTED"))),
    /** Turned clockwise by a quarter. */
    QUARTER_TURN("rotated by 90°", Formats.SAVED, (picture, around) -> Turns.turnedRight(picture)),
    /** Left and right exchanged. */
    MIRRORED("mirrored", Formats.SAVED, (picture, around) -> Turns.mirrored(picture)),
    /** Without colours. */
    GREY("filter: grey", Formats.SAVED, (picture, around) -> Filter.grey(picture)),
    /** A blur whose standard deviation is 1 % of the shorter side. */
    BLURRED("filter: blur", Formats.SAVED, (picture, around) -> Filter.blurred(picture)),
    /** A negative. */
    INVERTED("filter: colours inverted", Formats.SAVED, (picture, around) -> Filter.inverted(picture)),
    /** Two and a half times the contrast. */
    CONTRAST("filter: high contrast", Formats.SAVED, (picture, around) -> Filter.contrast(picture, 2.5)),
    /** More contrast, more red and less blue. */
    WARM("filter: warm, contrast", Formats.SAVED, (picture, around) -> Filter.warm(picture));

    /** Pixels of the longer side that a picture is shrunk to before it is edited. */
    public static final int LONGEST_SIDE = 1024;

    private final String title;
    private final UploadFormat format;
    private final Change change;

    Edit(String title, UploadFormat format, Change change) {
        this.title = title;
        this.format = format;
        this.change = change;
    }

    /** What a report calls it. */
    public String title() {
        return title;
    }

    /** Whether encoders are taught its like and banks keep it; else nothing but tests sees it. */
    public boolean isTaught() {
        return Stream.of(EverydayVariants.Kind.values()).anyMatch(kind -> kind.like() == this);
    }

    /**
     * What edits of a file start from: its first frame as it is looked at, shrunk.
     *
     * @param decoder not in use by another thread
     * @return empty where the decoder refuses the file
     */
    public static Optional<UprightPicture> start(byte[] file, ImageDecoder decoder) {
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded
                        ? Optional.of(shrunk(UprightPicture.of(decoded.frames().get(0))))
                        : Optional.empty());
    }

    /** What every edit starts from: the picture, shrunk where its longer side exceeds {@link #LONGEST_SIDE}. */
    static UprightPicture shrunk(UprightPicture picture) {
        return Sizes.within(picture, LONGEST_SIDE);
    }

    /**
     * The file that is uploaded.
     *
     * @param picture not modified; {@link #shrunk} first
     * @param around where chance and other pictures come from
     * @return a JPEG or a PNG
     */
    public byte[] upload(UprightPicture picture, Surroundings around) {
        return format.encode(change.of(shrunk(picture), around));
    }

    /** As fields and options name it: {@code half-size}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What is done to the pixels. */
    private interface Change {
        UprightPicture of(UprightPicture picture, Surroundings around);
    }

    /** How programs save: photographs as JPEG, what is mostly plain as PNG. */
    private static final class Formats {
        private static final UploadFormat SAVED = new UploadFormat.Jpeg(92);
        private static final UploadFormat LOSSLESS = new UploadFormat.Png();
    }
}
