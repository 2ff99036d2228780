package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.upload.FileModerator.StoredPng;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredPngTest {

    /** The last one takes more than one stored block, which holds 65,535 bytes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "150, 200"})
    void the_decoder_gives_the_picture_and_so_does_another_one(int width, int height) throws IOException {
        UprightPicture picture = SmallModeration.picture(width, height, true, 3);

        byte[] file = StoredPng.of(picture);

        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result)
                .isInstanceOfSatisfying(
                        Decoded.class,
                        decoded ->
                                assertThat(decoded).usingRecursiveComparison().isEqualTo(picture.still()));
        BufferedImage other = ImageIO.read(new ByteArrayInputStream(file));
        int last = 3 * (width * height - 1);
        assertThat(other.getRGB(width - 1, height - 1) & 0xff).isEqualTo(picture.rgb()[last + 2] & 0xff);
        assertThat(other.getRGB(0, 0) >> 16 & 0xff).isEqualTo(picture.rgb()[0] & 0xff);
    }
}
