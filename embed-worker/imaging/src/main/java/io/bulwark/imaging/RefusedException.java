package io.bulwark.imaging;

import io.bulwark.imaging.DecodeResult.Refusal;

/** Carries a refusal out of a parser; never leaves this package. */
public final class RefusedException extends RuntimeException {

    private final Refusal refusal;

    public RefusedException(Refusal refusal, String detail) {
        // Hostile files are routine: a stack trace would only cost time.
        super(detail, null, false, false);
        this.refusal = refusal;
    }

    public static RefusedException corrupt(String detail) {
        return new RefusedException(Refusal.CORRUPT_IMAGE, detail);
    }

    public static RefusedException unsupported(String detail) {
        return new RefusedException(Refusal.UNSUPPORTED_FORMAT, detail);
    }

    public static RefusedException tooLarge(String detail) {
        return new RefusedException(Refusal.TOO_MANY_PIXELS, detail);
    }

    public DecodeResult.Refused result() {
        return new DecodeResult.Refused(refusal, getMessage());
    }
}
