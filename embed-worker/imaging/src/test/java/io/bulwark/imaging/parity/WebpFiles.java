package io.bulwark.imaging.parity;

import static io.bulwark.imaging.parity.WebpBoxes.ALPHA;
import static io.bulwark.imaging.parity.WebpBoxes.ANIMATION;
import static io.bulwark.imaging.parity.WebpBoxes.EXIF;
import static io.bulwark.imaging.parity.WebpBoxes.ICC;

import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** WebP: lossy, lossless, alpha, profiles, orientation, containers that disagree, animations. */
final class WebpFiles {

    private static final byte[] LOSSY = resource("lossy");
    private static final byte[] LOSSY_ALPHA = resource("lossy-alpha");
    private static final byte[] LOSSLESS = resource("lossless");
    private static final byte[] LOSSLESS_ALPHA = resource("lossless-alpha");
    private static final byte[] PART = resource("part-lossless");
    private static final byte[] PART_ALPHA = resource("part-lossless-alpha");
    private static final byte[] TURNED = ExifBlocks.orientation(6);

    private WebpFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        coding(files);
        colours(files);
        orientation(files);
        containers(files);
        animations(files);
        return files;
    }

    private static void coding(List<ParityFile> files) {
        for (String name : List.of(
                "lossy",
                "lossy-simple-filter",
                "lossy-segments",
                "lossy-alpha",
                "lossy-alpha-raw",
                "lossy-alpha-few-levels")) {
            files.add(lossy(name, resource(name)));
        }
        for (String name : List.of(
                "lossless",
                "lossless-alpha",
                "lossless-fast",
                "lossless-palette-2",
                "lossless-palette-4",
                "lossless-palette-16",
                "lossless-palette-256")) {
            files.add(lossless(name, resource(name)));
        }
        files.add(lossy("photo", GoldenPictures.file("photo_lossy.webp")));
    }

    private static void colours(List<ParityFile> files) {
        byte[] swapped = IccProfiles.swapped();
        files.add(lossless(
                "profile-srgb", extended(ICC).chunk("ICCP", IccProfiles.srgb()).picture(LOSSLESS)));
        files.add(lossless(
                "profile-p3",
                extended(ICC).chunk("ICCP", IccProfiles.displayP3()).picture(LOSSLESS)));
        files.add(
                lossless("profile-swapped", extended(ICC).chunk("ICCP", swapped).picture(LOSSLESS)));
        files.add(lossless(
                "profile-swapped-alpha",
                extended(ICC | ALPHA).chunk("ICCP", swapped).picture(LOSSLESS_ALPHA)));
        files.add(lossy(
                "profile-swapped-lossy",
                extended(ICC).chunk("ICCP", swapped).picture(LOSSY).end()));
        files.add(ParityFile.lookup(
                "webp-profile-table.webp",
                extended(ICC)
                        .chunk("ICCP", IccProfiles.swappedByTable())
                        .picture(LOSSLESS)
                        .end()));
        files.add(lossless(
                "profile-of-gray",
                extended(ICC).chunk("ICCP", IccProfiles.gray(1)).picture(LOSSLESS)));
        files.add(lossless(
                "profile-no-profile", extended(ICC).chunk("ICCP", new byte[300]).picture(LOSSLESS)));
        files.add(lossless(
                "profile-without-flag", extended(0).chunk("ICCP", swapped).picture(LOSSLESS)));
        files.add(lossless("profile-behind", extended(ICC).picture(LOSSLESS).chunk("ICCP", swapped)));
        files.add(lossless(
                "profile-doubled",
                extended(ICC)
                        .chunk("ICCP", IccProfiles.srgb())
                        .chunk("ICCP", swapped)
                        .picture(LOSSLESS)));
    }

    private static void orientation(List<ParityFile> files) {
        files.add(lossless("exif", extended(EXIF).picture(LOSSLESS).chunk("EXIF", TURNED)));
        files.add(lossless("exif-before", extended(EXIF).chunk("EXIF", TURNED).picture(LOSSLESS)));
        files.add(lossless(
                "exif-with-prefix", extended(EXIF).picture(LOSSLESS).chunk("EXIF", ExifBlocks.segment(TURNED))));
        files.add(lossless("exif-without-flag", extended(0).picture(LOSSLESS).chunk("EXIF", TURNED)));
        files.add(lossless(
                "exif-doubled",
                extended(EXIF).picture(LOSSLESS).chunk("EXIF", TURNED).chunk("EXIF", ExifBlocks.orientation(3))));
        files.add(
                lossless("exif-of-simple", WebpBoxes.simple().picture(LOSSLESS).chunk("EXIF", TURNED)));
        files.add(lossless(
                "exif-of-shown-first",
                animation(ANIMATION | EXIF)
                        .frame(0, 0, true, false, LOSSLESS)
                        .frame(4, 6, true, false, PART)
                        .chunk("EXIF", TURNED)));
    }

    private static void containers(List<ParityFile> files) {
        files.add(lossless("extended", extended(0).picture(LOSSLESS)));
        files.add(lossy("alpha-without-flag", extended(0).picture(LOSSY_ALPHA).end()));
        // Chromium takes these colours for multiplied, and paints them too bright.
        files.add(lossless("lossless-alpha-without-flag", extended(0).picture(LOSSLESS_ALPHA))
                .refused());
        files.add(lossless("flag-without-alpha", extended(ALPHA).picture(LOSSLESS)));
        files.add(
                lossless("unknown-chunk", extended(0).chunk("BULW", new byte[7]).picture(LOSSLESS)));
        files.add(lossless("canvas-larger", WebpBoxes.extended(0, 60, 40).picture(LOSSLESS))
                .notShown());
        files.add(lossless("canvas-smaller", WebpBoxes.extended(0, 30, 20).picture(LOSSLESS))
                .notShown());
        files.add(lossless("two-pictures", WebpBoxes.simple().picture(LOSSLESS).picture(PART)));
        files.add(
                lossless("two-pictures-extended", extended(0).picture(LOSSLESS).picture(PART))
                        .notShown());
        files.add(lossless("more-behind", Arrays.copyOf(LOSSLESS, LOSSLESS.length + 99)));
        files.add(lossy("truncated", Arrays.copyOf(LOSSY, LOSSY.length * 3 / 4)).refused());
        files.add(lossless("lossless-truncated", Arrays.copyOf(LOSSLESS, LOSSLESS.length * 3 / 4))
                .refused());
        byte[] longer = LOSSLESS.clone();
        longer[4] += 50;
        files.add(lossless("size-too-large", longer).refused());
        byte[] shorter = LOSSLESS.clone();
        shorter[4] -= 20;
        files.add(lossless("size-too-small", shorter).notShown());
    }

    private static void animations(List<ParityFile> files) {
        for (boolean overwrites : new boolean[] {true, false}) {
            for (boolean cleared : new boolean[] {true, false}) {
                String name = (overwrites ? "overwrites" : "blends") + (cleared ? "-cleared" : "-kept");
                files.add(frames(
                        name,
                        animation(ANIMATION | ALPHA)
                                .frame(0, 0, true, false, LOSSLESS_ALPHA)
                                .frame(4, 6, overwrites, cleared, PART_ALPHA)
                                .frame(16, 10, overwrites, cleared, PART_ALPHA)
                                .frame(24, 2, false, false, PART)));
                files.add(frames(
                        "first-" + name,
                        animation(ANIMATION | ALPHA)
                                .frame(0, 0, overwrites, cleared, LOSSLESS_ALPHA)
                                .frame(4, 6, false, false, PART_ALPHA)));
            }
        }
        files.add(frames(
                "first-is-part",
                animation(ANIMATION).frame(4, 6, true, false, PART).frame(16, 10, true, false, PART)));
        files.add(frames(
                "background",
                WebpBoxes.extended(ANIMATION, PngSource.WIDTH, PngSource.HEIGHT)
                        .animation(0xff2080e0)
                        .frame(4, 6, true, true, PART)
                        .frame(16, 10, true, false, PART)));
        files.add(frames("one-frame", animation(ANIMATION).frame(0, 0, true, false, LOSSLESS)));
        ParityFile mixed = frames(
                "lossy-and-lossless",
                animation(ANIMATION | ALPHA)
                        .frame(0, 0, true, false, LOSSY)
                        .frame(4, 6, false, false, resource("part-lossy-alpha"))
                        .frame(16, 10, false, true, PART_ALPHA)
                        .frame(24, 2, false, false, resource("part-lossy")));
        files.add(new ParityFile(mixed.name(), mixed.file(), Closeness.LOSSY, mixed.expected(), true, 0));
        files.add(frames(
                        "alpha-without-flag",
                        animation(ANIMATION)
                                .frame(0, 0, true, false, LOSSLESS_ALPHA)
                                .frame(4, 6, false, false, PART_ALPHA))
                .refused());
        files.add(frames(
                "profile",
                WebpBoxes.extended(ANIMATION | ICC, PngSource.WIDTH, PngSource.HEIGHT)
                        .chunk("ICCP", IccProfiles.swapped())
                        .animation(0)
                        .frame(0, 0, true, false, LOSSLESS)
                        .frame(4, 6, true, false, PART)));
        files.add(lossless(
                "frames-profile-shown-first",
                WebpBoxes.extended(ANIMATION | ICC, PngSource.WIDTH, PngSource.HEIGHT)
                        .chunk("ICCP", IccProfiles.swapped())
                        .animation(0)
                        .frame(0, 0, true, false, LOSSLESS)
                        .frame(4, 6, true, false, PART)));
        files.add(frames(
                        "frame-outside",
                        animation(ANIMATION).frame(0, 0, true, false, LOSSLESS).frame(40, 20, true, false, PART))
                .notShown());
        files.add(frames(
                        "frames-without-flag",
                        WebpBoxes.extended(0, PngSource.WIDTH, PngSource.HEIGHT).frame(0, 0, true, false, LOSSLESS))
                .notShown());
        files.add(frames("flag-without-frames", extended(ANIMATION).picture(LOSSLESS))
                .notShown());
        byte[] whole = animation(ANIMATION)
                .frame(0, 0, true, false, LOSSLESS)
                .frame(4, 6, true, false, PART)
                .end();
        files.add(ParityFile.animation("webp-frames-truncated.webp", Arrays.copyOf(whole, whole.length - 30))
                .refused());
    }

    private static WebpBoxes extended(int flags) {
        return WebpBoxes.extended(flags, PngSource.WIDTH, PngSource.HEIGHT);
    }

    private static WebpBoxes animation(int flags) {
        return extended(flags).animation(0);
    }

    private static ParityFile lossless(String name, WebpBoxes file) {
        return lossless(name, file.end());
    }

    private static ParityFile lossless(String name, byte[] file) {
        return ParityFile.lossless("webp-" + name + ".webp", file);
    }

    private static ParityFile lossy(String name, byte[] file) {
        return ParityFile.lossy("webp-" + name + ".webp", file);
    }

    private static ParityFile frames(String name, WebpBoxes file) {
        return ParityFile.animation("webp-frames-" + name + ".webp", file.end());
    }

    private static byte[] resource(String name) {
        try (InputStream in = WebpFiles.class.getResourceAsStream(name + ".webp")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
