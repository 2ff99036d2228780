package io.bulwark.imaging;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The formats that are decoded, told by a file's first bytes: names and content types are the uploader's word. */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    WEBP;

    private static final int TEXT_WINDOW = 1024;

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
        throw refusal(file);
    }

    private static RefusedException refusal(byte[] file) {
        String allowed = ", allowed are JPEG, PNG, GIF and WebP";
        String picture = otherPicture(file);
        if (picture != null) {
            return RefusedException.unsupported("The file is " + picture + allowed);
        }
        return new RefusedException(DecodeResult.Refusal.NOT_AN_IMAGE, "The file is " + otherFile(file) + allowed);
    }

    private static String otherPicture(byte[] file) {
        if (has(file, 0, "BM")) {
            return "a BMP";
        }
        if (has(file, 0, "II*\0") || has(file, 0, "MM\0*")) {
            return "a TIFF";
        }
        if (has(file, 4, "ftypavif") || has(file, 4, "ftypavis")) {
            return "an AVIF";
        }
        if (has(file, 4, "ftyphei") || has(file, 4, "ftypmif1") || has(file, 4, "ftyphev")) {
            return "a HEIF";
        }
        if (has(file, 0, "\u00ff\n") || has(file, 4, "JXL ")) {
            return "a JPEG XL";
        }
        if (has(file, 4, "jP  ")) {
            return "a JPEG 2000";
        }
        if (has(file, 0, "8BPS")) {
            return "a Photoshop document";
        }
        if (has(file, 0, "\0\0\1\0")) {
            return "an icon";
        }
        return startOfText(file).contains("<svg") ? "an SVG drawing" : null;
    }

    private static String otherFile(byte[] file) {
        if (has(file, 0, "%PDF")) {
            return "a PDF";
        }
        if (has(file, 0, "PK\3\4")) {
            return "a ZIP archive";
        }
        if (has(file, 0, "\u001f\u008b")) {
            return "a gzip archive";
        }
        if (has(file, 4, "ftyp") || has(file, 0, "\u001aE\u00df\u00a3")) {
            return "a video";
        }
        String text = startOfText(file);
        if (text.contains("<html") || text.contains("<!doctype html")) {
            return "an HTML page";
        }
        if (text.startsWith("<?xml")) {
            return "an XML document";
        }
        return "of no known image format";
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
