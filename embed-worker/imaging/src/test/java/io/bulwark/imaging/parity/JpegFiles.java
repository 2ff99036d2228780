package io.bulwark.imaging.parity;

import static io.bulwark.imaging.parity.JpegParts.APP0;
import static io.bulwark.imaging.parity.JpegParts.APP1;

import io.bulwark.imaging.jpeg.FlatBlocks;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** JPEG: how it is coded, how it is turned, damage. */
final class JpegFiles {

    private JpegFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        coding(files);
        orientation(files);
        damage(files);
        return files;
    }

    private static void coding(List<ParityFile> files) {
        files.add(file("baseline-420", JpegSource.plain()));
        files.add(file("progressive-420", JpegSource.progressive()));
        for (int[] sampling : new int[][] {{1, 1}, {2, 1}, {1, 2}, {4, 1}}) {
            String name = "baseline-" + sampling[0] + "x" + sampling[1];
            files.add(file(name, JpegSource.sampled(sampling[0], sampling[1], false)));
        }
        files.add(file("progressive-444", JpegSource.sampled(1, 1, true)));
        files.add(file("gray", JpegSource.gray()));
        files.add(file("restarts", JpegSource.withRestarts()));
        files.add(file("without-jfif", JpegSource.plain().without(APP0)));
        files.add(file("photo", GoldenPictures.file("photo_420.jpg")));
        for (int levels : new int[] {96, 480, 512, 640, 896, 1008}) {
            files.add(file("levels-of-" + levels, FlatBlocks.board(levels)));
        }
        files.add(file("comment", JpegSource.plain().with(0xfe, new byte[300])));
    }

    private static void orientation(List<ParityFile> files) {
        for (int i = 1; i <= 8; i++) {
            files.add(file("exif-" + i, JpegSource.plain().with(APP1, exif(i))));
        }
        files.add(file("exif-0", JpegSource.plain().with(APP1, exif(0))));
        files.add(file("exif-9", JpegSource.plain().with(APP1, exif(9))));
        files.add(file("exif-before-jfif", JpegSource.plain().first(APP1, exif(6))));
        files.add(file("exif-without-jfif", JpegSource.plain().without(APP0).with(APP1, exif(6))));
        files.add(file("exif-little-endian", withExif(ExifBlocks.littleEndian(6))));
        files.add(file("exif-long", withExif(ExifBlocks.typed(4, 6))));
        files.add(file("exif-byte", withExif(ExifBlocks.typed(1, 6))));
        files.add(file("exif-of-thumbnail", withExif(ExifBlocks.ofTheThumbnail(6))));
        files.add(file("exif-two", JpegSource.plain().with(APP1, exif(6)).with(APP1, exif(3))));
        files.add(file(
                "exif-two-first-upright", JpegSource.plain().with(APP1, exif(1)).with(APP1, exif(6))));
        files.add(file(
                "exif-two-first-broken",
                JpegSource.plain().with(APP1, ExifBlocks.segment(new byte[20])).with(APP1, exif(6))));
        files.add(file(
                "exif-after-other-app1",
                JpegSource.plain()
                        .with(APP1, "http://ns.adobe.com/xap/1.0/\0<x/>".getBytes(StandardCharsets.US_ASCII))
                        .with(APP1, exif(6))));
        byte[] padded = exif(6);
        padded[5] = 'x';
        files.add(file("exif-second-zero-missing", JpegSource.plain().with(APP1, padded)));
        files.add(file("exif-between-scans", JpegSource.progressive().behindFirstScan(APP1, exif(6))));
        files.add(file("exif-behind-scan", JpegSource.plain().behindAll(APP1, exif(6))));
        files.add(file("exif-in-app2", JpegSource.plain().with(JpegParts.APP2, exif(6))));
    }

    private static void damage(List<ParityFile> files) {
        byte[] whole = JpegSource.plain().file();
        files.add(file("truncated", Arrays.copyOf(whole, whole.length * 3 / 4)).refused());
        files.add(file("without-end", Arrays.copyOf(whole, whole.length - 2)).refused());
        byte[] progressive = JpegSource.progressive().file();
        files.add(file("progressive-truncated", Arrays.copyOf(progressive, progressive.length * 3 / 4))
                .refused());
        files.add(file("with-more-behind", Arrays.copyOf(whole, whole.length + 999)));
        files.add(
                file("adobe-behind-scan", JpegSource.plain().without(APP0).behindAll(0xee, JpegParts.adobePayload(0))));
        files.add(file(
                "adobe-between-scans",
                JpegSource.progressive().without(APP0).behindFirstScan(0xee, JpegParts.adobePayload(0))));
    }

    private static byte[] exif(int orientation) {
        return ExifBlocks.segment(ExifBlocks.orientation(orientation));
    }

    private static JpegParts withExif(byte[] tiff) {
        return JpegSource.plain().with(APP1, ExifBlocks.segment(tiff));
    }

    private static ParityFile file(String name, JpegParts parts) {
        return file(name, parts.file());
    }

    private static ParityFile file(String name, byte[] jpeg) {
        return ParityFile.lossy("jpeg-" + name + ".jpg", jpeg);
    }
}
