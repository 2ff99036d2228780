package io.bulwark.imaging.parity;

import static io.bulwark.imaging.parity.JpegParts.APP0;
import static io.bulwark.imaging.parity.JpegParts.APP2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** JPEG: what its components mean, and profiles. */
final class JpegColourFiles {

    private JpegColourFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        components(files);
        profiles(files);
        return files;
    }

    private static void components(List<ParityFile> files) {
        JpegParts plain = JpegSource.plain();
        JpegParts rgb = JpegSource.bareRgb();
        files.add(file("adobe-0", plain.without(APP0).adobe(0)));
        files.add(file("adobe-1", plain.without(APP0).adobe(1)));
        files.add(file("adobe-2", plain.without(APP0).adobe(2)));
        files.add(file("adobe-9", plain.without(APP0).adobe(9)));
        files.add(file("adobe-0-beside-jfif", plain.adobe(0)));
        files.add(file("adobe-0-before-jfif", plain.first(JpegParts.APP14, JpegParts.adobePayload(0))));
        files.add(file(
                "adobe-short",
                plain.without(APP0).with(JpegParts.APP14, Arrays.copyOf(JpegParts.adobePayload(0), 11))));
        files.add(file("adobe-two", plain.without(APP0).adobe(0).adobe(1)));
        files.add(file(
                "jfif-without-zero",
                plain.without(APP0)
                        .with(APP0, "JFIFx".getBytes(StandardCharsets.US_ASCII))
                        .adobe(0)));
        files.add(file(
                "jfif-short",
                plain.without(APP0)
                        .with(APP0, "JFIF\0".getBytes(StandardCharsets.US_ASCII))
                        .adobe(0)));
        files.add(file("bare-123", rgb));
        files.add(file("bare-rgb", rgb.named("RGB")));
        files.add(file("bare-rgb-lower-case", rgb.named("rgb")));
        files.add(file("bare-012", rgb.named("\0\1\2")));
        files.add(file("bare-rgb-beside-adobe-1", rgb.named("RGB").adobe(1)));
        files.add(file("bare-rgb-adobe-0", rgb.adobe(0)));
        files.add(file("inks-adobe-0", JpegSource.inks(false).adobe(0)));
        files.add(file("inks-adobe-2", JpegSource.inks(true).adobe(2)));
        files.add(file("inks-adobe-1", JpegSource.inks(true).adobe(1)));
        files.add(file("inks-without-adobe", JpegSource.inks(false)));
    }

    private static void profiles(List<ParityFile> files) {
        JpegParts plain = JpegSource.plain();
        byte[] swapped = IccProfiles.swapped();
        files.add(file("profile-srgb", plain.with(APP2, icc(1, 1, IccProfiles.srgb()))));
        files.add(file("profile-p3", plain.with(APP2, icc(1, 1, IccProfiles.displayP3()))));
        files.add(file("profile-dark", plain.with(APP2, icc(1, 1, IccProfiles.gamma(3.5)))));
        files.add(file("profile-swapped", plain.with(APP2, icc(1, 1, swapped))));
        files.add(file("profile-swapped-progressive", JpegSource.progressive().with(APP2, icc(1, 1, swapped))));
        files.add(lookup("profile-table", plain.with(APP2, icc(1, 1, IccProfiles.swappedByTable()))));
        byte[] first = Arrays.copyOf(swapped, 200);
        byte[] rest = Arrays.copyOfRange(swapped, 200, swapped.length);
        files.add(file("profile-in-parts", plain.with(APP2, icc(1, 2, first)).with(APP2, icc(2, 2, rest))));
        files.add(file(
                "profile-in-parts-turned", plain.with(APP2, icc(2, 2, rest)).with(APP2, icc(1, 2, first))));
        files.add(file("profile-part-missing", plain.with(APP2, icc(1, 2, swapped))));
        files.add(file(
                "profile-part-doubled",
                plain.with(APP2, icc(1, 1, swapped)).with(APP2, icc(1, 1, IccProfiles.srgb()))));
        files.add(file("profile-short", plain.with(APP2, icc(1, 1, first))));
        files.add(file("profile-no-profile", plain.with(APP2, icc(1, 1, new byte[300]))));
        files.add(file("profile-of-gray", plain.with(APP2, icc(1, 1, IccProfiles.gray(1)))));
        files.add(file("profile-behind-scan", plain.behindAll(APP2, icc(1, 1, swapped))));
        files.add(file("profile-between-scans", JpegSource.progressive().behindFirstScan(APP2, icc(1, 1, swapped))));
        JpegParts gray = JpegParts.of(JpegSource.gray());
        files.add(file("profile-gray", gray.with(APP2, icc(1, 1, IccProfiles.gray(1)))));
        files.add(file("profile-rgb-of-gray", gray.with(APP2, icc(1, 1, IccProfiles.gamma(1)))));
        files.add(lookup(
                "profile-inks", JpegSource.inks(false).adobe(0).with(APP2, icc(1, 1, IccProfiles.swappedInks()))));
        files.add(lookup(
                "profile-inks-ycck", JpegSource.inks(true).adobe(2).with(APP2, icc(1, 1, IccProfiles.swappedInks()))));
        files.add(file("profile-of-inks", plain.with(APP2, icc(1, 1, IccProfiles.swappedInks()))));
        files.add(file("profile-rgb-of-inks", JpegSource.inks(false).adobe(0).with(APP2, icc(1, 1, swapped))));
    }

    private static byte[] icc(int number, int count, byte[] part) {
        return ByteBuffer.allocate(14 + part.length)
                .put("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII))
                .put((byte) number)
                .put((byte) count)
                .put(part)
                .array();
    }

    private static ParityFile file(String name, JpegParts parts) {
        return ParityFile.lossy("jpeg-" + name + ".jpg", parts.file());
    }

    private static ParityFile lookup(String name, JpegParts parts) {
        return ParityFile.lookup("jpeg-" + name + ".jpg", parts.file());
    }
}
