package io.bulwark.imaging.webp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Files of every kind that libwebp writes, against what it decodes them to. */
class LibwebpGoldenTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/io/bulwark/imaging/webp/libwebp.csv", numLinesToSkip = 1)
    void fileDecodesBitForBitAsLibwebpDecodesIt(String file, int width, int height, int channels, String sha256)
            throws GeneralSecurityException {
        Decoded decoded = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file(file));
        Raster raster = decoded.frames().get(0);
        assertThat(raster.width()).isEqualTo(width);
        assertThat(raster.height()).isEqualTo(height);
        assertThat(raster.mode().bytesPerPixel()).isEqualTo(channels);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(raster.samples());
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
    }

    static byte[] file(String name) {
        try (InputStream in = LibwebpGoldenTest.class.getResourceAsStream("/io/bulwark/imaging/webp/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
