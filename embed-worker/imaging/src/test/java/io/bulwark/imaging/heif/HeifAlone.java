package io.bulwark.imaging.heif;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.heif.HeifDecoder.HeifFile;
import io.bulwark.imaging.png.PngDecoder;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What we do ourselves with a HEIC or AVIF; what its command writes stands behind it, from the first PNG signature on.
 */
public final class HeifAlone {

    private static final String PNG = "\u0089PNG\r\n\u001a\n";

    private static final class Answer {

        /** Read back at once, one at a time. */
        static final Path FILE = file();

        private static Path file() {
            try {
                Path file = Files.createTempFile("bulwark-heif-answer", ".png");
                file.toFile().deleteOnExit();
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private HeifAlone() {}

    /** Inputs to begin with. */
    public static Map<String, byte[]> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        byte[] png = GoldenPictures.file("tiny_5x7.png");
        for (String name : List.of("grid.heic", "turned.heic", "alpha.avif", "lossless.avif", "sequence.avif")) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(HeifFiles.file(name));
            seeds.put(name, both.toByteArray());
            both.writeBytes(png);
            seeds.put("answered " + name, both.toByteArray());
        }
        return seeds;
    }

    /** Reads the boxes, and then the answer. */
    public static DecodeResult decode(byte[] input, DecodeLimits limits) {
        int at = new String(input, StandardCharsets.ISO_8859_1).indexOf(PNG);
        byte[] file = at < 0 ? input : Arrays.copyOf(input, at);
        byte[] answer = at < 0 ? new byte[0] : Arrays.copyOfRange(input, at, input.length);
        try (Lease lease = new PixelBudget(limits).lease()) {
            HeifFile heif = HeifFile.read(file, lease);
            Files.write(Answer.FILE, answer);
            return new HeifDecoder(lease, HeifCommand.none(), (png, room) -> new PngDecoder(room).decode(png))
                    .answer(Answer.FILE, heif.pixels());
        } catch (RefusedException refused) {
            return refused.result();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
