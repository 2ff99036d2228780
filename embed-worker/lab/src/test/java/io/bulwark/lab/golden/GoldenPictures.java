package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.io.IOException;

/** Pictures of a set: decoded here, or as the original had decoded them. */
final class GoldenPictures {

    private GoldenPictures() {}

    static DecodeResult.Decoded decode(GoldenFiles files, String name) throws IOException {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(files.bytes(name));
        if (result instanceof DecodeResult.Decoded decoded) {
            return decoded;
        }
        throw new IOException("'" + name + "' is refused: " + result);
    }

    /**
     * A picture from the original's decoded pixels.
     *
     * @param about what {@code cases.json} says of the file
     */
    static DecodeResult.Decoded original(GoldenTensors decoded, String name, JsonNode about) {
        Raster.Mode mode = switch (about.path("pil_mode").asText()) {
            case "I;16" -> Raster.Mode.I16;
            case "1" -> Raster.Mode.BILEVEL;
            default -> Raster.Mode.valueOf(about.path("pil_mode").asText());
        };
        byte[] samples = decoded.bytes(name);
        String palette = name + "#palette_rgb";
        Raster raster = new Raster(
                mode,
                decoded.extent(name, 1),
                decoded.extent(name, 0),
                switch (mode) {
                    case I16 -> lowHalves(samples);
                    case BILEVEL -> blackOrWhite(samples);
                    default -> samples;
                },
                decoded.names().contains(palette) ? opaque(decoded.bytes(palette)) : new byte[0],
                1);
        return DecodeResult.Decoded.still(about.path("format").asText(), raster);
    }

    private static byte[] lowHalves(byte[] int32) {
        byte[] int16 = new byte[int32.length / 2];
        for (int i = 0; i < int16.length; i++) {
            int16[i] = int32[i / 2 * 4 + i % 2];
        }
        return int16;
    }

    /** Pillow gives arrays of mode 1 as booleans, so sets hold 0 and 1 where a raster holds 0 and 255. */
    private static byte[] blackOrWhite(byte[] booleans) {
        byte[] levels = new byte[booleans.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (booleans[i] == 0 ? 0 : 255);
        }
        return levels;
    }

    private static byte[] opaque(byte[] rgb) {
        byte[] rgba = new byte[rgb.length / 3 * 4];
        for (int i = 0; i < rgba.length; i++) {
            rgba[i] = i % 4 == 3 ? (byte) 255 : rgb[i / 4 * 3 + i % 4];
        }
        return rgba;
    }
}
