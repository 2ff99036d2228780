package io.bulwark.perception.image;

import io.bulwark.perception.image.DecodeResult.Refusal;

/** Carries a refusal out of a parser; never leaves this package. */
final class RefusedException extends RuntimeException {

    private final Refusal refusal;

    RefusedException(Refusal refusal, String detail) {
        // Hostile files are routine: a stack trace would only cost time.
        super(detail, null, false, false);
        this.refusal = refusal;
    }

    static RefusedException corrupt(String detail) {
        return new RefusedException(Refusal.CORRUPT_IMAGE, detail);
    }

    static RefusedException unsupported(String detail) {
        return new RefusedException(Refusal.UNSUPPORTED_FORMAT, detail);
    }

    static RefusedException tooLarge(String detail) {
        return new RefusedException(Refusal.TOO_MANY_PIXELS, detail);
    }

    DecodeResult.Refused result() {
        return new DecodeResult.Refused(refusal, getMessage());
    }
}
