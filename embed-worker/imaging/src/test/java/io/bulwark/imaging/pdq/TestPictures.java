package io.bulwark.imaging.pdq;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures to be hashed. */
final class TestPictures {

    private static final Path SAMPLES = Path.of("../../deploy/local/samples");

    private TestPictures() {}

    /** The files of the sample pictures, in the order of their names. */
    static List<Path> samples() {
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().matches(".*\\.(png|jpg)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Raster decode(Path file) {
        try {
            return decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Raster decode(byte[] file) {
        return ((Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file))
                .frames()
                .get(0);
    }

    /** Waves of three colours with grain: as much at low frequencies as a photograph has. */
    static Raster waves(int width, int height, long seed, int orientation) {
        Random random = new Random(seed);
        double[][] waves = new double[24][];
        double[][] alongX = new double[2 * waves.length][width];
        for (int i = 0; i < waves.length; i++) {
            waves[i] = random.doubles(4).toArray();
            for (int x = 0; x < width; x++) {
                alongX[2 * i][x] = Math.sin(30 * waves[i][0] * x / width);
                alongX[2 * i + 1][x] = Math.cos(30 * waves[i][0] * x / width);
            }
        }
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            double[] colours = new double[3 * width];
            for (int i = 0; i < waves.length; i++) {
                double phase = 30 * waves[i][1] * y / height + 6 * waves[i][2];
                double sine = 40 * waves[i][3] * Math.sin(phase);
                double cosine = 40 * waves[i][3] * Math.cos(phase);
                for (int x = 0; x < width; x++) {
                    colours[3 * x + i % 3] += alongX[2 * i][x] * cosine + alongX[2 * i + 1][x] * sine;
                }
            }
            for (int at = 0; at < colours.length; at++) {
                int grained = 128 + (int) colours[at] + random.nextInt(9) - 4;
                rgb[y * colours.length + at] = (byte) Math.max(0, Math.min(255, grained));
            }
        }
        return new Raster(Mode.RGB, width, height, rgb, new byte[0], orientation);
    }

    /** A picture whose rows are all the same, or all of one colour: it changes along one axis alone. */
    static Raster stripes(int width, int height, boolean vertical) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int along = vertical ? i / 3 % width : i / 3 / width;
            rgb[i] = (byte) (along * 7 / (vertical ? width : height) % 2 == 0 ? 20 : 230);
        }
        return new Raster(Mode.RGB, width, height, rgb, new byte[0], 1);
    }

    /** Saved as JPEG at a quality of 0 to 1 and read again. */
    static Raster recompressed(Raster picture, float quality) {
        UprightPicture upright = UprightPicture.of(picture);
        BufferedImage image = new BufferedImage(upright.width(), upright.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < upright.width() * upright.height(); i++) {
            int rgb = (upright.rgb()[3 * i] & 0xff) << 16
                    | (upright.rgb()[3 * i + 1] & 0xff) << 8
                    | upright.rgb()[3 * i + 2] & 0xff;
            image.setRGB(i % upright.width(), i / upright.width(), rgb);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return decode(file.toByteArray());
    }

    static Raster resized(Raster picture, double factor) {
        UprightPicture upright = UprightPicture.of(picture);
        return upright.resized((int) (upright.width() * factor), (int) (upright.height() * factor))
                .raster();
    }
}
