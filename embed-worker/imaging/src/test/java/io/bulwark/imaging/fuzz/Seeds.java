package io.bulwark.imaging.fuzz;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.heif.HeifAlone;
import io.bulwark.imaging.hostile.HostileCorpus;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Files that fuzzing begins with. Arguments: a format and the folder that they are written to. */
public final class Seeds {

    /** Small ones are changed the most times a second. */
    private static final int LARGEST = 20_000;

    private Seeds() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            if (file.getValue().length <= LARGEST && isOf(args[0], file.getValue())) {
                Files.write(folder.resolve(file.getKey().replace(' ', '-').replace('/', '-')), file.getValue());
            }
        }
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new HashMap<>();
        GoldenPictures.FILES.forEach(name -> files.put(name, GoldenPictures.file(name)));
        HostileCorpus.files().forEach((name, file) -> files.put(name, file.get()));
        files.put("progressive", HostileImages.progressiveJpeg(60, 45));
        files.put("turned", HostileImages.jpegWithOrientation(50, 40, 6));
        files.put("deep", HostileImages.gray16Png(30, 20));
        files.put("moving", HostileImages.animatedGif(12, 9, 12));
        files.put("still", HostileImages.gif(40, 30));
        HeifAlone.seeds().forEach(files::put);
        return files;
    }

    /** Whether a file begins as those of a format do. */
    static boolean isOf(String format, byte[] file) {
        byte[] magic = switch (format) {
            case "jpeg" -> new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
            case "png" -> new byte[] {(byte) 0x89, 'P', 'N', 'G'};
            case "gif" -> "GIF8".getBytes(StandardCharsets.US_ASCII);
            case "webp" -> "RIFF".getBytes(StandardCharsets.US_ASCII);
            case "heif" -> "ftyp".getBytes(StandardCharsets.US_ASCII);
            default ->
                throw new IllegalArgumentException(
                        "fuzz.format is '" + format + "', allowed are jpeg, png, gif, webp and heif");
        };
        // A box begins with its length.
        int at = format.equals("heif") ? Integer.BYTES : 0;
        int end = at + magic.length;
        return file.length > end && Arrays.equals(file, at, end, magic, 0, magic.length);
    }
}
