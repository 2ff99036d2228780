package io.bulwark.perception.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.bulwark.perception.image.PixelBudget.Lease;
import io.bulwark.perception.image.Raster.Mode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** WebP through TwelveMonkeys' pure Java reader: lossy, lossless, with alpha; of an animation the first frame. */
final class WebpDecoder {

    private final Lease lease;

    WebpDecoder(Lease lease) {
        this.lease = lease;
    }

    DecodeResult decode(byte[] file) {
        WebpStructure webp = WebpStructure.parse(file);
        // The reader's own picture, its planes, and the copy in Pillow's order.
        lease.reserve("WebP", webp.width(), webp.height(), 10);
        BufferedImage image = read(file);
        if (image.getWidth() != webp.width() || image.getHeight() != webp.height()) {
            throw RefusedException.corrupt("WebP header says " + webp.width() + "x" + webp.height()
                    + " pixels, its data " + image.getWidth() + "x" + image.getHeight());
        }
        return new DecodeResult.Decoded(
                ImageFormat.WEBP.title(), List.of(raster(image, webp.orientation())), List.of(0), webp.frames());
    }

    private static BufferedImage read(byte[] file) {
        try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
            try {
                reader.setInput(input, true, true);
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw RefusedException.corrupt("WebP data cannot be decoded: " + e.getMessage());
        }
    }

    private static Raster raster(BufferedImage image, int orientation) {
        int width = image.getWidth();
        int height = image.getHeight();
        boolean alpha = image.getColorModel().hasAlpha();
        int channels = alpha ? 4 : 3;
        byte[] samples = new byte[width * height * channels];
        java.awt.image.Raster from = image.getRaster();
        byte[] row = new byte[width * channels];
        for (int y = 0; y < height; y++) {
            from.getDataElements(0, y, width, 1, row);
            System.arraycopy(row, 0, samples, y * row.length, row.length);
        }
        return new Raster(alpha ? Mode.RGBA : Mode.RGB, width, height, samples, new byte[0], orientation);
    }
}
