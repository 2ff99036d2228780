package io.bulwark.imaging.webp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebpDecoderTest {

    /** Where the chunks begin, behind the RIFF header. */
    private static final int CHUNKS = 12;

    @Test
    void stillPictureHasOneFrame() {
        Decoded webp = decode(GoldenPictures.file("photo_lossy.webp"));
        assertThat(webp.totalFrames()).isEqualTo(1);
        assertThat(webp.frames().get(0).mode()).isEqualTo(Mode.RGB);
    }

    @Test
    void losslessPictureWithAlphaDecodes() {
        byte[] file = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
        Decoded webp = decode(file);
        assertThat(webp.frames().get(0).width()).isEqualTo(1);
        assertThat(webp.frames().get(0).height()).isEqualTo(1);
        assertThat(webp.frames().get(0).mode()).isEqualTo(Mode.RGBA);
        assertThat(webp.frames().get(0).samples()[3]).isZero();
    }

    @Test
    void animationShowsEvenlySpacedFrames() {
        Decoded webp = decode(animation(20, 300));
        assertThat(webp.totalFrames()).isEqualTo(20);
        assertThat(webp.frameNumbers()).hasSize(9).startsWith(0).endsWith(19);
        assertThat(webp.frames()).hasSize(9).allSatisfy(frame -> {
            assertThat(frame.width()).isEqualTo(241);
            assertThat(frame.height()).isEqualTo(230);
        });
    }

    @Test
    void frameLargerThanItsAnimationIsRefused() {
        assertThat(new StandardImageDecoder(DecodeLimits.standard()).decode(animation(2, 100)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void headerThatDisagreesWithItsDataIsRefused() {
        byte[] file = GoldenPictures.file("photo_lossy.webp").clone();
        byte[] extended = animation(1, 300);
        extended[20] = 0;
        assertThat(new StandardImageDecoder(DecodeLimits.standard()).decode(extended))
                .isInstanceOf(Refused.class);
        assertThat(new StandardImageDecoder(DecodeLimits.standard()).decode(Arrays.copyOf(file, file.length - 1)))
                .isInstanceOf(Refused.class);
    }

    private static byte[] animation(int frames, int side) {
        byte[] still = GoldenPictures.file("photo_lossy.webp");
        byte[] picture = Arrays.copyOfRange(still, CHUNKS, still.length);
        ByteBuffer out =
                ByteBuffer.allocate(64 + frames * (24 + picture.length)).order(ByteOrder.LITTLE_ENDIAN);
        put(out, "RIFF").putInt(0);
        put(out, "WEBP");
        put(out, "VP8X").putInt(10).putInt(2);
        u24(u24(out, side - 1), side - 1);
        put(out, "ANIM").putInt(6).putInt(0).putShort((short) 0);
        for (int i = 0; i < frames; i++) {
            put(out, "ANMF").putInt(16 + picture.length);
            u24(u24(u24(u24(u24(out, 0), 0), 240), 229), 100).put((byte) 0).put(picture);
        }
        out.putInt(4, out.position() - 8);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static ByteBuffer put(ByteBuffer out, String type) {
        return out.put(type.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuffer u24(ByteBuffer out, int value) {
        return out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }

    private static Decoded decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return (Decoded) result;
    }
}
