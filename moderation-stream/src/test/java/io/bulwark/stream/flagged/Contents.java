package io.bulwark.stream.flagged;

import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/** Contents on a circle, where the angle between two is the difference of theirs. */
public final class Contents {

    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Contents() {}

    /** The content of one image, of uploader "u1", decided by a worker, in seconds after noon. */
    static FlaggedMember content(String imageId, double angle, int second) {
        return content(imageId, "u1", angle, second, false);
    }

    static FlaggedMember content(String imageId, String uploaderId, double angle, int second, boolean confirmed) {
        return new FlaggedMember(
                "acme",
                imageId,
                "sha-of-" + imageId,
                "whole",
                uploaderId,
                "gore",
                "model-1",
                confirmed,
                confirmed,
                NOON.plusSeconds(second),
                row(angle));
    }

    /** In half precision: good to about 0.0005 radians. */
    public static byte[] row(double angle) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(half(Math.cos(angle)))
                .putShort(half(Math.sin(angle)))
                .array();
    }

    private static short half(double value) {
        if (Math.abs(value) < 0x1p-14) {
            return (short) ((value < 0 ? 0x8000 : 0) | (int) Math.rint(Math.abs(value) * 0x1p24));
        }
        int exponent = Math.getExponent(value);
        int mantissa = (int) Math.rint((Math.abs(value) / Math.pow(2, exponent) - 1) * 1024);
        return (short) ((value < 0 ? 0x8000 : 0) | (((exponent + 15) << 10) + mantissa));
    }
}
