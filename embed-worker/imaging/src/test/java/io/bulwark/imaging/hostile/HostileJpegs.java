package io.bulwark.imaging.hostile;

import io.bulwark.imaging.HostileImages;
import java.util.Map;
import java.util.function.Supplier;

/** JPEG files. */
final class HostileJpegs {

    private HostileJpegs() {}

    static void addTo(Map<String, Supplier<byte[]>> corpus) {
        corpus.put("jpeg of 4 gigapixels", () -> resized(HostileImages.jpeg(64, 64), 65_500, 65_500));
        corpus.put("jpeg of 49 megapixels without their data", () -> resized(HostileImages.jpeg(64, 64), 7_000, 7_000));
        corpus.put(
                "jpeg of 49 progressive megapixels",
                () -> resized(HostileImages.progressiveJpeg(64, 64), 7_000, 7_000));
        corpus.put("jpeg of 200 scans", HostileJpegs::scanFlood);
        corpus.put(
                "jpeg of 300000 empty segments",
                () -> inserted(new Bytes()
                        .times(300_000, (byte) 0xff, (byte) 0xe9, (byte) 0, (byte) 2)
                        .end()));
        corpus.put(
                "jpeg of two million fill bytes",
                () -> inserted(new Bytes().times(2_000_000, (byte) 0xff).end()));
        corpus.put("jpeg of 255 profile segments", HostileJpegs::profileFlood);
        corpus.put("jpeg with an EXIF block that refers to itself", () -> {
            byte[] exif =
                    new Bytes().text("Exif").u8(0, 0).bytes(selfReferringExif()).end();
            return inserted(
                    new Bytes().u8(0xff, 0xe1).u16(exif.length + 2).bytes(exif).end());
        });
        corpus.put(
                "jpeg without a frame",
                () -> new Bytes().u8(0xff, 0xd8, 0xff, 0xd9).end());
        corpus.put("jpeg of two frames", () -> {
            byte[] jpeg = HostileImages.jpeg(64, 48);
            int frame = marker(jpeg, 0xc0);
            return new Bytes()
                    .bytes(jpeg, 0, frame)
                    .bytes(jpeg, frame, frame + 19)
                    .bytes(jpeg, frame, jpeg.length)
                    .end();
        });
        corpus.put("jpeg in arithmetic code", () -> ofKind(0xc9));
        corpus.put("jpeg without loss", () -> ofKind(0xc3));
        corpus.put("jpeg in stages", () -> ofKind(0xc5));
        corpus.put("jpeg of 12 bits", () -> {
            byte[] jpeg = HostileImages.jpeg(64, 48);
            jpeg[marker(jpeg, 0xc0) + 4] = 12;
            return jpeg;
        });
        corpus.put("jpeg of no height", () -> resized(HostileImages.jpeg(64, 48), 64, 0));
        corpus.put("jpeg cut in its data", HostileImages::truncatedJpeg);
        corpus.put("jpeg cut and closed", HostileImages::truncatedJpegWithEnd);
        corpus.put("jpeg with garbage behind it", HostileImages::jpegWithGarbageAppended);
        corpus.put("jpeg whose tables are noise", () -> {
            byte[] jpeg = HostileImages.jpeg(64, 48);
            int tables = marker(jpeg, 0xc4);
            byte[] noise = HostileCorpus.noise(100, 3);
            System.arraycopy(noise, 0, jpeg, tables + 4, noise.length);
            return jpeg;
        });
        corpus.put("jpeg whose data is noise", () -> {
            byte[] jpeg = HostileImages.jpeg(640, 480);
            int scan = marker(jpeg, 0xda) + 14;
            byte[] noise = HostileCorpus.noise(jpeg.length - scan - 2, 4);
            System.arraycopy(noise, 0, jpeg, scan, noise.length);
            return jpeg;
        });
        corpus.put("jpeg of restart markers", () -> {
            byte[] jpeg = HostileImages.jpeg(64, 48);
            int scan = marker(jpeg, 0xda) + 14;
            Bytes file = new Bytes().bytes(jpeg, 0, scan);
            for (int i = 0; i < 200_000; i++) {
                file.u8(0xff, 0xd0 + i % 8);
            }
            return file.u8(0xff, 0xd9).end();
        });
    }

    /** A TIFF block whose directory is its own next one. */
    static byte[] selfReferringExif() {
        return new Bytes()
                .text("MM")
                .u16(42)
                .u32(8)
                .u16(1)
                .u16(0x0112)
                .u16(3)
                .u32(0xffffffffL)
                .u32(8)
                .u32(8)
                .end();
    }

    /** The last scan of a progressive file again and again. */
    private static byte[] scanFlood() {
        byte[] jpeg = HostileImages.progressiveJpeg(1_600, 1_200);
        int last = jpeg.length - 2;
        while (!(jpeg[last] == (byte) 0xff && jpeg[last + 1] == (byte) 0xda)) {
            last--;
        }
        Bytes file = new Bytes().bytes(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 190; i++) {
            file.bytes(jpeg, last, jpeg.length - 2);
        }
        return file.u8(0xff, 0xd9).end();
    }

    private static byte[] profileFlood() {
        Bytes segments = new Bytes();
        for (int i = 1; i <= 20; i++) {
            segments.u8(0xff, 0xe2)
                    .u16(65_535)
                    .text("ICC_PROFILE")
                    .u8(0, i, 255)
                    .bytes(new byte[65_519]);
        }
        return inserted(segments.end());
    }

    private static byte[] inserted(byte[] segments) {
        byte[] jpeg = HostileImages.jpeg(64, 48);
        return new Bytes()
                .bytes(jpeg, 0, 2)
                .bytes(segments)
                .bytes(jpeg, 2, jpeg.length)
                .end();
    }

    private static byte[] ofKind(int frame) {
        byte[] jpeg = HostileImages.jpeg(64, 48);
        jpeg[marker(jpeg, 0xc0) + 1] = (byte) frame;
        return jpeg;
    }

    private static byte[] resized(byte[] jpeg, int width, int height) {
        int frame = marker(jpeg, 0xc0);
        frame = frame < 0 ? marker(jpeg, 0xc2) : frame;
        byte[] size = new Bytes().u16(height).u16(width).end();
        System.arraycopy(size, 0, jpeg, frame + 5, size.length);
        return jpeg;
    }

    /** Where the first segment of a kind begins, -1 without one. */
    private static int marker(byte[] jpeg, int kind) {
        int at = 2;
        while (at + 4 < jpeg.length) {
            if ((jpeg[at + 1] & 0xff) == kind) {
                return at;
            }
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
        }
        return -1;
    }
}
