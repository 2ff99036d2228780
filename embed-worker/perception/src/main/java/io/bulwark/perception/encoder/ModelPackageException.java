package io.bulwark.perception.encoder;

/** A model package that cannot be used. The message names the package, what was found and what is allowed. */
public final class ModelPackageException extends RuntimeException {

    public ModelPackageException(String message) {
        super(message);
    }

    public ModelPackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
