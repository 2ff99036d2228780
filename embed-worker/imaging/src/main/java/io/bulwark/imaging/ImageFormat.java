package io.bulwark.imaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The formats that are decoded, told by a file's first bytes: names and content types are the uploader's word. */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    WEBP,
    HEIF;

    private static final int TEXT_WINDOW = 1024;

    /** Bytes of a HEIF file in which brands are looked for. */
    private static final int BRAND_WINDOW = 256;

    /** Stills and sequences, HEVC and AV1, and what any codec may be in (ISO/IEC 23008-12, 10 and Annex B; AVIF, 6). */
    private static final Set<String> HEIF_BRANDS = Set.of(
            "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "avif", "avis", "mif1", "mif2", "msf1");

    /**
     * A format that is refused by name.
     *
     * @param magic its first bytes from an offset on; what begins with {@code <} is looked for in the text
     */
    private record Other(int offset, String magic, String name, boolean isPicture) {}

    private static final List<Other> OTHERS = List.of(
            new Other(0, "BM", "a BMP", true),
            new Other(0, "II*\0", "a TIFF", true),
            new Other(0, "MM\0*", "a TIFF", true),
            new Other(0, "\u00ff\n", "a JPEG XL", true),
            new Other(4, "JXL ", "a JPEG XL", true),
            new Other(4, "jP  ", "a JPEG 2000", true),
            new Other(0, "8BPS", "a Photoshop document", true),
            new Other(0, "\0\0\1\0", "an icon", true),
            new Other(0, "<svg", "an SVG drawing", true),
            new Other(0, "%PDF", "a PDF", false),
            new Other(0, "PK\3\4", "a ZIP archive", false),
            new Other(0, "\u001f\u008b", "a gzip archive", false),
            new Other(4, "ftyp", "a video", false),
            new Other(0, "\u001aE\u00df\u00a3", "a video", false),
            new Other(0, "<html", "an HTML page", false),
            new Other(0, "<!doctype html", "an HTML page", false));

    /** The name in {@link DecodeResult.Decoded#format()}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Which format a file has.
     *
     * @throws RefusedException naming what was found where it is none of these
     */
    public static ImageFormat sniff(byte[] file) {
        if (file.length == 0) {
            throw new RefusedException(DecodeResult.Refusal.EMPTY_FILE, "The file is empty");
        }
        if (has(file, 0, "\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (has(file, 0, "\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (has(file, 0, "GIF87a") || has(file, 0, "GIF89a")) {
            return GIF;
        }
        if (has(file, 0, "RIFF") && has(file, 8, "WEBP")) {
            return WEBP;
        }
        if (heifBrands(file).stream().anyMatch(HEIF_BRANDS::contains)) {
            return HEIF;
        }
        throw refusal(file);
    }

    /** What a HEIF file says that it is, its main brand first; nothing where the file is of another kind. */
    public static List<String> heifBrands(byte[] file) {
        List<String> brands = new ArrayList<>();
        if (has(file, 4, "ftyp") && file.length >= 12) {
            int end = Math.min(new ByteCursor(file, "HEIF").i32(), Math.min(file.length, BRAND_WINDOW));
            brands.add(brand(file, 8));
            // A version number stands between the main brand and the compatible ones.
            for (int at = 16; at + 4 <= end; at += 4) {
                brands.add(brand(file, at));
            }
        }
        return brands;
    }

    private static String brand(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }

    private static RefusedException refusal(byte[] file) {
        String allowed = ", allowed are JPEG, PNG, GIF, WebP, HEIC and AVIF";
        String text = startOfText(file);
        for (Other other : OTHERS) {
            if (other.magic.startsWith("<") ? text.contains(other.magic) : has(file, other.offset, other.magic)) {
                String found = "The file is " + other.name + allowed;
                return other.isPicture
                        ? RefusedException.unsupported(found)
                        : new RefusedException(DecodeResult.Refusal.NOT_AN_IMAGE, found);
            }
        }
        String name = text.startsWith("<?xml") ? "an XML document" : "of no known image format";
        return new RefusedException(DecodeResult.Refusal.NOT_AN_IMAGE, "The file is " + name + allowed);
    }

    private static String startOfText(byte[] file) {
        return new String(file, 0, Math.min(file.length, TEXT_WINDOW), StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean has(byte[] file, int offset, String magic) {
        if (file.length < offset + magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((file[offset + i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
