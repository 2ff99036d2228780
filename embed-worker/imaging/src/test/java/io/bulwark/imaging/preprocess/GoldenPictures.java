package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The pictures whose preprocessing the original Python code answered, and its answers. */
public final class GoldenPictures {

    public static final List<String> FILES = List.of(
            "alpha_rgba.png",
            "cmyk.jpg",
            "exif_orientation6.jpg",
            "gray_16bit.png",
            "gray_l.png",
            "palette.gif",
            "palette_p.png",
            "palette_transparent.png",
            "photo_420.jpg",
            "photo_lossy.webp",
            "photo_rgb.png",
            "same_size_56.png",
            "tall_40x700.jpg",
            "text_edges.png",
            "tiny_5x7.png",
            "wide_1000x40.png");

    private static final GoldenTensors NATIVE = open("decoded_native");

    private GoldenPictures() {}

    public static byte[] file(String name) {
        return resource("files/" + name);
    }

    public static Decoded decode(String name) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file(name));
        if (result instanceof Decoded decoded) {
            return decoded;
        }
        throw new AssertionError(name + " is refused: " + result);
    }

    static GoldenTensors open(String tensors) {
        return new GoldenTensors(resource(tensors + ".safetensors"));
    }

    public static boolean hasNative(String name) {
        return NATIVE.has(name);
    }

    /** The picture as Pillow decoded it, in its mode; ours where the format is lossless and Pillow's was not stored. */
    public static Raster decodedByPillow(String name) {
        Raster ours = decode(name).frames().get(0);
        if (!hasNative(name)) {
            return ours;
        }
        byte[] samples = NATIVE.bytes(name);
        if (ours.mode() == Mode.I16) {
            samples = low16(samples);
        }
        byte[] palette = ours.palette();
        if (ours.mode() == Mode.P) {
            byte[] rgb = NATIVE.bytes(name + "#palette_rgb");
            palette = new byte[rgb.length / 3 * 4];
            for (int i = 0; i < rgb.length / 3; i++) {
                System.arraycopy(rgb, 3 * i, palette, 4 * i, 3);
                palette[4 * i + 3] = (byte) 255;
            }
        }
        return new Raster(ours.mode(), ours.width(), ours.height(), samples, palette, ours.orientation());
    }

    private static byte[] low16(byte[] int32) {
        byte[] out = new byte[int32.length / 2];
        for (int i = 0; i < out.length / 2; i++) {
            out[2 * i] = int32[4 * i];
            out[2 * i + 1] = int32[4 * i + 1];
        }
        return out;
    }

    private static byte[] resource(String path) {
        try (InputStream in = GoldenPictures.class.getResourceAsStream("/golden/preprocess/" + path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
