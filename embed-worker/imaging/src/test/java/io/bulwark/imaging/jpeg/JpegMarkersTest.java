package io.bulwark.imaging.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.colour.IccWriter;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegStructure.Colour;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Markers that are broken, doubled or out of place: what Chromium 156 shows of them, or a refusal. */
class JpegMarkersTest {

    private static final byte[] BASE = HostileImages.jpeg(64, 48);
    private static final byte[] PROGRESSIVE = HostileImages.progressiveJpeg(64, 48);
    private static final int JFIF_LENGTH = 18;
    private static final byte[] WITHOUT_JFIF = join(start(), Arrays.copyOfRange(BASE, 2 + JFIF_LENGTH, BASE.length));
    private static final byte[] RGB = adobe(0);
    private static final byte[] YCC = adobe(1);

    /** The colours of a marker behind the picture have no effect. */
    @Test
    void markersBehindTheFirstScanDecideNothing() {
        for (byte[] file : new byte[][] {WITHOUT_JFIF, PROGRESSIVE}) {
            byte[] changed = behindFirstScan(file, join(RGB, turned(6), profile(1, 1, swapped())));
            JpegStructure jpeg = JpegStructure.parse(changed);
            assertThat(jpeg.colour()).isEqualTo(Colour.YCBCR);
            assertThat(jpeg.orientation()).isEqualTo(1);
            assertThat(jpeg.profile()).isEmpty();
            assertThat(decode(changed).samples()).isEqualTo(decode(file).samples());
        }
    }

    @Test
    void theLastAdobeMarkerBeforeTheScanCountsAndJfifComesFirst() {
        assertColour(Colour.RGB, atStart(WITHOUT_JFIF, YCC, RGB));
        assertColour(Colour.YCBCR, atStart(WITHOUT_JFIF, RGB, YCC));
        assertColour(Colour.YCBCR, atStart(BASE, RGB));
        byte[] tooShort = segment(0xe0, "JFIF\0\1\1\0\0\1");
        assertColour(Colour.RGB, atStart(WITHOUT_JFIF, tooShort, RGB));
        byte[] adobeTooShort = segment(0xee, "Adobe\0d\0\0\0\0");
        assertColour(Colour.YCBCR, atStart(WITHOUT_JFIF, adobeTooShort));
    }

    @Test
    void theFirstExifBlockDecidesWhateverItSays() {
        assertOrientation(6, turned(6), turned(3));
        assertOrientation(1, turned(1), turned(6));
        assertOrientation(1, turned(9), turned(6));
        assertOrientation(1, segment(0xe1, "Exif\0\0"), turned(6));
        assertOrientation(6, segment(0xe1, "http://ns.adobe.com/xap/1.0/\0"), turned(6));
    }

    @Test
    void orientationIsOneNumberInABlockThatIsTiff() {
        byte[] other = turned(6);
        other[4 + 6 + 3] = 43;
        assertOrientation(1, other);
        byte[] two = turned(6);
        two[4 + 6 + 17] = 2;
        assertOrientation(1, two);
    }

    @Test
    void theFirstOrientationInTheStandardCounts() {
        assertOrientation(6, exif(9, 6));
        assertOrientation(6, exif(6, 3));
    }

    @Test
    void partsOfAProfileMayComeInAnyOrder() {
        byte[] whole = swapped();
        byte[] head = Arrays.copyOf(whole, 300);
        byte[] tail = Arrays.copyOfRange(whole, 300, whole.length);
        assertProfile(whole, profile(1, 1, whole));
        assertProfile(whole, profile(1, 2, head), profile(2, 2, tail));
        assertProfile(whole, profile(2, 2, tail), profile(1, 2, head));
        assertProfile(whole, profile(1, 1, whole), profile(1, 1, head));
    }

    @Test
    void aProfileWithoutAllItsPartsIsNone() {
        byte[] whole = swapped();
        assertNoProfile(profile(1, 2, whole));
        assertNoProfile(profile(1, 2, whole), profile(1, 2, whole));
        assertNoProfile(profile(1, 2, whole), profile(2, 3, whole));
        assertNoProfile(profile(0, 1, whole));
        assertNoProfile(profile(1, 0, whole));
        assertNoProfile(profile(2, 1, whole));
        assertNoProfile(profile(1, 2, new byte[0]), profile(2, 2, whole));
        assertNoProfile(segment(0xe2, "ICC_PROFILE\0"));
    }

    @Test
    void profileIsForThePictureAndNotForTheDecoder() {
        Raster plain = decode(BASE);
        Raster raster = decode(atStart(BASE, profile(1, 1, swapped())));
        assertThat(raster.samples()).isEqualTo(plain.samples());
        assertThat(raster.colour()).isPresent();
        assertThat(decode(atStart(BASE, profile(1, 1, IccWriter.gray(1).bytes())))
                        .colour())
                .isEmpty();
    }

    @Test
    void aSecondPictureBehindTheFirstIsNotSeenAndOneInsideIsRefused() {
        assertThat(decode(join(BASE, HostileImages.jpeg(20, 20))).width()).isEqualTo(64);
        assertRefused(atStart(BASE, start()), Refusal.CORRUPT_IMAGE, "begins a second time");
        byte[] withoutEnd = Arrays.copyOf(BASE, BASE.length - 2);
        assertRefused(join(withoutEnd, HostileImages.jpeg(20, 20)), Refusal.CORRUPT_IMAGE, "begins a second time");
    }

    @Test
    void aComponentScannedTwiceIsRefused() {
        int scan = indexOf(BASE, 0xda);
        byte[] again = Arrays.copyOfRange(BASE, scan, BASE.length - 2);
        assertRefused(behindFirstScan(BASE, again), Refusal.CORRUPT_IMAGE, "a component twice");
    }

    @Test
    void scansThatCostMoreThanAnyPhotographAreRefusedBeforeTheyAreDecoded() {
        byte[] file = PROGRESSIVE.clone();
        int frame = indexOf(file, 0xc2);
        // 7000x7000 pixels; nothing is decoded, so that the data need not be theirs.
        file[frame + 5] = 27;
        file[frame + 6] = 88;
        file[frame + 7] = 27;
        file[frame + 8] = 88;
        byte[] allComponents = {(byte) 0xff, (byte) 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 1};
        ByteArrayOutputStream scans = new ByteArrayOutputStream();
        for (int i = 0; i < 30; i++) {
            scans.writeBytes(allComponents);
        }
        assertRefused(
                behindFirstScan(file, scans.toByteArray()),
                Refusal.TOO_MANY_PIXELS,
                "more than " + JpegScans.MOST_BLOCKS + " blocks");
        // What encoders make by themselves has a tenth of that.
        assertThat(JpegStructure.parse(file).width()).isEqualTo(7000);
    }

    @Test
    void endlessScansOfASmallPictureAreRefused() {
        ByteArrayOutputStream scans = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            scans.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 63, 0});
        }
        assertRefused(behindFirstScan(PROGRESSIVE, scans.toByteArray()), Refusal.CORRUPT_IMAGE, "more than 200 scans");
    }

    @Test
    void coefficientsAreHeldUnlessTheFirstScanIsTheWholePicture() {
        assertThat(JpegStructure.parse(BASE).coefficientsHeld()).isFalse();
        assertThat(JpegStructure.parse(PROGRESSIVE).coefficientsHeld()).isTrue();
        int scan = indexOf(BASE, 0xda);
        byte[] firstComponent = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0};
        byte[] inParts =
                join(Arrays.copyOf(BASE, scan), firstComponent, Arrays.copyOfRange(BASE, scan + 14, BASE.length));
        assertThat(JpegStructure.parse(inParts).coefficientsHeld()).isTrue();
        DecodeLimits limits = DecodeLimits.standard().withMemoryBytes(64 * 48 * 3 * 2);
        assertThat(new StandardImageDecoder(limits).decode(BASE)).isInstanceOf(Decoded.class);
        assertThat(((Refused) new StandardImageDecoder(limits).decode(inParts)).refusal())
                .isEqualTo(Refusal.TOO_MANY_PIXELS);
    }

    @Test
    void lostDataDoesNotHideBehindAHarmlessWarning() {
        // A sequential scan that says it ends at the first coefficient: all decoders only warn, and of all warnings the
        // first alone is reported.
        byte[] warned = BASE.clone();
        int data = indexOf(warned, 0xda) + 14;
        warned[data - 2] = 0;
        byte[] cut = join(Arrays.copyOf(warned, data + 100), new byte[] {(byte) 0xff, (byte) 0xd9});
        assertRefused(cut, Refusal.CORRUPT_IMAGE, "part of the picture is missing");
    }

    @Test
    void strayBytesBeforeTheEndLoseNothing() {
        byte[] stray = join(Arrays.copyOf(BASE, BASE.length - 2), new byte[9], new byte[] {(byte) 0xff, (byte) 0xd9});
        assertThat(decode(stray).samples()).isEqualTo(decode(BASE).samples());
    }

    @Test
    void aScanOfAnUnknownComponentIsRefused() {
        byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 77, 0, 1, 63, 0};
        assertRefused(behindFirstScan(PROGRESSIVE, scan), Refusal.CORRUPT_IMAGE, "component 77");
    }

    private static byte[] swapped() {
        return IccWriter.swapped().bytes();
    }

    private static void assertColour(Colour expected, byte[] file) {
        assertThat(JpegStructure.parse(file).colour()).isEqualTo(expected);
    }

    private static void assertOrientation(int expected, byte[]... segments) {
        assertThat(JpegStructure.parse(atStart(BASE, segments)).orientation()).isEqualTo(expected);
    }

    private static void assertProfile(byte[] expected, byte[]... segments) {
        assertThat(JpegStructure.parse(atStart(BASE, segments)).profile().orElseThrow())
                .isEqualTo(expected);
    }

    private static void assertNoProfile(byte[]... segments) {
        assertThat(JpegStructure.parse(atStart(BASE, segments)).profile()).isEmpty();
    }

    private static void assertRefused(byte[] file, Refusal refusal, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).detail()).contains(detail);
        assertThat(((Refused) result).refusal()).isEqualTo(refusal);
    }

    private static Raster decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }

    private static byte[] start() {
        return new byte[] {(byte) 0xff, (byte) 0xd8};
    }

    private static byte[] adobe(int transform) {
        return segment(0xee, "Adobe\0d\0\0\0\0" + (char) transform);
    }

    private static byte[] turned(int orientation) {
        return exif(orientation);
    }

    private static byte[] exif(int... orientations) {
        StringBuilder block = new StringBuilder("Exif\0\0MM\0*\0\0\0\b\0").append((char) orientations.length);
        for (int orientation : orientations) {
            block.append("\1\u0012\0\3\0\0\0\1\0").append((char) orientation).append("\0\0");
        }
        return segment(0xe1, block + "\0\0\0\0");
    }

    private static byte[] profile(int number, int count, byte[] part) {
        byte[] prefix = ("ICC_PROFILE\0" + (char) number + (char) count).getBytes(StandardCharsets.ISO_8859_1);
        return segment(0xe2, new String(join(prefix, part), StandardCharsets.ISO_8859_1));
    }

    private static byte[] segment(int marker, String data) {
        int length = data.length() + 2;
        byte[] head = {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length};
        return join(head, data.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] atStart(byte[] file, byte[]... segments) {
        return join(start(), join(segments), Arrays.copyOfRange(file, 2, file.length));
    }

    private static byte[] behindFirstScan(byte[] file, byte[] segments) {
        int at = indexOf(file, 0xda) + 2;
        while (file[at] != (byte) 0xff || file[at + 1] == 0) {
            at++;
        }
        return join(Arrays.copyOf(file, at), segments, Arrays.copyOfRange(file, at, file.length));
    }

    private static int indexOf(byte[] file, int marker) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf("\u00ff" + (char) marker);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
